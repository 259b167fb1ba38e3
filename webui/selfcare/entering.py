"""The first page: what is it about, which order, and the postcode or mail address that shows it is the customer's."""

from collections.abc import Mapping
from typing import Literal

from flask import Response, request

from base.languages import N_
from processes.versions import NoSuchProcess
from processes.walks import WalkIsBroken
from webui.beginning import Matter, arrive_at, matters, set_going
from webui.i18n import language, settle, tell
from webui.identification import LONGEST, Claim, claimed, look_at, verify
from webui.partials import page
from webui.requests import database, now
from webui.selfcare.asking_people import person_takes_over
from webui.selfcare.case_pages import arrived
from webui.selfcare.door import CHANNEL, blueprint, brand, customer
from webui.selfcare.visitors import admit, visit

NUMBER_MISSING = N_("Please give your order number. It stands at the top of your confirmation mail.")
PROOF_MISSING = N_("Please give the postcode of the delivery, or the mail address of your order.")

Trouble = Literal["no_match", "silent"]


@blueprint.get("")
def home() -> Response:
    return _welcome({})


@blueprint.post("")
def enter() -> Response:
    claim = claimed(_given("order_number"), _given("postcode"), brand().id)
    problems = _missing(claim)
    if problems:
        return _welcome(problems, status=422)
    verdict = verify(claim, brand().id, request.remote_addr or "")
    if verdict == "silent":
        return _welcome({}, trouble="silent", status=503)
    if verdict == "wrong":
        return _welcome({}, trouble="no_match", status=422)
    # Whoever filled this page in reads its language: what follows is not suddenly in that of an older case.
    settle()
    return _let_in(claim, _matter(_matters()))


def _let_in(claim: Claim, matter: Matter) -> Response:
    sight = look_at(claim.number, brand().id)
    stranger = customer(None, "", "order")
    arrival = arrive_at(stranger, matter, sight, now(), language=language(), channel=CHANNEL, visit=visit())
    admit(arrival.case, "order")
    actor = customer(arrival.customer_id, "", "order")
    try:
        set_going(
            actor, arrival.case_id, matter.key, number=sight.number, language=language(), channel=CHANNEL,
            contact_id=arrival.contact_id,
        )  # fmt: skip
    except WalkIsBroken:
        person_takes_over(actor, arrival.case_id)
    return arrived(arrival.case)


def _welcome(problems: Mapping[str, str], *, trouble: Trouble | None = None, status: int = 200) -> Response:
    about = _matters()
    return page(
        "selfcare/welcome.html",
        status=status,
        matters=about,
        chosen=_matter(about).key if about else "",
        order_number=_given("order_number"),
        postcode=_given("postcode"),
        problems=problems,
        trouble=trouble,
    )


def _missing(claim: Claim) -> dict[str, str]:
    faults = {
        "order_number": NUMBER_MISSING if not claim.number else "",
        "postcode": "" if claim.proof else PROOF_MISSING,
    }
    return {name: tell(sentence) for name, sentence in faults.items() if sentence}


def _matters() -> list[Matter]:
    with database().reading() as session:
        return matters(session, brand().id, "customer")


def _matter(about: list[Matter]) -> Matter:
    """The one chosen; else the one asked for in the address; else what is asked most."""
    wished = _given("about")
    if not about:
        raise NoSuchProcess(key=wished)
    return next((matter for matter in about if matter.key == wished), about[0])


def _given(name: str) -> str:
    """A value of the form or of the address, as one bounded text."""
    return request.values.get(name, "").replace("\x00", "").strip()[:LONGEST]
