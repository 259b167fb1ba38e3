"""Whose mail it is, where one mailbox serves several brands: by the mail it answers, else by the address it came to."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from base.brands import Brand
from base.settings import Setting
from cases.mails import Mail
from robots.inbox.parsing import Received

ADDRESSES = "mail_addresses"
"""Setting of a brand: addresses that customers write to, "hello@shop.example", or a whole domain, "@shop.example"."""


def brand_of(session: Session, mail: Received) -> Brand:
    """The brand that the mail is for; the oldest one for a mail that names none of them."""
    brands = {brand.id: brand for brand in session.scalars(select(Brand).order_by(Brand.id)).unique()}
    first = next(iter(brands.values()))
    if len(brands) == 1:
        return first
    answered = select(Mail.brand_id).where(Mail.message_id.in_(mail.refers_to)).order_by(Mail.id.desc()).limit(1)
    known = session.scalar(answered) if mail.refers_to else None
    if known is not None:
        return brands[known]
    named = select(Setting.brand_id, Setting.value).where(Setting.key == ADDRESSES).order_by(Setting.brand_id)
    ours = [(brand_id, written) for brand_id, value in session.execute(named) for written in _addresses(value)]
    for address in mail.to:
        for brand_id, written in ours:
            if address == written or (written.startswith("@") and address.endswith(written)):
                return brands[brand_id]
    return first


def _addresses(value: object) -> list[str]:
    written = value if isinstance(value, list) else [value]
    return [each.strip().casefold() for each in written if isinstance(each, str) and each.strip()]
