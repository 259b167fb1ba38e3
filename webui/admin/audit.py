"""The audit trail, for administrators: who changed what, newest first."""

from flask import Response, request
from sqlalchemy import or_, select

from base.audit import AuditEntry
from webui.admin.audit_words import about_of, column_of, kinds_named, value_of, what_of
from webui.admin.door import administrators, blueprint
from webui.partials import page
from webui.requests import current_actor, database

PAGE = 100


@blueprint.get("/audit")
@administrators
def audit() -> Response:
    """A page of it; `before` is the id of the last entry shown, `about` a word that the entry has."""
    before, about = request.args.get("before", ""), request.args.get("about", "").strip()[:60]
    brand_id = current_actor().brand_id
    wanted = select(AuditEntry).where(or_(AuditEntry.brand_id == brand_id, AuditEntry.brand_id.is_(None)))
    if before.isdecimal() and len(before) < 19:
        wanted = wanted.where(AuditEntry.id < int(before))
    if about:
        wanted = wanted.where(
            or_(
                AuditEntry.what.contains(about, autoescape=True),
                AuditEntry.about.contains(about, autoescape=True),
                *(AuditEntry.what.startswith(f"{kind}.", autoescape=True) for kind in kinds_named(about)),
            )
        )
    with database().reading() as session:
        found = list(session.scalars(wanted.order_by(AuditEntry.id.desc()).limit(PAGE + 1)))
    return page(
        "admin/audit.html", trail=found[:PAGE], more=len(found) > PAGE, about=about, what_of=what_of,
        about_of=about_of, column_of=column_of, value_of=value_of,
    )  # fmt: skip
