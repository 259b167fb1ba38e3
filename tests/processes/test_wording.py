"""Words told: the right variant, the right language, values as literals, never inside a write unit."""

import pytest

from base.database import Database, InsideWriteUnit
from processes.language.compile import compile_document
from processes.language.texts import Passage
from processes.walk.program import Program
from processes.walk.turn import Words
from processes.wording import GAP, Reader, in_all_languages, label_of, tell, tell_line
from tests.walking import tiny

STEPS = """
- say: hello
  text: {fr: "Bonjour **{{ order.customer.first_name }}**.", en: "Hello **{{ order.customer.first_name }}**."}
  texts:
    customer: {fr: "Voici votre commande.", en: "Here is your order."}
    agent.phone: {fr: "Dites bonjour.", en: "Say hello."}
    mail: {fr: "Par écrit.", en: "In writing."}
- close: done
  text: {fr: "Fait.", en: "Done."}
"""


@pytest.fixture
def program() -> Program:
    """A process whose first words have variants."""
    return compile_document(tiny(STEPS)).checked()


def hello(**values: object) -> Words:
    return Words(step="hello", path="", visit=1, kind="say", text="hello.text", values=values)


def reader(walker: str = "agent", channel: str = "chat", *languages: str) -> Reader:
    return Reader(walker=walker, channel=channel, languages=languages or ("fr",), zone="Europe/Paris")


@pytest.mark.parametrize(
    ("walker", "channel", "told"),
    [
        ("agent", "phone", "Dites bonjour."),
        ("agent", "mail", "Par écrit."),
        ("customer", "mail", "Par écrit."),
        ("customer", "selfcare", "Voici votre commande."),
        ("agent", "chat", "Bonjour Claire."),
        ("robot", "robot", "Bonjour Claire."),
        ("assistant", "", "Bonjour Claire."),
    ],
)
def test_the_most_precise_variant_is_told(program: Program, walker: str, channel: str, told: str) -> None:
    words = hello(**{"order.customer.first_name": "Claire"})
    assert tell(program, words, reader(walker, channel)).plain == told


@pytest.mark.parametrize(
    ("languages", "language"), [(("en", "fr"), "en"), (("de", "en"), "en"), (("de",), "fr"), (("fr-CA",), "fr")]
)
def test_the_readers_language_then_what_there_is(program: Program, languages: tuple[str, ...], language: str) -> None:
    told = tell(program, hello(**{"order.customer.first_name": "Claire"}), reader("agent", "chat", *languages))
    assert told.language == language
    assert told.plain == {"fr": "Bonjour Claire.", "en": "Hello Claire."}[language]


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "**bold**", "{{ order.total }}", "[x](javascript:1)"])
def test_a_value_is_a_literal_never_markup(program: Program, name: str) -> None:
    told = tell(program, hello(**{"order.customer.first_name": name}), reader())
    assert name in told.plain
    assert "<script" not in told.html
    assert "href" not in told.html
    assert told.html.count("<strong>") == 1


def test_a_missing_value_leaves_a_visible_gap(program: Program) -> None:
    assert GAP in tell(program, hello(), reader()).plain


def test_all_languages_are_told_for_what_is_stored(program: Program) -> None:
    words = hello(**{"order.customer.first_name": "Claire"})
    told = in_all_languages(program, words, reader(), ("fr", "en"))
    assert told == {"fr": "Bonjour Claire.", "en": "Hello Claire."}


def test_a_line_is_one_line(program: Program) -> None:
    words = hello(**{"order.customer.first_name": "Claire\nBcc: all"})
    assert "\n" not in tell_line(program, words, reader())


def test_a_passage_stands_below_in_both_forms(program: Program) -> None:
    words = Words(
        step="hello", path="", visit=1, kind="say", text="hello.text", values={"order.customer.first_name": "Claire"},
        passage="claims#papers",
    )  # fmt: skip
    shown = Passage("<p>Les pièces</p>", "Les pièces")
    told = tell(program, words, reader(), passage=lambda name, language: shown if name == "claims#papers" else None)
    assert told.plain.endswith("Les pièces")
    assert "<p>Les pièces</p>" in told.html
    assert "pièces" not in tell(program, words, reader(), passage=lambda name, language: None).plain


def test_words_are_not_rendered_inside_a_write_unit(program: Program, database: Database) -> None:
    with database.unit(), pytest.raises(InsideWriteUnit):
        tell(program, hello(), reader())


def test_a_label_falls_back_to_what_there_is() -> None:
    assert label_of({"fr": "Oui"}, ("en",)) == "Oui"
    assert label_of({}, ("en",), 7) == "7"
