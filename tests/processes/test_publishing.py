"""Publishing: at once, after a second person agreed, at a date; an earlier version brought back; cases moved along."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from base.actors import Actor, Role
from base.database import Database
from base.people import Person, Team
from base.permissions import Permission
from cases.follow_ups import FollowUp
from processes.connectors.installed import blind_acts
from processes.connectors.installing import install_connection, install_definition
from processes.governing import NotYourProcess, require_author, set_rule
from processes.judging import judge
from processes.language.checking.subject import Beside
from processes.language.document import Document
from processes.language.faults import FaultyDocument
from processes.language.yaml import read_yaml
from processes.moving import move, moves_of, preview
from processes.proposals import (
    AlreadyLive,
    InThePast,
    NoSuchProposal,
    ReasonMissing,
    SecondPersonNeeded,
    agree,
    proposals_of,
    publish_due,
    refuse,
    restore,
    submit,
    why_said,
    withdraw,
)
from processes.remarks import EmptyRemark, NoSuchRemark, NotInvited, invite, remark, remarks_of, require_reader, settle
from processes.rows import WalkRow
from processes.touching import touched
from processes.versions import Library, check_publishable, document_of, library_of, live_version, publish, to_json
from processes.worlds import load
from tests.company import Company, open_company
from tests.connectors.services import KEY

TINY = """
ariane: 1
process: tiny
title: {fr: "Petit", en: "Tiny"}
reason: delivery.not_received
audience: [agent, customer, robot]
outcomes: {done: solved}
in_doubt: [{hand_over: delivery_team, because: doubt, within: 1 day, text: {fr: "Nous regardons.", en: "We look."}}]
sections:
- section: only
  steps:
  - {ask: fine, kind: yes_no, text: {fr: "Tout va bien ?", en: "All well?"}, within: 1 day, if_never: go_on}
  - {wait: tomorrow, for: 1 day}
  - {close: done}
"""


def tiny(**replaced: str) -> Document:
    source = TINY
    for before, after in replaced.items():
        source = source.replace(*{"words": ("Tout va bien ?", after), "wait": ("for: 1 day}", f"for: {after}}}"),
                                  "step": ("wait: tomorrow", f"wait: {after}")}[before])  # fmt: skip
    return Document.model_validate(read_yaml(source).data)


@pytest.fixture
def company(database: Database) -> Company:
    return open_company(database, [tiny()])


@pytest.fixture
def author(company: Company) -> Actor:
    return company.sofia.actor()


@pytest.fixture
def second(company: Company, author: Actor) -> Actor:
    with company.database.unit() as session:
        person = Person.create(
            session, author, company.now, name="Rita", email="rita@example.test", roles=frozenset({Role.AUTHOR})
        )
    return person.actor()


def put(company: Company, actor: Actor, document: Document, **more: Any) -> Any:
    with company.database.unit() as session:
        return submit(session, actor, company.now, document, **{"note": "why", "after": 1} | more)


def live(company: Company) -> int:
    with company.database.reading() as session:
        return live_version(session, company.brand.id, "tiny").number


def test_without_a_rule_or_a_date_it_is_published_at_once(company: Company, author: Actor) -> None:
    assert put(company, author, tiny(words="Ça va ?"), override="no scenario").publication.version.number == 2


def test_a_process_that_asks_for_it_waits_for_a_second_person(company: Company, author: Actor, second: Actor) -> None:
    with company.database.unit() as session:
        set_rule(session, author, company.now, "tiny", needs_approval=True, teams=[])
    proposal = put(company, author, tiny(words="Ça va ?")).proposal
    assert live(company) == 1
    with company.database.unit() as session, pytest.raises(SecondPersonNeeded):
        agree(session, author, company.now, proposal.public_id)
    with company.database.unit() as session:
        assert agree(session, second, company.now, proposal.public_id).number == 2
    assert live(company) == 2
    with company.database.unit() as session, pytest.raises(NoSuchProposal):
        agree(session, second, company.now, proposal.public_id)


def test_a_refusal_says_why_and_nothing_goes_out(company: Company, author: Actor, second: Actor) -> None:
    with company.database.unit() as session:
        set_rule(session, author, company.now, "tiny", needs_approval=True, teams=[])
    first, other = (put(company, author, tiny(words=words)).proposal for words in ("Ça va ?", "Bien ?"))
    with company.database.unit() as session, pytest.raises(ReasonMissing):
        refuse(session, second, company.now, first.public_id, " ")
    with company.database.unit() as session:
        refuse(session, second, company.now, first.public_id, "trop familier")
        withdraw(session, author, company.now, other.public_id)
        assert [each.state for each in proposals_of(session, company.brand.id, "tiny")] == ["withdrawn", "refused"]
    assert live(company) == 1


def test_robots_publish_at_the_date_and_tell_why_when_they_cannot(company: Company, author: Actor) -> None:
    tomorrow = company.now + timedelta(days=1)
    with pytest.raises(InThePast):
        put(company, author, tiny(words="Bien ?"), publish_at=company.now)
    put(company, author, tiny(words="Ça va ?"), publish_at=tomorrow)
    put(company, author, tiny(words="Bien ?"), publish_at=tomorrow)
    assert publish_due(company.database, company.now) == 0
    company.later(days=1)
    assert live(company) == 2
    with company.database.reading() as session:
        late, went = proposals_of(session, company.brand.id, "tiny")
    assert (went.state, went.number) == ("published", 2)
    assert late.state == "failed"
    assert "was published in the meantime" in why_said(late, "en")
    assert "a été publiée entre-temps" in why_said(late, "fr")


def test_an_earlier_version_comes_back_as_a_new_one(company: Company, author: Actor) -> None:
    put(company, author, tiny(words="Ça va ?"))
    with company.database.unit() as session:
        assert restore(session, author, company.now, "tiny", 1).version.number == 3
    with company.database.reading() as session:
        assert document_of(live_version(session, company.brand.id, "tiny")) == tiny()
    with company.database.unit() as session, pytest.raises(AlreadyLive):
        restore(session, author, company.now, "tiny", 1)


def test_a_rule_leaves_a_process_to_the_people_of_its_teams(company: Company, author: Actor, second: Actor) -> None:
    with company.database.unit() as session:
        set_rule(session, author, company.now, "tiny", needs_approval=False, teams=["carriers_desk"])
        with pytest.raises(NotYourProcess):
            require_author(session, second, "tiny", Permission.PROCESS_WRITE)
        person = session.get_one(Person, second.person_id)
        person.teams.append(session.scalars(select(Team).where(Team.key == "carriers_desk")).one())
        session.flush()
        require_author(session, second, "tiny", Permission.PROCESS_WRITE)
        require_author(session, author, "tiny", Permission.PROCESS_WRITE)


# --- waiting cases ----------------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(company: Company) -> str:
    """A case of Claire's that waits for tomorrow."""
    from processes.walk.events import Answered

    shown = company.walks.start(company.agent, company.case().id, "tiny", channel="phone", language="fr")
    event = Answered(walker="agent", channel="phone", step="fine", visit=shown.waiting.visit, value="yes")
    return company.walks.carry_on(shown.walk, event, actor=company.agent).walk


