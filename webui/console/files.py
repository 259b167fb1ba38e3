"""A case with everything its page shows, read in one look at the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from base.actors import Actor
from base.brands import Brand
from base.people import Team
from base.scope import limit_of, within
from cases import boards
from cases.attachments import Attachment, attachments_of
from cases.cases import Case, find_case
from cases.contacts import Contact
from cases.effects import Effect
from cases.follow_ups import FollowUp
from cases.promises import Promise
from cases.tasks import LIVE, Task
from cases.timeline import TimelineEntry
from processes.walks import Shown
from processes.worlds import Standing, front_walk
from webui.beginning import Matter, all_matters
from webui.requests import current_actor, database, workings

NEWEST = 20
"""Entries of a timeline that a page shows at first; the earlier ones come when they are asked for."""
MOST = 2000
"""Entries of a timeline that a page ever shows."""


@dataclass(frozen=True, kw_only=True)
class CaseFile:
    """A case, its walks, what happened and what is to come."""

    case: Case
    """Its customer and order are loaded."""
    brand: Brand
    standing: Standing | None
    """The walk that speaks, as it stands."""
    entries: Sequence[TimelineEntry]
    """The newest, oldest first."""
    earlier: bool
    """Whether there are others before them."""
    checks: Sequence[FollowUp]
    """The robots' rendezvous that are not over, next one first."""
    last_check: FollowUp | None
    """The latest rendezvous of a front walk that waits for a date, whatever became of it."""
    tasks: Sequence[Task]
    effects: Sequence[Effect]
    contacts: Sequence[Contact]
    promises: Sequence[Promise]
    """What the customer was promised, soonest first."""
    attachments: Sequence[Attachment]
    """Photos and documents, oldest first."""
    linked: Sequence[Case]
    """Cases that came out of this one, and the one it came out of."""
    processes: Sequence[Matter]
    """Those that an agent may start, where nothing is under way; else they are fetched when asked for."""
    teams: dict[str, Team]
    inbound: int
    """How many times the customer contacted us about it."""

    @property
    def check(self) -> FollowUp | None:
        """The robot's next rendezvous with the front walk."""
        front = self.standing
        return next((check for check in self.checks if front is not None and check.walk_id == front.row.id), None)

    @property
    def open_tasks(self) -> list[Task]:
        """What people have still to do for it; a hand-over is the case itself."""
        return [task for task in self.tasks if task.state in LIVE and task.purpose != "hand_over"]

    @property
    def unknown_effects(self) -> list[Effect]:
        """What may or may not have been done."""
        return [effect for effect in self.effects if effect.state == "unknown"]


def open_file(public_id: str, standing: Standing | None = None, newest: int = NEWEST) -> CaseFile:
    """The file of a case of the actor's brand. `standing`: its front walk after a turn; `newest`: how much of its
    timeline. Raises NoSuchCase."""
    actor = current_actor()
    with database().reading() as session:
        return _read(session, actor, find_case(session, actor, public_id), standing, newest)


def file_after(turn: Shown) -> CaseFile:
    """What a quiet turn of the front walk changed in a case: its entries are new; all else stands on the page."""
    standing = turn.standing
    return CaseFile(
        case=standing.case, brand=standing.brand, standing=standing, entries=turn.entries, earlier=False,
        checks=turn.checks, last_check=None, tasks=(), effects=(), contacts=(), promises=(), attachments=(),
        linked=(), processes=(), teams={}, inbound=standing.world.contact["number"],
    )  # fmt: skip


def _read(session: Session, actor: Actor, case: Case, standing: Standing | None, newest: int) -> CaseFile:
    if standing is None or standing.row.id != case.front_walk_id:
        front = front_walk(session, case)
        standing = workings().walks.stand(session, front) if front is not None else None
    entries, tasks = _newest(session, case, newest + 1), boards.tasks_of_case(session, case.id)
    contacts = boards.contacts_of_case(session, case.id)
    return CaseFile(
        case=case,
        brand=standing.brand if standing is not None else session.get_one(Brand, case.brand_id),
        standing=standing,
        entries=entries[-newest:],
        earlier=len(entries) > newest,
        checks=boards.follow_ups_of_case(session, case.id),
        last_check=_last_check(session, standing),
        tasks=tasks,
        effects=boards.effects_of_case(session, case.id),
        contacts=contacts,
        inbound=sum(1 for contact in contacts if contact.direction == "inbound"),
        promises=boards.promises_of_case(session, case.id),
        attachments=attachments_of(session, case.id),
        linked=_linked(session, actor, case),
        processes=all_matters(session, actor.brand_id, "agent") if _idle(case, standing) else [],
        teams=teams_by_key(session, actor.brand_id),
    )


def _idle(case: Case, standing: Standing | None) -> bool:
    return not case.closed and (standing is None or standing.row.waiting in ("ended", "starting"))


def teams_by_key(session: Session, brand_id: int) -> dict[str, Team]:
    """The teams of a brand by key."""
    return {team.key: team for team in session.scalars(select(Team).where(Team.brand_id == brand_id))}


def _newest(session: Session, case: Case, limit: int) -> list[TimelineEntry]:
    return list(session.scalars(_ENTRIES, {"case_id": case.id, "most": limit}))[::-1]


_ENTRIES = (
    select(TimelineEntry)
    .where(TimelineEntry.case_id == bindparam("case_id"))
    .order_by(TimelineEntry.id.desc())
    .limit(bindparam("most"))
)


def _last_check(session: Session, standing: Standing | None) -> FollowUp | None:
    if standing is None or standing.row.waiting != "timing":
        return None
    latest = select(FollowUp).where(FollowUp.walk_id == standing.row.id).order_by(FollowUp.id.desc()).limit(1)
    return session.scalars(latest).one_or_none()


def _linked(session: Session, actor: Actor, case: Case) -> list[Case]:
    found = list(session.scalars(_LINKED, {"case_id": case.id, "parent": case.linked_case_id}))
    if not found or limit_of(actor, Case) is None:
        return found
    seen = select(Case.id).where(within(actor, Case), Case.id.in_([each.id for each in found]))
    visible = set(session.scalars(seen))
    return [each for each in found if each.id in visible]


_LINKED = (
    select(Case)
    .where(or_(Case.linked_case_id == bindparam("case_id"), Case.id == bindparam("parent")))
    .order_by(Case.id != bindparam("parent"), Case.opened_at)
)
