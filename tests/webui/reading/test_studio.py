"""The studio to read: every process with its tree, versions, scenarios and settings."""

import pytest
from flask.testing import FlaskClient

from base.people import Person
from processes.language.document import Document, StepBase, walk_branch
from processes.library import shipped_document
from processes.outline import SectionOutline, StepOutline, outline_of
from tests.webui.conftest import Enter, Look

PAGES = ("", "/parcel-not-received", "/parcel-not-received/scenarios", "/parcel-not-received/versions",
         "/parcel-not-received/settings", "/parcel-not-received/1")  # fmt: skip


def test_processes_are_listed_with_what_is_under_way(client: FlaskClient, enter: Enter, anne: Person) -> None:
    page = enter(client, anne).get("/studio").text
    assert "Where is my parcel?" in page
    assert "/studio/delivered-twice" in page


@pytest.mark.parametrize("address", PAGES)
def test_every_view_answers(client: FlaskClient, enter: Enter, anne: Person, address: str) -> None:
    assert enter(client, anne).get(f"/studio{address}").status_code == 200


def test_the_tree_holds_every_step_with_its_id(client: FlaskClient, enter: Enter, anne: Person) -> None:
    page = enter(client, anne).get("/studio/parcel-not-received").text
    assert 'href="/studio/parcel-not-received/versions"' in page
    for step in shipped_document("parcel-not-received").all_steps():
        if step.step_id:
            assert f'id="step-{step.step_id}"' in page


def test_scenarios_are_really_played(client: FlaskClient, enter: Enter, anne: Person) -> None:
    page = enter(client, anne).get("/studio/delivered-twice/scenarios").text
    number = len(shipped_document("delivered-twice").scenarios)
    assert f"{number} of {number} scenarios play as they should" in page


def test_an_unknown_process_or_version_is_not_found(client: FlaskClient, enter: Enter, anne: Person) -> None:
    client = enter(client, anne)
    assert client.get("/studio/nothing").status_code == 404
    assert client.get("/studio/parcel-not-received/99").status_code == 404


def test_nobody_reads_without_signing_in(client: FlaskClient) -> None:
    assert client.get("/studio/parcel-not-received").status_code in (302, 303, 401)


def test_an_outline_draws_each_step_once_in_the_readers_language() -> None:
    document = shipped_document("delivered-twice")
    french, english = outline_of(document, "fr"), outline_of(document, "en")
    assert french.title != english.title
    drawn = [step.id for section in french.sections for step in _steps(section) if step.id]
    written = [step.step_id for section in document.sections for step in _written(document, section.section)]
    assert drawn == [step for step in written if step]


def _steps(outline: SectionOutline | StepOutline) -> list[StepOutline]:
    if isinstance(outline, SectionOutline):
        return [each for step in outline.steps for each in _steps(step)]
    return [outline, *(each for branch in outline.branches for step in branch.steps for each in _steps(step))]


def _written(document: Document, name: str) -> list[StepBase]:
    section = next(each for each in document.sections if each.section == name)
    return list(walk_branch(section.steps))


@pytest.mark.browser
@pytest.mark.parametrize(("language", "theme", "width"), [("fr", "light", 1366), ("en", "dark", 390)])
def test_pages_have_no_fault(look: Look, anne: Person, language: str, theme: str, width: int) -> None:
    eyes = look(anne, language=language, theme=theme, width=width)
    for address in PAGES[:5]:
        eyes.go(f"/studio{address}")
        assert eyes.faults() == [], address
