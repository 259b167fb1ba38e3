"""Which brand a command means: the one named with `--brand`, else the only one there is."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from base.brands import Brand
from base.errors import Invalid, NotFound
from base.languages import N_


class NoBrand(NotFound):
    """A brand that nobody has made."""

    sentence = N_("There is no such brand here. The first one is made with: ariane user add")


class SeveralBrands(Invalid):
    """Nothing says which one is meant."""

    sentence = N_("There are several brands here. Say which one with --brand: %(keys)s")


def brand_meant(session: Session, key: str | None) -> Brand:
    """The brand that a command means. Raises `NoBrand`, `SeveralBrands`."""
    wanted = select(Brand) if key is None else select(Brand).where(Brand.key == key)
    brands = session.scalars(wanted.order_by(Brand.id)).all()
    if not brands:
        raise NoBrand
    if len(brands) > 1:
        raise SeveralBrands(keys=", ".join(brand.key for brand in brands))
    return brands[0]