def published(company: Company, author: Actor, document: Document) -> Any:
    with company.database.unit() as session:
        return publish(session, author, company.now, document, note="why", override="no scenario").version


def test_a_waiting_case_moves_to_a_version_that_knows_its_step(company: Company, author: Actor, waiting: str) -> None:
    version = published(company, author, tiny(wait="2 days"))
    with company.database.unit() as session:
        [found] = preview(session, library_of(session), session.merge(version))
        assert found.movable and found.step == "tomorrow"
        assert move(session, author, company.now, session.merge(version)).moved == 1
    with company.database.reading() as session:
        row = session.scalars(select(WalkRow)).one()
        assert row.version.number == 2
        assert session.scalars(select(FollowUp.version_id).where(FollowUp.state == "waiting")).one() == version.id
        assert [each.moved for each in moves_of(session, company.brand.id, "tiny")] == [1]
    company.later(days=1, minutes=1)
    with company.database.reading() as session:
        assert session.scalars(select(WalkRow)).one().waiting == "ended"


def test_a_case_whose_step_is_gone_stays_and_says_so(company: Company, author: Actor, waiting: str) -> None:
    version = published(company, author, tiny(step="later"))
    with company.database.unit() as session:
        [found] = preview(session, library_of(session), session.merge(version))
        assert found.obstacle % found.params == "The step “tomorrow” is gone."
        done = move(session, author, company.now, session.merge(version))
    assert (done.moved, done.stayed) == (0, 1)


def test_other_words_reach_waiting_cases_and_other_logic_does_not(
    company: Company, author: Actor, waiting: str
) -> None:
    logic = published(company, author, tiny(wait="2 days"))
    with company.database.unit() as session:
        assert move(session, author, company.now, session.merge(logic), words_only=True).moved == 0
    with company.database.unit() as session:
        restored = restore(session, author, company.now, "tiny", 1).version
    words = published(company, author, tiny(words="Ça va ?"))
    assert words.logic_hash == restored.logic_hash
    with company.database.unit() as session:
        assert move(session, author, company.now, session.merge(words), words_only=True).moved == 1


