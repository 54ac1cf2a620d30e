"""Which cards stay as they are in one run, while all other values move."""

from hypothesis import given
from hypothesis import strategies as st

from claimbook.assurance.influence import Places, stills
from claimbook.say.words import Place

PLACES = [Place("office", "libraries", f"p. {page}") for page in range(9)]


@given(st.sets(st.frozensets(st.sampled_from(PLACES)), min_size=1))
def test_each_card_stays_while_every_place_outside_it_moves(cards: set[Places]) -> None:
    runs, named = stills(cards), Places().union(*cards)
    for card in cards:
        stays = [still for still in runs if card <= still]
        assert stays and Places().union(*(named - still for still in stays)) == named - card
    assert all(still <= named for still in runs), "a place that no card names moves in every run"


def test_forty_cards_need_eleven_runs() -> None:
    cards = [Places({Place("office", "libraries", f"p. {page}")}) for page in range(40)]
    assert len(stills(cards)) == 11
