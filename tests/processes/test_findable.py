"""A published process is found in the one search, by those it is for, in each language it is written in."""

import pytest

from base.actors import Actor, Role
from base.database import Database
from kb.search import find
from kb.uses import used_by
from processes.findable import passages_of, said
from processes.language.document import Document
from processes.library import shipped_document
from processes.versions import publish
from tests.company import Company, open_company


@pytest.fixture
def company(database: Database) -> Company:
    """With the flagship published."""
    return open_company(database, [shipped_document("parcel-not-received")])


def found(company: Company, typed: str, language: str = "fr", audience: str = "agent") -> list[str]:
    with company.database.reading() as session:
        hits = find(session, company.brand.id, typed, language=language, audience=audience)  # type: ignore[arg-type]
        return [f"{hit.kind} {hit.ref}" for hit in hits]


def test_a_process_is_found_by_title_and_by_what_it_asks(company: Company) -> None:
    title = shipped_document("parcel-not-received").title
    assert found(company, title["fr"]) == ["process parcel-not-received"]
    assert found(company, title["en"], "en", "customer") == ["process parcel-not-received"]
    assert found(company, "toutes mes excuses") == ["process parcel-not-received"]


def test_its_passages_know_where_they_are_included(company: Company) -> None:
    with company.database.reading() as session:
        links = used_by(session, company.brand.id, "pickup")
        assert [(link.kind, link.ref, link.anchor) for link in links] == [("process", "parcel-not-received", "papers")]


def test_the_words_of_the_version_before_find_nothing(company: Company) -> None:
    before = shipped_document("parcel-not-received")
    owner = Actor(kind="agent", name="Ada", roles=frozenset({Role.AUTHOR}), brand_id=company.brand.id)
    renamed = before.model_copy(update={"title": {"fr": "Ornithorynque", "en": "Platypus"}, "scenarios": []})
    with company.database.unit() as session:
        publish(session, owner, company.now, renamed, note="Autre titre")
    assert found(company, "ornithorynque") == ["process parcel-not-received"]
    assert found(company, "platypus", "en") == ["process parcel-not-received"]


def test_customers_read_no_words_meant_for_agents() -> None:
    document = Document.model_validate(
        {
            "ariane": 1,
            "process": "bells",
            "title": {"en": "Bells"},
            "reason": "product.question",
            "audience": ["agent", "customer"],
            "outcomes": {"told": "solved"},
            "sections": [
                {
                    "section": "main",
                    "steps": [
                        {
                            "say": "hello",
                            "text": {"en": "It rings at {{ hour | time }}."},
                            "texts": {"agent": {"en": "Hush."}},
                        },
                        {"say": "aside", "only": "agent", "text": {"en": "Between us."}},
                        {"note": "inner", "text": {"en": "Secret."}},
                        {
                            "say": "bye",
                            "text": {"en": "{% if late %}**Sorry**.{% else %}Good day.{% endif %}"},
                            "passage": "bells#hours",
                        },
                        {"close": "told"},
                    ],
                }
            ],
        }
    )
    assert said(document, "en", "customer") == "It rings at ….\nSorry. … Good day."
    assert said(document, "en", "agent").splitlines() == [
        "It rings at ….",
        "Hush.",
        "Between us.",
        "Sorry. … Good day.",
    ]
    assert passages_of(document) == ["bells#hours"]
