"""Every sentence with its conditions; changed by id, all or nothing; to translators and back."""

from typing import Any

import pytest

from processes import exchanging, sentences
from processes.language.document import Document
from processes.library import shipped_document, shipped_keys
from processes.sentences import Wanted
from processes.versions import to_json


def body(key: str = "cancel-order") -> dict[str, Any]:
    return to_json(shipped_document(key))


@pytest.mark.parametrize("key", shipped_keys())
def test_every_sentence_has_an_id_of_its_own_and_is_found_where_its_path_leads(key: str) -> None:
    found = sentences.sentences(body(key), "fr")
    assert len({each.id for each in found}) == len(found)
    for each in found:
        place: Any = body(key)
        for part in each.path:
            place = place[part]
        assert place == each.texts


def test_no_sentence_of_the_document_is_left_out() -> None:
    written = str(body())
    found = sentences.sentences(body(), "fr")
    assert written.count("'fr': ") == sum("fr" in each.texts for each in found)


def test_a_sentence_comes_with_the_conditions_that_lead_to_it() -> None:
    found = {each.id: each for each in sentences.sentences(body(), "en")}
    assert found["told_delivered/text"].when == ("Where the order stands", "order.status = delivered")
    assert found["cancelled_free/subject"].when[-1] == "cancellation.refunded is missing"
    assert found["way_back/choices/keep/label"].kind == "ask"


def test_a_language_left_behind_is_marked() -> None:
    live, draft = body(), body()
    next(each for each in draft["sections"] if each["section"] == "stop")["steps"][1]["text"]["fr"] = "On appelle."
    marked = {each.id: each.stale for each in sentences.sentences(draft, "fr", live) if each.stale}
    assert marked == {"asking_warehouse/text": ("en",)}


def test_words_are_changed_by_id_and_the_document_stays_valid() -> None:
    wanted = [Wanted(id="asking_warehouse/text", language="en", text="We call {{ order_number }}.")]
    edits, problems = sentences.judge(body(), wanted, "en")
    assert problems == []
    changed = sentences.apply(body(), edits)
    Document.model_validate(changed)
    assert {each.id: each.texts["en"] for each in sentences.sentences(changed, "en")}["asking_warehouse/text"] == (
        "We call {{ order_number }}."
    )


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Wanted(id="nowhere/text", language="en", text="x", line=3), "Line 3: There is no sentence “nowhere/text”"),
        (Wanted(id="asking_warehouse/text", language="de", text="x"), "not written in “de”"),
        (Wanted(id="asking_warehouse/text", language="en", text=" "), "would be empty"),
        (Wanted(id="asking_warehouse/text", language="en", text="{% if"), ""),
        (Wanted(id="asking_warehouse/text", language="en", text="x" * 20_001), "longer than"),
        (Wanted(id="asking_warehouse/text", language="en", text="x", source=("fr", "vieux")), "export it again"),
    ],
)
def test_what_cannot_be_taken_is_told_in_a_sentence(wanted: Wanted, said: str) -> None:
    edits, [problem] = sentences.judge(body(), [wanted], "en")
    assert edits == []
    assert said in problem.tell("en")
    assert problem.tell("fr")


# --- files ------------------------------------------------------------------------------------------------------------

FORMS = ("csv", "xliff12", "xliff20")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("key", shipped_keys())
def test_what_goes_out_comes_back_and_changes_nothing(key: str, form: str) -> None:
    file = exchanging.export(body(key), form, "fr", "en")
    wanted, problems = exchanging.read(file, "fr")
    assert problems == []
    assert len(wanted) >= len(sentences.sentences(body(key), "fr"))
    assert sentences.judge(body(key), wanted, "fr") == ([], [])


@pytest.mark.parametrize("form", FORMS)
def test_a_translation_made_outside_comes_in(form: str) -> None:
    file = exchanging.export(body(), form, "fr", "en").decode()
    changed = file.replace("We are asking the warehouse to stop it", "We ask our warehouse to stop it")
    wanted, problems = exchanging.read(changed.encode(), "en")
    edits, more = sentences.judge(body(), wanted, "en")
    assert (problems, more) == ([], [])
    assert [edit.sentence.id for edit in edits] == ["asking_warehouse/text"]


def test_a_spreadsheet_cell_is_no_formula_and_comes_back_as_it_was() -> None:
    odd = body()
    odd["title"]["fr"] = "=1+1"
    file = exchanging.export(odd, "csv", "fr", "en")
    assert b"'=1+1" in file
    wanted, _ = exchanging.read(file, "fr")
    assert sentences.judge(odd, wanted, "fr") == ([], [])


@pytest.mark.parametrize(
    "file",
    [
        b"", b"\xff\xfe", b"<xliff", b"<html/>", b"id,fr\n", b"a,b,c\n1,2,3\n", b"id,step,where,when,fr,en\nx,y\n",
        b'<!DOCTYPE x [<!ENTITY e "boom">]><xliff version="1.2"><file>&e;</file></xliff>',
        b'<xliff version="1.2"><file source-language="fr" target-language="en"><body/></file></xliff>',
    ],
)  # fmt: skip
def test_what_is_no_such_file_is_told_and_never_crashes(file: bytes) -> None:
    wanted, problems = exchanging.read(file, "fr")
    assert wanted == [] or problems
    assert all(problem.tell("fr") for problem in problems)
    assert wanted or problems


def test_500_mutated_files_never_crash_and_never_import_a_part() -> None:
    from random import Random

    random = Random(7)
    for number in range(500):
        form = FORMS[number % 3]
        file = bytearray(exchanging.export(body(), form, "fr", "en"))
        for _ in range(random.randint(1, 20)):
            place = random.randrange(len(file))
            match random.randrange(3):
                case 0:
                    file[place] = random.randrange(256)
                case 1:
                    del file[place : place + random.randint(1, 400)]
                case _:
                    file[place:place] = random.choice([b"<", b'"', b",", b"\n", b"{{", b"&", b"\x00"])
        wanted, problems = exchanging.read(bytes(file), "fr")
        edits, more = sentences.judge(body(), wanted, "fr")
        assert all(problem.tell("fr") for problem in [*problems, *more])
        if not problems and not more:
            Document.model_validate(sentences.apply(body(), edits))
