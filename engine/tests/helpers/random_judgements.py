"""Evidence and judgements drawn at random, for properties of the rule that hold for any figures."""

from hand_made_evidence import DAY, FACETS, cause, claim, comparison, estimate, fact, finding, judged, mark, measure
from hypothesis import strategies as st

from claimbook.evidence.claims import Part, Reading, Test
from claimbook.evidence.intervals import Interval

DAYS = ("2023-01-01", DAY)
CUTOFFS = {"2022": "2022-12-31"}

values = st.floats(1, 1000, allow_nan=False).map(lambda v: f"{v:.1f}")
years = st.sampled_from(["2019", "2020", "2021", "2022", "2023"])
origins = st.sampled_from(["Ministry", "Bureau", "Vendor", "Ministry+Bureau"])
grades = st.sampled_from("ABCD")
statuses = st.sampled_from(["", "", "preliminary", "superseded"])
ops = st.sampled_from(["over", "nearly", "about", "equals"])
numbers = st.floats(10, 900)
thresholds = st.sampled_from([0.0, 1.0, 3.0])
directions = st.sampled_from(["raises", "raises", "lowers", "mixed", "no effect"])


@st.composite
def measures(draw, differs=({}, {}, {"numerator": "m"})):
    differ = draw(st.sampled_from(differs))
    more = {"origin": draw(origins), "grade": draw(grades), "status": draw(statuses), "differ": differ}
    return measure(draw(values), draw(years), FACETS, **more)


@st.composite
def findings(draw):
    days = {"published": ["2010", "2022", "2025"], "began": ["2010", "2023-06-01", "2025"]}
    days |= {"ended": ["", "", "2015", "2023-06"]}
    drawn = {name: draw(st.sampled_from(some)) for name, some in days.items()}
    origin = draw(st.sampled_from(["Ministry", "Bureau", "Vendor"]))
    return finding(origin, draw(grades), opposes=draw(st.booleans()), **drawn)


@st.composite
def estimates(draw):
    group = draw(st.sampled_from(["money", "risk", "returns"]))
    about = {"grade": draw(grades), "counts": draw(st.sampled_from([True, True, False]))}
    return estimate(draw(st.sampled_from("ABCDEFG")), draw(directions), group, **about)


@st.composite
def criteria_results(draw):
    made = []
    for i in range(draw(st.integers(1, 4))):
        low = draw(st.floats(0, 6))
        interval = draw(st.sampled_from([None, Interval(low, low), Interval(low, low + 0.2)]))
        about = {"op": draw(st.sampled_from(["at least", "below"])), "grade": draw(grades)}
        about["unit"] = draw(st.sampled_from(["quotient", "rank"]))
        witnesses = [draw(origins)] if interval else []
        made.append(mark(interval, draw(thresholds), *witnesses, id=f"c{i}", **about))
    return made


# judgements ------------------------------------------------------------------------------------------------------


@st.composite
def judged_numbers(draw):
    readings = (Reading(name="m", facets={"mode": "stock"}),)
    more = {"window": draw(st.integers(0, 5)), "attributed_to": draw(st.sampled_from(["", "OECD"]))}
    c = claim(draw(ops), draw(numbers), "percent", readings=readings, **more)
    return judged(c, draw(st.lists(measures(), max_size=7)), CUTOFFS, DAYS)


@st.composite
def judged_facts(draw):
    test = draw(st.sampled_from([None, Test(op="equals", value=2010, unit="year")]))
    parts = (Part(id="a", says="one", test=test), Part(id="b", says="other"))
    found = {part: draw(st.lists(findings(), max_size=4)) for part in "ab"}
    return judged(fact(parts=parts), found, CUTOFFS, DAYS)


@st.composite
def judged_comparisons(draw):
    found = draw(criteria_results())
    return judged(comparison(found, draw(st.sampled_from(["all", "any"]))), found)


@st.composite
def judged_causes(draw):
    return judged(cause("money", "risk", can=draw(st.booleans())), draw(st.lists(estimates(), max_size=8)))


JUDGED = {"number": judged_numbers(), "fact": judged_facts()}
JUDGED |= {"comparison": judged_comparisons(), "causal": judged_causes()}
