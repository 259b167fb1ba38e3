"""Drafts: one a process, saved under a revision, nothing lost when two authors write."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from base.actors import Actor, Role
from base.database import Database
from base.errors import Forbidden
from processes.drafts import (
    KEPT,
    DraftMovedOn,
    DraftRow,
    KeyTaken,
    NoSuchDraft,
    NotADraft,
    be_present,
    begin_draft,
    discard,
    draft_of,
    drafts_of,
    kept_drafts,
    new_process,
    others_present,
    save_draft,
)
from processes.versions import live_version
from tests.company import MONDAY, Company, open_company
from tests.walking import CANCEL, tiny

KEY = "cancel-order"
EMPTY: dict[str, Any] = {"ariane": 1, "process": "new-one", "title": {"fr": "Neuf"}, "sections": []}


@pytest.fixture
def company(database: Database) -> Company:
    return open_company(database, [tiny(CANCEL)])


def author(company: Company, name: str, number: int) -> Actor:
    roles = frozenset({Role.AUTHOR})
    person = (company.anne.id, company.sofia.id)[number]
    return Actor(kind="agent", name=name, roles=roles, brand_id=company.brand.id, person_id=person)


def key_of(company: Company) -> str:
    return tiny(CANCEL).process


def test_a_draft_begins_from_the_live_version_and_stays_one(company: Company) -> None:
    zoe, key = author(company, "Zoé", 0), key_of(company)
    with company.database.unit() as session:
        assert draft_of(session, company.brand.id, key) is None
        first = begin_draft(session, zoe, MONDAY, key)
        again = begin_draft(session, author(company, "Paul", 1), MONDAY, key)
        live = live_version(session, company.brand.id, key)
        assert (first.id, first.document, first.based_on) == (again.id, live.document, live.number)
        assert [draft.key for draft in drafts_of(session, company.brand.id)] == [key]


def test_a_save_moves_the_revision_and_the_same_document_does_not(company: Company) -> None:
    zoe, key = author(company, "Zoé", 0), key_of(company)
    with company.database.unit() as session:
        draft = begin_draft(session, zoe, MONDAY, key)
        changed = {**draft.document, "title": {"fr": "Autre"}}
        assert save_draft(session, zoe, MONDAY, key, changed, 1).revision == 2
        assert save_draft(session, zoe, MONDAY, key, changed, 2).revision == 2
        assert draft_of(session, company.brand.id, key).document["title"] == {"fr": "Autre"}  # type: ignore[union-attr]


def test_who_comes_late_is_told_who_was_faster_and_what_he_replaces_is_kept(company: Company) -> None:
    zoe, paul, key = author(company, "Zoé", 0), author(company, "Paul", 1), key_of(company)
    with company.database.unit() as session:
        draft = begin_draft(session, zoe, MONDAY, key)
        mine, his = {**draft.document, "title": {"fr": "A"}}, {**draft.document, "title": {"fr": "B"}}
        save_draft(session, zoe, MONDAY, key, mine, 1)
        with pytest.raises(DraftMovedOn) as told:
            save_draft(session, paul, MONDAY, key, his, 1)
        assert told.value.params == {"name": "Zoé"}
        save_draft(session, paul, MONDAY, key, his, 2)
        kept = kept_drafts(session, company.brand.id, key)
        assert [(row.document["title"], row.changed_by["name"]) for row in kept] == [({"fr": "A"}, "Zoé")]


def test_a_draft_thrown_away_can_be_found_again_and_only_so_many_are_kept(company: Company) -> None:
    zoe, key = author(company, "Zoé", 0), key_of(company)
    with company.database.unit() as session:
        for turn in range(KEPT + 3):
            begin_draft(session, zoe, MONDAY, key)
            discard(session, zoe, MONDAY + timedelta(minutes=turn), key)
        assert draft_of(session, company.brand.id, key) is None
        assert len(kept_drafts(session, company.brand.id, key)) == KEPT
        with pytest.raises(NoSuchDraft):
            save_draft(session, zoe, MONDAY, key, {"process": key, "sections": []}, 1)


def test_a_new_process_takes_a_free_key_only(company: Company) -> None:
    zoe = author(company, "Zoé", 0)
    with company.database.unit() as session:
        assert new_process(session, zoe, MONDAY, EMPTY).based_on == 0
        with pytest.raises(KeyTaken):
            new_process(session, zoe, MONDAY, EMPTY)
        with pytest.raises(KeyTaken):
            new_process(session, zoe, MONDAY, {**EMPTY, "process": key_of(company)})
        with pytest.raises(NoSuchDraft):
            begin_draft(session, zoe, MONDAY, "nowhere")


def test_only_a_document_of_that_process_is_saved_and_only_by_authors(company: Company) -> None:
    zoe, key = author(company, "Zoé", 0), key_of(company)
    agent = Actor(kind="agent", name="Ann", roles=frozenset({Role.AGENT}), brand_id=company.brand.id)
    with company.database.unit() as session:
        begin_draft(session, zoe, MONDAY, key)
        for document in ({"process": "other", "sections": []}, {"process": key, "sections": "no"}):
            with pytest.raises(NotADraft):
                save_draft(session, zoe, MONDAY, key, document, 1)
        with pytest.raises(Forbidden):
            begin_draft(session, agent, MONDAY, key)
        assert session.scalar(select(func.count(DraftRow.id))) == 1


def test_authors_on_one_draft_know_of_each_other_while_they_are_there(company: Company) -> None:
    zoe, paul, key = author(company, "Zoé", 0), author(company, "Paul", 1), key_of(company)
    with company.database.unit() as session:
        draft = begin_draft(session, zoe, MONDAY, key)
        be_present(session, zoe, MONDAY, draft)
        be_present(session, paul, MONDAY, draft)
        be_present(session, paul, MONDAY + timedelta(seconds=30), draft)
        assert others_present(session, zoe, MONDAY + timedelta(seconds=60), draft) == ["Paul"]
        assert others_present(session, paul, MONDAY + timedelta(seconds=60), draft) == []
        discard(session, zoe, MONDAY, key)
