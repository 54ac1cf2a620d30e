"""Recompute all verdicts of results.json with the standard library alone: python recompute.py [results.json]"""
import json
import sys
from decimal import Decimal
from math import inf


def outcome_of(low, high, test):  # a to b are the values that pass, c to d those that are close
    n, t, half = (Decimal(str(part)) for part in (test["value"], test["tolerance"], test["digit"] / 2))
    edges = {"over": (n, inf, (1 - t) * n, inf), "nearly": ((1 - t) * n, n, (1 - 2 * t) * n, (1 + t) * n),
             "about": ((1 - t) * n, (1 + t) * n, (1 - 2 * t) * n, (1 + 2 * t) * n),
             "equals": (n - half, n + half, (1 - t) * n, (1 + t) * n)}[test["op"]]
    a, b, c, d = map(float, edges)
    if (low > a if test["op"] == "over" else low >= a) and high <= b: return "pass"
    return "close" if low >= c and high <= d else "low" if high < c else "high" if low > d else "undecided"

def cells(claim):  # equal facets and year: best tier, replaced values dropped; the common range, else the hull
    groups = {}
    for m in (m for m in claim["measures"] if m["grade"] < "D"):
        key = json.dumps([m["facets"], m["year"] if m["complete"] else m["period"], m["holds"]])
        groups.setdefault(key, []).append(m)
    for group in groups.values():
        tier = [m for m in group if m["grade"] < "C"] or group
        current = [m for m in tier if m["status"] not in ("preliminary", "superseded")] or tier
        lows = [-inf if m["low"] is None or m["holds"] == "superset" else m["low"] for m in current]
        highs = [inf if m["high"] is None or m["holds"] == "subset" else m["high"] for m in current]
        low, high = (max(lows), min(highs)) if max(lows) <= min(highs) else (min(lows), max(highs))
        yield current[0], outcome_of(low, high, claim["test"]), {o for m in current for o in m["origins"]}

def number(claim):
    found = list(cells(claim))
    got = {result for m, result, _ in found if m["match"] == "exact"}
    for verdict, allowed in {"supported": ["pass"], "close": ["pass", "close"], "overstated": ["low", "close"],
                             "understated": ["high", "close"]}.items():
        if got and got <= {*allowed}: return verdict
    if got: return "depends on the definition" if len(got & {"pass", "low", "high"}) > 1 else "undecided"
    if claim["attributed_to"]: return "source not found"
    if any(m["match"] == "bound" and result in ("low", "high") for m, result, _ in found): return "contradicted"
    near = [each for each in found if each[0]["match"] == "near" and each[0]["commensurable"] and each[1] != "undecided"
            and abs(each[0]["year"] - int(claim["test"]["period"])) <= claim["window"]]
    sides, voters = {result in ("pass", "close") for _, result, _ in near}, {o for _, _, own in near for o in own}
    side = "mixed" if len(sides) > 1 else "for" if True in sides else "against"
    one_origin = " (one origin)" if len(voters) == 1 and side != "mixed" else ""
    return f"unverified, evidence {side}{one_origin}" if sides else "unverified, no evidence"

def part(p, found, day):  # a part of a fact: the better grade counts, and what had ended no longer supports it
    since = f"{int(day[:4]) - 5}{day[4:]}" if not p["test"] else ""  # an older activity is no evidence for the day
    counted = [f for f in found if f["grade"] < "D" and f["began"] <= day[: len(f["began"])]
               and not "" < f["done"] < since]
    tier = [f for f in counted if f["grade"] < "C"] or counted
    if p["test"]: sides = {outcome_of(x, x, p["test"]) == "pass" for f in tier if (x := f["value"]) is not None}
    else: sides = {not f["opposes"] for f in tier}
    if len(sides) != 1: return "undecided" if tier else "no evidence"
    lasting = [f for f in counted if not f["opposes"] and not (f["ended"] and f["ended"] < day[: len(f["ended"])])]
    return "fails" if sides == {False} else "shown" if p["test"] or lasting else "ended"

def fact(claim):
    verdicts, silent = set(), set()  # a definition without any evidence has no vote
    for meaning in claim["definitions"] or [""]:
        measures = [m for m in claim["measures"] if m["reading"] in ("", meaning)]
        got = [part(p, [m for m in measures if m["cell"] == p["id"]], claim["text_date"]) for p in claim["parts"]]
        word = ("confirmed" if set(got) == {"shown"} else "partly" if "shown" in got else "contradicted"
                if "fails" in got else "outdated" if "ended" in got else "unverified")
        (silent if set(got) == {"no evidence"} else verdicts).add(word)
    verdict = vote.pop() if len(vote := verdicts or silent) == 1 else "depends on the definition"
    return "source not found" if verdict == "unverified" and claim["attributed_to"] else verdict

def criterion(m):  # True, False, or None for no data or a range across the threshold
    if m["value"] is None or m["op"] == "documented": return None if m["value"] is None else m["found"]
    if m["low"] is not None and m["low"] >= m["threshold"]: return m["op"] == "at least"
    return m["op"] == "below" if m["high"] is not None and m["high"] < m["threshold"] else None

def comparison(claim):
    got = [criterion(m) for m in claim["measures"]]
    met, tested, of = got.count(True), len(got) - got.count(None), len(got)
    if not tested: return "undecided" if {m["value"] for m in claim["measures"]} - {None} else "unverified, no evidence"
    if met and claim["join"] == "any": return "supported"
    if 0 < met < tested: return "partly"
    bare = any(m["essential"] for m in claim["measures"] if criterion(m) is None)
    if tested < of and (bare or tested < max(2, of / 2)): return f"unverified, evidence {'for' if met else 'against'}"
    return ("supported" if met else "not supported") + (" as far as tested" if tested < of else "")

def causal(claim):  # for each outcome, the studies that count; for "can", one such study is enough
    got = set()
    for o in claim["outcomes"]:
        counting = [m for m in claim["measures"] if m["cell"] == o["group"] and m["counts"] and m["grade"] < "C"]
        ways = [{m["direction"] for m in counting if m["study"] == study} for study in {m["study"] for m in counting}]
        fit, n = ways.count({o["way"]}), len(ways)
        met = fit == n or fit == n - 1 >= 4 or claim["can"] and any(o["way"] in way for way in ways)
        differ = fit or any(len(way) > 1 or "mixed" in way for way in ways)
        got.add("none" if not n else "found" if met else "split" if differ else "not found")
    if got == {"none"} or got == {"found"}: return "supported" if "found" in got else "not tested"
    return "partly" if got - {"none", "not found"} else "not supported" + " as far as tested" * ("none" in got)

if __name__ == "__main__":
    rules = {"number": number, "fact": fact, "comparison": comparison, "causal": causal}
    claims = json.load(open(sys.argv[1] if len(sys.argv) > 1 else "results.json", encoding="utf-8"))["claims"]
    again = [(c["id"], c["verdict"], rules[c["kind"]](c)) for c in claims if c["kind"] in rules]  # opinions have none
    differ = [f"{name}: printed {a!r}, recomputed {b!r}" for name, a, b in again if a != b]
    print("\n".join(differ) or f"{len(again)} verdicts agree."), sys.exit(bool(differ))
