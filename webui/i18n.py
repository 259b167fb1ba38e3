"""The language and the zone of a page, and the catalogue for the modules in the browser.

A reader's language is the one just asked for (`?lang=`), else the one in a cookie, else what the browser prefers.
Signing in sets the cookie to the person's own. A door that knows better (the language of a case) calls `speak`.
"""

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel import Locale
from babel.messages.pofile import read_po
from flask import Blueprint, Flask, Response, abort, g, has_request_context, jsonify, request
from markupsafe import Markup

from base.languages import DOMAIN, FOLDER, LANGUAGES, spoken, translate, translate_number
from webui.requests import person_here

COOKIE = "language"
YEAR = 365 * 24 * 3600
NAMES = {"fr": "Français", "en": "English"}

blueprint = Blueprint("i18n", __name__)


def install(app: Flask) -> None:
    app.jinja_env.globals.update(
        _=sentence, gettext=sentence, ngettext=sentence_of_number, language=language, language_names=NAMES,
        other_languages=other_languages, in_language=in_language,
    )  # fmt: skip
    app.after_request(keep)
    app.register_blueprint(blueprint)


def language() -> str:
    """The language of this page, one of `LANGUAGES`."""
    # Asked hundreds of times a page: the common way is one look.
    try:
        return cast(str, g.language)
    except AttributeError:
        g.language = chosen = (asked() or kept() or preferred()) if has_request_context() else LANGUAGES[0]
        return chosen
    except RuntimeError:  # no page: a command, a test
        return LANGUAGES[0]


def speak(chosen: str) -> None:
    """From here on this page is in `chosen`."""
    g.language = spoken(chosen)


def settle() -> None:
    """The language of this page stays that of the pages after it, as if it had been asked for."""
    g.settled = language()


def tell(msgid: str, **params: object) -> str:
    """A marked sentence in the page's language."""
    return translate(language(), msgid, **params)


def sentence(msgid: str, /, **params: object) -> Markup:
    """A sentence in the page's language, for templates: what fills it is escaped, itself is not."""
    return _kept(language(), msgid) % params if params else _kept(language(), msgid)


def sentence_of_number(one: str, many: str, num: int, /, **params: object) -> Markup:
    """The sentence that fits a number, which fills it as `num`."""
    return Markup(translate_number(language(), one, many, num)) % {"num": num, **params}  # noqa: S704 - our own words


@cache
def _kept(chosen: str, msgid: str) -> Markup:
    return Markup(translate(chosen, msgid))  # noqa: S704 - our own words


def zone() -> ZoneInfo:
    """The reader's zone: his own on staff pages, the brand's on customers'."""
    try:
        return cast(ZoneInfo, g.zone)
    except AttributeError:
        person = person_here() if has_request_context() else None
        g.zone = here = ZoneInfo(person.zone) if person else DEFAULT_ZONE
        return here
    except RuntimeError:
        return DEFAULT_ZONE


def stand_in(zone_name: str) -> None:
    """From here on this page tells times in that zone, as a brand's does."""
    g.zone = ZoneInfo(zone_name)


DEFAULT_ZONE = ZoneInfo("Europe/Paris")


def other_languages() -> list[str]:
    return [each for each in LANGUAGES if each != language()]


def in_language(chosen: str) -> str:
    """The address of this page in another language."""
    query = {**request.args.to_dict(), "lang": chosen}
    return f"{request.path}?{urlencode(query)}"


def asked() -> str | None:
    return _known(request.args.get("lang"))


def kept() -> str | None:
    settled: str | None = g.get("settled")
    return settled or _known(request.cookies.get(COOKIE))


def preferred() -> str:
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def keep(response: Response) -> Response:
    """Remember a language that was asked for."""
    if chosen := asked() or g.get("settled"):
        remember(response, chosen)
    response.vary.add("Accept-Language")
    return response


def remember(response: Response, chosen: str) -> None:
    response.set_cookie(COOKIE, chosen, max_age=YEAR, secure=request.is_secure, httponly=True, samesite="Lax")


def _known(wish: str | None) -> str | None:
    return wish if wish in LANGUAGES else None


@blueprint.get("/i18n/<chosen>.json")
def catalogue(chosen: str) -> Response:
    """The sentences that modules tell, compiled from the same catalogue as all others."""
    if chosen not in LANGUAGES:
        abort(404)
    response = jsonify(sentences(chosen))
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:16])
    response.headers["Cache-Control"] = "no-cache"
    return cast(Response, response.make_conditional(request))


@cache
def sentences(chosen: str) -> dict[str, Any]:
    path = FOLDER / chosen / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not path.exists():
        return {}
    with path.open("rb") as source:
        messages = read_po(source, locale=Locale.parse(chosen))
    return {_key(each.id): each.string for each in messages if each.id and _for_modules(each.locations)}


def _key(msgid: Any) -> str:
    return cast(str, msgid if isinstance(msgid, str) else msgid[0])


def _for_modules(locations: Sequence[tuple[str, int | None]]) -> bool:
    return any(str(file).endswith(".js") for file, _line in locations)
