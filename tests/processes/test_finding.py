"""Find and replace across processes, on both databases: in drafts only, all or nothing, names never."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.actors import Role
from base.database import Database
from base.people import Person
from processes.drafts import begin_draft, draft_of, drafts_of
from processes.finding import NothingChosen, Place, TooShort, replace_all, replaced, search
from processes.governing import NotYourProcess, set_rule
from tests.company import Company, open_company
from tests.walking import CANCEL, tiny


@pytest.fixture
def company(database: Database) -> Company:
    return open_company(
        database,
        [tiny(CANCEL), tiny(CANCEL, **{"process: tiny": "process: other", "C’est fait.": "Merci, c’est fait."})],
    )


def found(company: Company, text: str, exactly: bool = False) -> dict[str, list[Place]]:
    with company.database.reading() as session:
        searched = search(session, company.sofia.actor(), text, exactly=exactly)
    return {each.key: list(each.places) for each in searched}


def test_words_are_found_in_every_process_with_their_step(company: Company) -> None:
    places = found(company, "c’est fait")
    assert set(places) == {"other", "tiny"}
    assert [(place.sort, place.step, place.path[-1]) for place in places["tiny"]] == [("words", "close_done", "fr")]
    assert found(company, "c’est fait", exactly=True).keys() == {"other"}


def test_conditions_are_told_from_names(company: Company) -> None:
    sorts = {(place.sort, place.text) for place in found(company, "cancel")["tiny"]}
    assert ("name", "cancelling") in sorts and ("words", "Cancel?") in sorts
    assert {place.sort for place in found(company, "order.number")["tiny"]} == {"condition"}


def test_chosen_places_are_replaced_in_drafts_and_nothing_live_moves(company: Company) -> None:
    chosen = [place.id for places in found(company, "c’est fait").values() for place in places]
    with company.database.unit() as session:
        counts = replace_all(session, company.sofia.actor(), company.now, "c’est fait", "Voilà", chosen)
    assert counts == {"other": 1, "tiny": 1}
    assert found(company, "Voilà").keys() == {"other", "tiny"}, "drafts are looked through"
    with company.database.reading() as session:
        assert [draft.key for draft in drafts_of(session, company.brand.id)] == ["other", "tiny"]
        draft = draft_of(session, company.brand.id, "other")
        assert draft is not None and "Merci, Voilà." in str(draft.document)


def test_what_is_not_chosen_stays(company: Company) -> None:
    [place] = found(company, "c’est fait")["tiny"]
    with company.database.unit() as session:
        replace_all(session, company.sofia.actor(), company.now, "c’est fait", "Voilà", [place.id])
    assert found(company, "c’est fait").keys() == {"other"}


def test_a_name_is_never_replaced(company: Company) -> None:
    names = [place.id for place in found(company, "cancelling")["tiny"]]
    with pytest.raises(NothingChosen), company.database.unit() as session:
        replace_all(session, company.sofia.actor(), company.now, "cancelling", "x", names)


def test_a_process_of_others_stops_all_of_it(company: Company, database: Database) -> None:
    chosen = [place.id for places in found(company, "c’est fait").values() for place in places]
    writer = author(company)
    with database.unit() as session:
        set_rule(session, company.sofia.actor(), company.now, "tiny", needs_approval=False, teams=["warehouse"])
    with pytest.raises(NotYourProcess), database.unit() as session:
        replace_all(session, writer.actor(), company.now, "c’est fait", "Voilà", chosen)
    with database.reading() as session:
        assert drafts_of(session, company.brand.id) == []
        assert [each.writable for each in search(session, writer.actor(), "c’est fait")] == [True, False]


def test_a_draft_that_others_began_is_kept_as_it_was(company: Company) -> None:
    with company.database.unit() as session:
        begin_draft(session, company.sofia.actor(), company.now, "tiny")
    [place] = found(company, "c’est fait")["tiny"]
    writer = author(company)
    with company.database.unit() as session:
        replace_all(session, writer.actor(), company.now, "c’est fait", "Voilà", [place.id])
        draft = draft_of(session, company.brand.id, "tiny")
        assert draft is not None and draft.revision == 2


def test_one_letter_is_too_little(company: Company) -> None:
    with pytest.raises(TooShort):
        found(company, " a ")


@given(st.text(), st.text(min_size=1), st.text(), st.booleans())
def test_replacing_leaves_nothing_of_it_unless_it_comes_back(text: str, old: str, new: str, exactly: bool) -> None:
    place = Place(process="p", path=("x",), step="", sort="words", text=text)
    result = replaced(place, old, new, exactly=exactly)
    if exactly:
        assert result == text.replace(old, new)
    elif len(text.lower()) == len(text):
        assert old.lower() in new.lower() or len(result) == len(text) + (len(new) - len(old)) * (
            text.lower().count(old.lower())
        )


def author(company: Company) -> Person:
    with company.database.unit() as session:
        return Person.create(
            session, company.sofia.actor(), company.now, name="Marc", email="marc@example.test",
            roles=frozenset({Role.AUTHOR}), password_hash=None,
        )  # fmt: skip
