"""Every reader is told in his own language."""

from base.errors import ArianeError, Conflict, Forbidden, Invalid, NotFound, Unavailable
from base.languages import LANGUAGES, N_, pick, spoken, translate
from base.people import UnknownTeam


def test_a_sentence_is_told_in_french_and_in_english() -> None:
    sentence = N_("There is no team named %(key)s.")
    assert translate("fr", sentence, key="quais") == "Il n’y a pas d’équipe nommée quais."
    assert (
        translate("fr-CA", sentence, key="quais")
        == translate("fr_FR", sentence, key="quais")
        == translate("FR", sentence, key="quais")
    )
    assert translate("en", sentence, key="docks") == "There is no team named docks."


def test_a_language_that_is_not_spoken_is_told_in_english() -> None:
    assert translate("de", "You are not allowed to do this.") == "You are not allowed to do this."
    assert spoken("de", "en-GB") == "en"
    assert spoken("de") == LANGUAGES[0]


def test_a_sentence_whose_parameters_do_not_fit_is_told_all_the_same() -> None:
    assert translate("en", "%(a)s of %(b)s", a=1) == "%(a)s of %(b)s"
    assert translate("en", "100 % sure") == "100 % sure"
    assert translate("fr", "") == ""


def test_words_of_the_business_are_picked_by_language() -> None:
    texts = {"fr": "Colis", "en": "Parcel"}
    assert pick(texts, "en", "fr") == "Parcel"
    assert pick(texts, "en-GB") == "Parcel"
    assert pick(texts, "de", "fr") == "Colis"
    assert pick(texts, "de") == "Colis"
    assert pick({"fr": "", "en": "Parcel"}, "fr") == "Parcel"
    assert pick({}) == ""


def test_an_error_tells_itself_and_carries_its_status() -> None:
    error = UnknownTeam(key="quais")
    assert error.tell("fr") == "Il n’y a pas d’équipe nommée quais."
    assert str(error) == "There is no team named quais."
    statuses = {kind.status for kind in (NotFound, Forbidden, Conflict, Invalid, Unavailable, ArianeError)}
    assert statuses == {404, 403, 409, 422, 503, 500}
