"""What authors write becomes clean pages, cut at their headings."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.markdown import ArticleTooLong, SameAnchorTwice, TooManyHeadings, render

PICKUP = """# Pick-up

Your parcel waits.

## Papers to bring {#papers}

An **identity card**, see [the list](https://example.org/list).

| paper | needed |
|---|:-:|
| card | yes |

### For somebody else

A signed letter.

## Opening hours

Nine to six.
"""


def test_headings_name_their_passages() -> None:
    rendered = render(PICKUP)
    assert [part.anchor for part in rendered.parts] == ["pick-up", "papers", "for-somebody-else", "opening-hours"]
    papers = rendered.parts[1]
    assert papers.title == "Papers to bring"
    assert "<strong>identity card</strong>" in papers.html
    assert "A signed letter." in papers.html
    assert "Nine to six" not in papers.html
    assert '<h2 id="papers">Papers to bring</h2>' in rendered.html
    assert "{#" not in rendered.html + rendered.plain


def test_tables_keep_their_alignment_and_links_are_safe() -> None:
    html = render(PICKUP).html
    assert '<td align="center">yes</td>' in html
    assert '<a href="https://example.org/list" rel="noopener noreferrer">the list</a>' in html


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "![a](data:text/html;base64,PHNjcmlwdD4=)",
        '[a](https://e.org "onmouseover=alert(1)")',
        "<a href='https://e.org' style='position:fixed'>x</a>",
        '## x {#a"onclick=alert(1)}',
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "```\n</code></pre><script>alert(1)</script>\n```",
    ],
)
def test_nothing_written_becomes_markup_of_its_own(attack: str) -> None:
    html = render(attack).html
    assert not re.search(r"<(script|svg|style|iframe)|<[^>]*\s(on\w+|style)\s*=", html, re.IGNORECASE)
    assert not re.search(r'(href|src)="\s*(javascript|data)', html, re.IGNORECASE)


def test_the_same_name_twice_is_refused_and_the_same_words_are_told_apart() -> None:
    with pytest.raises(SameAnchorTwice):
        render("# One {#a}\n\n# Two {#a}\n")
    assert [part.anchor for part in render("# One\n\n# One\n\n# ***\n").parts] == ["one", "one-2", "part"]


def test_a_passage_knows_links_defined_elsewhere() -> None:
    assert "https://example.org" in render("# A\n\nsee [it]\n\n# B\n\n[it]: https://example.org\n").parts[0].html


def test_too_much_is_refused_in_a_sentence() -> None:
    with pytest.raises(ArticleTooLong):
        render("a" * 200_001)
    with pytest.raises(TooManyHeadings):
        render("# a\n" * 301)


BOMBS = ["[" * 50_000, "*a " * 50_000, "> " * 60_000, "`" * 99_999, "- " * 60_000, "![a](" * 30_000]
"""How long they take is measured in the benches."""


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb[:4])
def test_hostile_nesting_is_shown_flat(bomb: str) -> None:
    assert render(bomb).html.count("<blockquote>") <= 30


@given(st.text(max_size=300))
@settings(max_examples=150)
def test_any_text_renders_to_clean_html(text: str) -> None:
    rendered = render(text)
    assert not re.search(r"<(script|iframe|style|svg|form|input)", rendered.html, re.IGNORECASE)
    assert len({part.anchor for part in rendered.parts}) == len(rendered.parts)
