"""Conditions and values said in words: what authors wrote, as business people read it."""

import pytest

from processes.connectors.catalogue import catalogue
from processes.judging import names_of
from processes.language import document as d
from processes.library import shipped, shipped_document, shipped_keys
from processes.outline import Outline, StepOutline, outline_of
from processes.speaking import Words, words_of

SHIPPED = {document.process: document for document in shipped()}


def words(key: str, language: str) -> Words:
    capabilities = {name: each.label.tell(language) for name, each in catalogue().items()}
    return words_of(
        names_of(shipped_document(key), SHIPPED, language), language, capabilities=capabilities,
        teams={"customer_service": "Service clients"}, processes={"late-delivery": "Livraison en retard"},
        fields={**catalogue()["shop.order"].fields["lines"].of.fields, **catalogue()["carrier.tracking"].fields},  # type: ignore[union-attr]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("source", "french"),
    [
        ("order is missing", "commande manque"),
        ("not order.paid", "commande › payée n’est pas vrai"),
        ('order.status = "shipped"', "commande › état de la commande est expédiée"),
        ('order.status in ["shipped", "delivered"]', "commande › état de la commande est l’un de expédiée, livrée"),
        ("order.total > 150 EUR", "commande › total est supérieur à 150,00 EUR"),
        ("order.promised_on < today", "commande › livraison promise le est avant aujourd’hui"),
        ("order.paid and (order is known or true)", "commande › payée est vrai et (commande est connu ou toujours)"),
        (
            "since(order.placed_at) > 2 business days",
            "temps depuis commande › passée le est supérieur à 2 jours ouvrés",
        ),
        ("not (order.paid and true)", "pas (commande › payée est vrai et toujours)"),
        (
            'any(order.lines, .sku = "LAMPE")',
            "dans « commande › lignes », au moins un a : référence est LAMPE",
        ),
    ],
)
def test_a_condition_is_said_with_the_labels_of_its_names(source: str, french: str) -> None:
    assert words("parcel-not-received", "fr").condition(source) == french


def test_cells_and_delays_are_said_too() -> None:
    said = words("parcel-not-received", "fr")
    assert said.cell("shipped, delivered", "order.status") == "expédiée, livrée"
    assert said.cell("3..5") == "de 3 à 5"
    assert said.cell("not late") == "sauf late"
    assert said.cell(">= 20 EUR") == "est au moins 20,00 EUR"
    assert said.cell("any") == "tout"
    assert said.delay("2 business days") == "2 jours ouvrés"


def test_what_cannot_be_said_stays_as_it_was_written() -> None:
    said = words("parcel-not-received", "fr")
    assert said.condition("order is") == "order is"
    assert said.value("round(order.total, 2)") == "round(order.total, 2)"


@pytest.mark.parametrize("key", shipped_keys())
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_condition_of_a_shipped_process_has_words(key: str, language: str) -> None:
    said = words(key, language)
    for source in conditions(shipped_document(key)):
        told = said.condition(source)
        assert "_" not in told, told
        assert language == "en" or told != source


@pytest.mark.parametrize("key", shipped_keys())
def test_the_french_tree_shows_no_key_of_a_step_that_has_words(key: str) -> None:
    outline = outline_of(shipped_document(key), "fr", words(key, "fr"))
    for step in steps(outline):
        assert "_" not in step.title, step.title
        assert all(" = " not in branch.label for branch in step.branches)


def test_an_item_that_was_chosen_has_the_fields_of_its_list() -> None:
    named = {each.path: each for each in names_of(shipped_document("parcel-not-received"), SHIPPED, "fr")}
    assert named["parcel.status"].label.endswith("état du colis")
    assert named["parcel.status"].values["lost"] == "perdu"
    damaged = {each.path: each for each in names_of(shipped_document("damaged-on-arrival"), SHIPPED, "en")}
    assert damaged["broken.price"].label.endswith("price")


def conditions(document: d.Document) -> list[str]:
    found: list[str] = []
    for step in document.all_steps():
        found += [case.when for case in step.cases or []] if isinstance(step, d.Decide) else []
        until = getattr(step, "until", None)
        found += [until] if until else []
    return found


def steps(outline: Outline) -> list[StepOutline]:
    waiting = [step for section in outline.sections for step in section.steps]
    found: list[StepOutline] = []
    while waiting:
        step = waiting.pop()
        found.append(step)
        waiting += [inner for branch in step.branches for inner in branch.steps]
    return found
