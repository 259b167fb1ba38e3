"""Mailing members of staff the links into their accounts: invitations, and lost passwords."""

from html import escape
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from base.account_links import AccountLink, to_mail, token_of
from base.brands import Brand
from base.clock import real_now
from base.languages import N_, translate
from robots.mail import Letter

if TYPE_CHECKING:
    from robots.rounds import Robots

SUBJECTS = {
    "invitation": N_("Your access to Ariane of %(brand)s"),
    "reset": N_("A new password for Ariane of %(brand)s"),
}
WORDS = {
    "invitation": N_(
        "Hello %(name)s,\n\nyou may work in Ariane now. Choose your password here, within seven days:\n\n%(address)s\n"
    ),
    "reset": N_(
        "Hello %(name)s,\n\nhere you choose a new password, within one hour:\n\n%(address)s\n\n"
        "If you have not asked for this, do nothing: your password stays as it is.\n"
    ),
}


def deliver(robots: "Robots") -> int:
    """Mail what waits; how many went. A mail whose fate is not known is sent again: a link may arrive twice."""
    if not robots.porter.post.scheme:
        return 0  # no mail server is configured: an administrator hands the links over
    with robots.database.reading() as session:
        links = to_mail(session, real_now(session))
        letters = [(link.id, _letter(robots, link, _brand(session, link))) for link in links]
    sent = 0
    for link_id, letter in letters:
        with robots.database.unit() as session:
            session.get_one(AccountLink, link_id).mail_attempts += 1
        posted = robots.porter.post.send(letter)
        if posted.fate == "sent":
            with robots.database.unit() as session:
                session.get_one(AccountLink, link_id).mailed_at = real_now(session)
            sent += 1
    return sent


def _brand(session: Session, link: AccountLink) -> str:
    return str(session.scalars(select(Brand.name).where(Brand.id == link.person.brand_id)).one())


def _letter(robots: "Robots", link: AccountLink, brand: str) -> Letter:
    address = f"{robots.porter.base_url.rstrip('/')}/account/l/{token_of(robots.porter.secret, link.public_id)}"
    person = link.person
    text = translate(person.language, WORDS[link.purpose], name=person.name, address=address)
    return Letter(
        key=f"account:{link.public_id}", to=(person.email,),
        subject=translate(person.language, SUBJECTS[link.purpose], brand=brand), text=text,
        html="".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n")),
        language=person.language,
    )  # fmt: skip
