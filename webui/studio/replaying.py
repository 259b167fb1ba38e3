"""What if: the last real cases on the draft, in numbers, with the cases behind each."""

from time import monotonic

from flask import Response, request

from base.languages import N_
from base.permissions import Permission
from processes.past_cases import MOST, draft_document, replay_on
from processes.replaying import Missing
from webui.i18n import tell
from webui.partials import page
from webui.requests import current_actor, database, permission_required
from webui.studio.door import DRAFT, blueprint, choose, nothing_drafted

CHOICES = (100, 1_000, MOST)
LISTED = 50
"""Cases shown behind a number."""
WORDS: dict[Missing, str] = {
    "question": N_("question never asked then"),
    "fact": N_("data not read then"),
    "act": N_("act never done then"),
    "task": N_("task never given then"),
    "call": N_("process never called then"),
}


@blueprint.get("/<key>/replay")
@permission_required(Permission.PROCESS_WRITE)
def what_if(key: str) -> Response:
    if (elsewhere := nothing_drafted(key)) is not None:
        return elsewhere
    asked = request.args.get("cases", "")
    number = int(asked) if asked.isdecimal() and 0 < int(asked) <= MOST else 0
    with database().reading() as session:
        draft = choose(session, key, DRAFT)
        began = monotonic()
        brand_id = current_actor().brand_id
        summary = replay_on(session, brand_id, draft_document(session, brand_id, key), number) if number else None
    return page(
        "studio/replay.html", tab="replay", key=key, title=draft.title, summary=summary, number=number,
        choices=CHOICES, listed=LISTED, words={name: tell(each) for name, each in WORDS.items()},
        seconds=round(monotonic() - began, 1),
    )  # fmt: skip
