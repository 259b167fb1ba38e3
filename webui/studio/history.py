"""The versions of a process, what its authors did, and who may change it."""

from datetime import datetime

from flask import Response
from sqlalchemy.orm import Session

from base.languages import N_
from base.permissions import Permission, allowed
from processes.drafts import draft_of
from processes.governing import rule_of
from processes.moving import moves_of
from processes.proposals import ProposalRow, proposals_of, why_said
from processes.versions import versions_of
from webui.i18n import language, tell
from webui.partials import page
from webui.requests import current_actor, database, permission_required
from webui.studio.door import blueprint, choose
from webui.studio.publishing import teams_of

Entry = tuple[datetime, str, str]
"""When, who, what."""


@blueprint.get("/<key>/versions")
@permission_required(Permission.PROCESS_READ)
def versions(key: str) -> Response:
    actor = current_actor()
    with database().reading() as session:
        chosen = choose(session, key)
        listed, asked = versions_of(session, actor.brand_id, key), proposals_of(session, actor.brand_id, key)
        log, rule = log_of(session, actor.brand_id, key), rule_of(session, actor.brand_id, key)
        has_draft = draft_of(session, actor.brand_id, key) is not None
        teams = [(team.key, team.name(language())) for team in teams_of(session)]
    return page(
        "studio/versions.html", tab="versions", version=chosen.version, document=chosen.document, title=chosen.title,
        versions=listed, proposals=asked, log=log, rule=rule, teams=teams, has_draft=has_draft, process_key=key,
        may_publish=allowed(actor, Permission.PROCESS_PUBLISH), is_admin=allowed(actor, Permission.ADMIN),
    )  # fmt: skip


def log_of(session: Session, brand_id: int, key: str) -> list[Entry]:
    """What authors did with a process, newest first."""
    log: list[Entry] = []
    for version in versions_of(session, brand_id, key):
        words = tell(N_("published version %(number)s: %(note)s"), number=version.number, note=version.note)
        log.append((version.published_at, version.published_by["name"], words))
    for one in proposals_of(session, brand_id, key):
        log.append((one.asked_at, one.asked_by["name"], tell(N_("handed in a draft: %(note)s"), note=one.note)))
        if one.decided_at is not None:
            log.append((one.decided_at, (one.decided_by or {"name": "Ariane"})["name"], _decision(one)))
    for moved in moves_of(session, brand_id, key):
        words = N_("moved %(moved)s waiting cases to version %(number)s; %(stayed)s stayed")
        log.append(
            (moved.at, moved.by["name"], tell(words, moved=moved.moved, number=moved.number, stayed=moved.stayed))
        )
    return sorted(log, key=lambda entry: entry[0], reverse=True)


def _decision(proposal: ProposalRow) -> str:
    said = {
        "refused": N_("refused it: %(why)s"),
        "failed": N_("could not publish it: %(why)s"),
        "withdrawn": N_("took it back"),
    }.get(proposal.state, N_("agreed to it"))
    return tell(said, why=why_said(proposal, language()))
