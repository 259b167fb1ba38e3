"""What all pages of the knowledge door share: the blueprint, its languages, and who may write."""

from flask import Blueprint
from sqlalchemy.orm import Session

from base.brands import Brand
from base.permissions import Permission
from webui.i18n import language
from webui.menu import may
from webui.requests import current_actor

blueprint = Blueprint("knowledge", __name__, url_prefix="/knowledge")


@blueprint.context_processor
def everywhere() -> dict[str, object]:
    return {"writer": may(Permission.ARTICLE_WRITE), "publisher": may(Permission.ARTICLE_PUBLISH)}


def languages_here(session: Session) -> list[str]:
    """Languages that the brand's articles are written in, the reader's first."""
    spoken = session.get_one(Brand, current_actor().brand_id).languages
    return sorted(spoken, key=lambda each: each != language())
