"""The tests' own eyes see: a fault planted is a fault found."""

import pytest

from base.people import Person
from tests.webui.conftest import Look

pytestmark = pytest.mark.browser


def test_a_pale_text_a_nameless_button_and_a_wide_box_are_seen(look: Look, anne: Person) -> None:
    eyes = look(anne, width=390)
    eyes.go("/gallery/done").evaluate("""() => {
        const box = document.createElement("div");
        const pale = Object.assign(document.createElement("p"), { textContent: "pale" });
        box.append(pale, document.createElement("button"));
        box.firstChild.style.setProperty("color", "#cccccc");
        box.style.setProperty("width", "500px");
        document.querySelector("main").append(box);
    }""")
    faults = "\n".join(eyes.faults())
    assert "color-contrast" in faults
    assert "button-name" in faults
    assert "wider than its window" in faults


def test_a_breach_of_the_policy_is_seen(look: Look) -> None:
    eyes = look()
    eyes.go("/").evaluate("document.body.setAttribute('style', 'color: red')")
    eyes.page.wait_for_function("true")
    seen = [trouble for trouble in eyes.troubles if trouble.startswith("policy: style-src")]
    eyes.troubles.clear()
    assert seen
