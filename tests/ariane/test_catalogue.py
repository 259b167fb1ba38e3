"""Every sentence that a person may read has its French."""

from babel.messages import Catalog

from ariane import catalogue


def test_every_sentence_has_its_french() -> None:
    now_said = catalogue.updated()
    missing = [f"{message.locations[0][0]}: {message.id}" for message in catalogue.untranslated(now_said)]
    assert missing == [], "run `make i18n`, then write the French in base/translations"


def test_the_compiled_catalogue_is_fresh() -> None:
    assert catalogue.compiled(catalogue.updated()) == catalogue.MO.read_bytes(), "run `make i18n`"


def test_sentences_are_gathered_from_python_templates_and_scripts() -> None:
    places = {place.rpartition(".")[2] for _message, place in catalogue.sentences()}
    assert {"py", "html"} <= places


def test_a_translation_with_other_parameters_counts_as_missing() -> None:
    french = Catalog(locale="fr")
    french.add("There is no team named %(key)s.", "Pas d'équipe %(nom)s.")
    french.add("Yes", "Oui")
    assert [message.id for message in catalogue.untranslated(french)] == ["There is no team named %(key)s."]


def test_of_two_entries_for_one_sentence_the_later_with_french_counts(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    po = tmp_path / "ariane.po"
    entries = ['msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"', 'msgid "Yes"\nmsgstr "Ui"']
    po.write_text("\n\n".join([*entries, 'msgid "Yes"\nmsgstr "Oui"', 'msgid "Yes"\nmsgstr ""']) + "\n")
    monkeypatch.setattr(catalogue, "PO", po)
    message = catalogue.known().get("Yes")
    assert message is not None and message.string == "Oui"


def test_french_is_set_as_it_is_printed() -> None:
    typed = "L'échec : 3 000 essais, « rien » ! Écrivez `a : b`."
    assert catalogue.typeset(typed) == "L’échec\u00a0: 3\u202f000 essais, «\u00a0rien\u00a0»\u00a0! Écrivez `a : b`."
    assert catalogue.typeset(catalogue.typeset(typed)) == catalogue.typeset(typed)
    assert catalogue.typeset("12:30, 06 12 34, =>= ?, %(a)s %(b)s") == "12:30, 06 12 34, =>=\u00a0?, %(a)s %(b)s"
