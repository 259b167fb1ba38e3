"""Links by which a customer comes back: alive until their date, their use or their end; then all dead alike."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from base.database import Database
from cases.cases import Case
from cases.links import LASTS, Link, LinkIsDead, answered, find_link, issue, link_of, revoke_all, token_of, use_up

SECRET = "k" * 40


def made(database: Database, now: datetime, case: Case, purpose: str = "follow", **more: object) -> str:
    """A new link's token."""
    with database.unit() as session:
        found = session.get_one(Case, case.id)
        link = issue(session, SECRET, now, found, purpose, **more)  # type: ignore[arg-type]
        return token_of(SECRET, link.public_id)


def alive(database: Database, now: datetime, token: str) -> bool:
    with database.reading() as session:
        try:
            find_link(session, now, token)
        except LinkIsDead:
            return False
        return True


def test_the_database_keeps_no_token(database: Database, case: Case, now: datetime) -> None:
    token = made(database, now, case)
    assert len(token) == 43
    with database.reading() as session:
        row = session.scalars(select(Link)).one()
        assert token not in {row.token_hash, row.public_id}
        assert find_link(session, now, token).case_id == case.id


@pytest.mark.parametrize("purpose", list(LASTS))
def test_a_link_ends_with_its_date(database: Database, case: Case, now: datetime, purpose: str) -> None:
    token = made(database, now, case, purpose)
    assert alive(database, now + LASTS[purpose] - timedelta(seconds=1), token)
    assert not alive(database, now + LASTS[purpose], token)


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "é" * 43, "' OR 1=1 --", "\x00"])
def test_what_was_never_issued_is_dead_like_all_dead_links(database: Database, now: datetime, token: str) -> None:
    assert not alive(database, now, token)
    with database.reading() as session:
        assert link_of(session, token) is None


def test_a_token_of_another_installation_opens_nothing(database: Database, case: Case, now: datetime) -> None:
    made(database, now, case)
    with database.reading() as session:
        link = session.scalars(select(Link)).one()
    assert not alive(database, now, token_of("another key", link.public_id))


def test_of_two_who_use_a_link_that_works_once_one_is_refused(database: Database, case: Case, now: datetime) -> None:
    token = made(database, now, case, "sign_in")
    with database.unit() as session:
        link = find_link(session, now, token)
        use_up(session, now, link)
        with pytest.raises(LinkIsDead):
            use_up(session, now, link)
    assert not alive(database, now, token)


def test_an_answered_question_uses_up_the_links_that_asked_it_and_no_others(
    database: Database, case: Case, now: datetime
) -> None:
    asked = made(database, now, case, "answer", walk_id=7, step="received", visit=1)
    other = made(database, now, case, "answer", walk_id=7, step="remedy", visit=1)
    follow = made(database, now, case, "follow", walk_id=7)
    with database.unit() as session:
        answered(session, now, 7, "received")
    assert [alive(database, now, token) for token in (asked, other, follow)] == [False, True, True]


def test_revoking_ends_all_links_of_the_case(database: Database, case: Case, now: datetime) -> None:
    tokens = [made(database, now, case), made(database, now, case, "answer", walk_id=1, step="a", visit=1)]
    with database.unit() as session:
        revoke_all(session, now, session.get_one(Case, case.id))
    assert not any(alive(database, now, token) for token in tokens)


def test_the_refusal_is_told_kindly_in_french() -> None:
    assert LinkIsDead().tell("fr").startswith("Ce lien n’est plus valable")
    assert LinkIsDead().status == 410
