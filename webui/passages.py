"""Passages of articles in the words of a walk: doors join what kb and processes may not know of each other."""

from collections.abc import Callable

from base.database import Database
from kb.articles import passage
from processes.language.texts import Passage
from processes.wording import PassageFinder


def finder(database: Database) -> Callable[[int], PassageFinder]:
    """How passages are found, for each brand."""

    def for_brand(brand_id: int) -> PassageFinder:
        def find(ref: str, language: str) -> Passage | None:
            with database.reading() as session:
                found = passage(session, brand_id, ref, language)
                return None if found is None else Passage(found.html, found.plain)

        return find

    return for_brand
