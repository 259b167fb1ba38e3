"""Processes as files: out as YAML, in as a draft, whole or not at all; 500 broken files change nothing."""

import io
import re
from random import Random

import pytest
from flask.testing import FlaskClient

from base.people import Person
from processes.drafts import draft_of
from processes.language.shape import read_document
from processes.library import shipped_source
from tests.company import Company
from tests.webui.conftest import Enter


@pytest.fixture
def author(client: FlaskClient, enter: Enter, sofia: Person) -> FlaskClient:
    """Sofia, signed in."""
    return enter(client, sofia)


def bring(author: FlaskClient, file: bytes) -> str:
    found = re.search(r'csrf_token" value="([^"]+)', author.get("/studio/import").text)
    assert found is not None
    form = {"csrf_token": found[1], "file": (io.BytesIO(file), "process.yaml")}
    return author.post("/studio/import", data=form, content_type="multipart/form-data", follow_redirects=True).text


def test_what_goes_out_comes_back_as_a_draft(author: FlaskClient, company: Company) -> None:
    file = author.get("/studio/cancel-order/process.yaml").data
    changed = file.replace(b"Cancel my order", b"Stop my order")
    assert "In the draft now" in bring(author, changed)
    with company.database.reading() as session:
        draft = draft_of(session, company.brand.id, "cancel-order")
    assert draft is not None
    assert draft.document["title"]["en"] == "Stop my order"


def test_a_process_that_is_not_here_yet_begins_as_a_draft(author: FlaskClient, company: Company) -> None:
    file = author.get("/studio/cancel-order/process.yaml").data
    bring(author, re.sub(rb'process: "?cancel-order"?', b'process: "stop-order"', file))
    with company.database.reading() as session:
        assert draft_of(session, company.brand.id, "stop-order") is not None


def test_a_broken_file_says_its_line_and_changes_nothing(author: FlaskClient, company: Company) -> None:
    broken = shipped_source("cancel-order").replace("  - act: stop\n", "  - act: stop\n    act: again\n")
    page = bring(author, broken.encode())
    assert re.search(r"line \d+", page)
    assert "Nothing was changed" in page
    with company.database.reading() as session:
        assert draft_of(session, company.brand.id, "cancel-order") is None


def test_nothing_is_no_file(author: FlaskClient) -> None:
    assert "5 MB at most" in bring(author, b"")


def test_500_mutated_files_are_read_or_refused_with_a_sentence() -> None:
    random, source = Random(11), shipped_source("seller-dispute")
    lines = source.splitlines(keepends=True)
    for _ in range(500):
        broken = lines[:]
        for _ in range(random.randint(1, 4)):
            place = random.randrange(len(broken))
            match random.randrange(4):
                case 0:
                    del broken[place]
                case 1:
                    broken[place] = broken[place][: random.randrange(len(broken[place]) + 1)]
                case 2:
                    broken.insert(place, random.choice(["  - {\n", "x: [\n", "\t\n", "&a\n", "%YAML 9\n", "- -\n"]))
                case _:
                    broken[place] = broken[place].replace(":", random.choice(["", "::", " : "]), 1)
        document, faults = read_document("".join(broken), "yaml")
        assert document is not None or faults
        assert all(fault.tell("fr") and fault.tell("en") for fault in faults)
