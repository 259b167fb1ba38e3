"""One search: accents, capitals and endings do not matter, and both databases find the same."""

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from base.brands import Brand
from base.database import Database
from base.folding import end_of_prefix, fold
from kb.search import SearchEntry, SearchWord, find, publish_entry, withdraw_entry
from kb.stems import stem

ENTRIES: list[tuple[str, str, str, str, str]] = [
    (
        "article",
        "pickup",
        "fr",
        "Retrait en point relais",
        "Apportez une pièce d'identité. Le colis est gardé dix jours.",
    ),
    (
        "article",
        "refunds",
        "fr",
        "Remboursements",
        "Vous êtes remboursée sous quatorze jours. L'œuvre d'art fait exception.",
    ),
    ("article", "inside", "fr", "Procédure interne", "Geste commercial jusqu'à trente euros, remboursement compris."),
    (
        "process",
        "parcel-not-received",
        "fr",
        "Où est mon colis ?",
        "Le colis n'est pas arrivé : livraison, suivi, réexpédition.",
    ),
    ("article", "pickup", "en", "Picking up a parcel", "Bring an identity card. Parcels are kept for ten days."),
]


@pytest.fixture
def shelf(database: Database, brand: Brand) -> Brand:
    """A few articles and a process, in two languages, one for members of staff only."""
    with database.unit() as session:
        for kind, ref, language, title, body in ENTRIES:
            audience: Any = "agent" if ref == "inside" else "customer"
            known: dict[str, Any] = {"kind": kind, "ref": ref, "language": language, "audience": audience}
            publish_entry(session, brand_id=brand.id, title=title, body=body, **known)
    return brand


def refs(session: Session, brand: Brand, typed: str, language: str = "fr", **others: Any) -> list[str]:
    return [hit.ref for hit in find(session, brand.id, typed, language=language, **others)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("piece d'identite", "pickup"),
        ("PIÈCES", "pickup"),
        ("remboursé", "refunds"),
        ("remboursem", "refunds"),
        ("oeuvre", "refunds"),
        ("livrés", "parcel-not-received"),
        ("liv", "parcel-not-received"),
        ("où est mon colis", "parcel-not-received"),
        ("relais", "pickup"),
        ("de la", ""),
        ("14", ""),
        ("'; drop table search_word --", ""),
        ("", ""),
        ("%", ""),
        ("\x00", ""),
        ("a" * 5000, ""),
    ],
)
def test_typed_finds_first(database: Database, shelf: Brand, typed: str, first: str) -> None:
    with database.reading() as session:
        assert (refs(session, shelf, typed) or [""])[0] == first


def test_a_title_counts_more_than_a_body(database: Database, shelf: Brand) -> None:
    with database.reading() as session:
        assert refs(session, shelf, "colis") == ["parcel-not-received", "pickup"]


def test_what_has_all_the_words_hides_what_has_some(database: Database, shelf: Brand) -> None:
    with database.reading() as session:
        assert refs(session, shelf, "colis relais") == ["pickup"]
        assert set(refs(session, shelf, "colis introuvable")) == {"parcel-not-received", "pickup"}


def test_each_reader_finds_his_own(database: Database, shelf: Brand) -> None:
    with database.reading() as session:
        assert "inside" in refs(session, shelf, "remboursement")
        assert "inside" not in refs(session, shelf, "remboursement", audience="customer")
        assert refs(session, shelf, "parcel", language="en") == ["pickup"]
        assert refs(session, shelf, "colis", kinds=["article"]) == ["pickup"]
        shelf.id += 1
        assert refs(session, shelf, "colis") == []


def test_the_snippet_shows_the_place_and_marks_the_words(database: Database, brand: Brand) -> None:
    body = "Rien ici. " * 60 + "Le remboursement arrive sous quatorze jours. " + "Rien là. " * 60
    with database.unit() as session:
        publish_entry(
            session,
            brand_id=brand.id,
            kind="article",
            ref="a",
            language="fr",
            audience="customer",
            title="T",
            body=body,
        )
        (hit,) = find(session, brand.id, "rembourser", language="fr")
    text = "".join(piece for piece, _ in hit.snippet)
    assert [piece for piece, marked in hit.snippet if marked] == ["remboursement"]
    assert text.startswith("… ") and text.endswith(" …") and len(text) < 200
    assert hit.title == (("T", False),)


def test_published_again_it_says_the_new_only_and_withdrawn_nothing(database: Database, shelf: Brand) -> None:
    same: dict[str, Any] = {"brand_id": shelf.id, "kind": "article", "ref": "pickup"}
    with database.unit() as session:
        publish_entry(session, **same, language="fr", audience="customer", title="Consigne", body="Casier automatique.")
        assert refs(session, shelf, "relais") == []
        assert refs(session, shelf, "casiers") == ["pickup"]
        withdraw_entry(session, **same, language="fr")
        assert refs(session, shelf, "casiers") == []
        assert refs(session, shelf, "parcel", language="en") == ["pickup"]
        withdraw_entry(session, **same)
        left = select(SearchWord).join(SearchEntry).where(SearchEntry.ref == "pickup")
        assert session.scalars(left).all() == []


def test_ten_thousand_entries_are_found_in(database: Database, brand: Brand) -> None:
    with database.unit() as session:
        vocabulary = many_entries(session, brand)
    with database.reading() as session:
        for typed in typed_words(vocabulary):
            assert find(session, brand.id, typed, language="fr")


def typed_words(vocabulary: list[str]) -> tuple[str, ...]:
    """What somebody might look for among `many_entries`."""
    return vocabulary[7], "commande", f"{vocabulary[3]} {vocabulary[90]} commandes", vocabulary[0][:2]


def many_entries(session: Session, brand: Brand) -> list[str]:
    """Ten thousand articles of forty words; the words they are made of."""
    chance = Random(3)
    vocabulary = [begin + ending for begin in _beginnings(chance) for ending in ("", "s", "er", "ement", "ation")]
    entries: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    same: dict[str, Any] = {"brand_id": brand.id, "kind": "article", "language": "fr", "audience": "customer"}
    for number in range(1, 10_001):
        said = chance.choices(vocabulary, k=40)
        entries.append({**same, "id": number, "ref": str(number), "title": said[0], "body": " ".join(said)})
        rows += [{**same, "entry_id": number, "word": word, "weight": 5} for word in {*said, "commande"}]
    session.execute(insert(SearchEntry), entries)
    session.execute(insert(SearchWord), rows)
    return vocabulary


@given(st.text(max_size=30))
def test_a_stem_begins_its_word_and_folding_settles(text: str) -> None:
    folded = fold(text)
    assert folded.startswith(stem(folded))
    assert fold(folded) == folded


@given(st.text(max_size=12), st.text(max_size=12))
def test_a_prefix_and_its_end_hold_exactly_what_begins_with_it(prefix: str, other: str) -> None:
    for text in (prefix + other, other):
        assert (prefix <= text < end_of_prefix(prefix)) == (text.startswith(prefix) and text < end_of_prefix(prefix))
        assert text.startswith(prefix) == (prefix <= text < end_of_prefix(prefix))


def _beginnings(chance: Random) -> list[str]:
    letters = "bcdfglmnprst"
    return ["".join(chance.choice(letters) + chance.choice("aeiou") for _ in range(3)) for _ in range(400)]
