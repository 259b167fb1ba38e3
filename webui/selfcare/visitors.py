"""What a visitor's browser may open: cases by public id, each with the proof given for it, in the signed session.

A case that is not there answers like one that does not exist.
"""

import secrets
import time
from dataclasses import dataclass
from typing import Any, cast

from flask import session
from sqlalchemy import select

from base.actors import PROOFS, Actor, Proof
from base.errors import NotFound
from base.languages import N_
from base.scope import within
from cases.cases import Case
from processes.rows import WalkRow
from webui.requests import database
from webui.selfcare.door import customer, speak_unless_chosen

KEY = "visitor"
LASTS = 12 * 3600
"""Seconds that a proof holds in a browser."""
MOST = 8
"""Cases that one browser keeps open; the oldest gives way, the cookie stays small."""


class NotOpenHere(NotFound):
    """This browser has not proved anything for that case, or there is no such case."""

    sentence = N_("To open your case, please give your order number again.")


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """A customer at her case."""

    case: Case
    actor: Actor
    walk: WalkRow | None
    """The one that speaks; None while there is none."""


def visit() -> str:
    """What tells this browser's visits apart from others'."""
    return cast(str, _known()["visit"])


def admit(case: str, proof: Proof) -> None:
    """From now on this browser may open the case; a stronger proof given earlier stays."""
    known = _known()
    before = proof_for(case) or "none"
    known["cases"].pop(case, None)
    known["cases"][case] = [max(before, proof, key=PROOFS.index), int(time.time())]
    while len(known["cases"]) > MOST:
        known["cases"].pop(next(iter(known["cases"])))
    session[KEY] = known
    session.modified = True


def proof_for(case: str) -> Proof | None:
    """The proof given for the case in this browser; None when there is none, or it was long ago."""
    given = _known()["cases"].get(case)
    return given[0] if given and time.time() - given[1] < LASTS else None


def visitor_of(case_id: str) -> Visitor:
    """The customer at the case with that public id. Raises NotOpenHere."""
    proof = proof_for(case_id)
    if proof is None:
        raise NotOpenHere
    with database().reading() as rows:
        wanted = select(Case).where(Case.public_id == case_id, within(customer(None, "", proof), Case))
        case = rows.scalars(wanted).one_or_none()
        if case is None:
            raise NotOpenHere
        walk = rows.get(WalkRow, case.front_walk_id) if case.front_walk_id else None
        name = case.customer.full_name if case.customer else ""
        _ = case.order
    speak_unless_chosen(case.language)
    return Visitor(case=case, actor=customer(case.customer_id, name, proof), walk=walk)


def _known() -> dict[str, Any]:
    known = session.get(KEY)
    if known is None:
        known = session[KEY] = {"visit": secrets.token_hex(8), "cases": {}}
    return cast(dict[str, Any], known)