def test_what_a_publication_touches_is_counted(company: Company, author: Actor, waiting: str) -> None:
    with company.database.reading() as session:
        found = touched(session, company.brand.id, company.now, tiny(), tiny(wait="2 days", words="Ça va ?"), [])
    assert (found.waiting, found.on_changed, found.robots_due) == (1, {"tomorrow": 1}, 1)
    assert [(each.step, each.changed, each.left) for each in found.stale] == [("fine", ("fr",), ("en",))]


# --- remarks ----------------------------------------------------------------------------------------------------------


def test_colleagues_remark_on_a_step_and_an_author_settles_it(company: Company, author: Actor) -> None:
    with company.database.unit() as session:
        said = remark(session, company.agent, company.now, "tiny", "fine", " Trop court. ")
        with pytest.raises(EmptyRemark):
            remark(session, company.agent, company.now, "tiny", "fine", "  ")
        assert [each.said for each in remarks_of(session, company.brand.id, "tiny")] == ["Trop court."]
        settle(session, author, company.now, said.public_id)
        assert remarks_of(session, company.brand.id, "tiny") == []
        with pytest.raises(NoSuchRemark):
            settle(session, author, company.now, said.public_id)


def test_partners_review_what_they_were_invited_to_and_only_so_long(
    company: Company, author: Actor, partner: Callable[[Company], Actor]
) -> None:
    guest = partner(company)
    with company.database.unit() as session:
        with pytest.raises(NotInvited):
            require_reader(session, guest, company.now, "tiny")
        assert guest.partner_id is not None
        invite(session, author, company.now, "tiny", guest.partner_id, company.now + timedelta(days=7))
        remark(session, guest, company.now, "tiny", "", "D’accord pour nous.")
        with pytest.raises(NotInvited):
            require_reader(session, guest, company.now + timedelta(days=8), "tiny")


@pytest.fixture
def partner() -> Callable[[Company], Actor]:
    """Makes a partner's person."""
    from base.people import Partner

    def make(company: Company) -> Actor:
        with company.database.unit() as session:
            firm = Partner(brand_id=company.brand.id, key="atlantic", name="Atlantic", kind="outsourcer")
            session.add(firm)
            session.flush()
            roles = frozenset({Role.PARTNER})
            return Actor(kind="agent", name="Paul", roles=roles, brand_id=company.brand.id, partner_id=firm.id)

    return make


BLIND_SHOP = """
ariane_connector: 1
definition: dark
title: {fr: "Sombre", en: "Dark"}
sign_in: {kind: none}
operations:
  cancel:
    capability: shop.cancel_order
    method: POST
    path: /orders/{order}/cancel
    fields: {reference: id}
"""


def test_a_blind_act_that_would_be_tried_again_by_itself_is_not_published(company: Company, author: Actor) -> None:
    again = """
- section: stopping
  steps:
  - {act: stop, using: shop.cancel_order, with: {order: "'RC-1'"},
     if_fails: [{wait: pause, for: 1 hour}, {go_to: stopping, at_most: 2}]}
  - {close: done}"""
    document = Document.model_validate(read_yaml(TINY.replace("\n  - {close: done}", again)).data)
    with company.database.unit() as session:
        check_publishable(session, company.brand.id, document, company.now, "no scenario")
    with company.database.unit() as session:
        install_definition(session, author, company.now, BLIND_SHOP)
        install_connection(
            session, author, company.now, definition="dark", base_url="https://shop.example.test", networks=(),
            keys=[KEY], secret={}, routes=[("shop.cancel_order", "cancel", None)],
        )  # fmt: skip
    with company.database.unit() as session, pytest.raises(FaultyDocument) as refused:
        check_publishable(session, company.brand.id, document, company.now, "no scenario")
    assert [fault.code for fault in refused.value.faults if fault.level == "error"] == ["blind_retry"]
    with company.database.reading() as session:
        blind = blind_acts(session, company.brand.id)
    assert blind == {"shop.cancel_order"}
    judged = judge(to_json(document), {}, Beside(blind=blind))
    assert [fault.code for fault in judged.faults if fault.level == "error"] == ["blind_retry"]


def test_a_robot_started_anew_finds_the_program_of_a_walk(company: Company, waiting: str) -> None:
    for _ in range(2):  # what stands around the walk is kept by then; its program is not
        assert load(company.database, Library(), company.agent, waiting).program.process == "tiny"
