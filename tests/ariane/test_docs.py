"""The guides tell what is there: every command, every option of the configuration, and nothing that does not exist."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from ariane.catalogue import HOME, typeset
from ariane.cli import group
from base.config import PREFIX, Configuration
from base.languages import LANGUAGES

GUIDE = HOME / "docs" / "guide"
ROLES = ("agent", "author", "supervisor", "administrator")
PAGES = [HOME / "README.md", *sorted((HOME / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
SHELL = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by the words that call it."""
    waiting: list[tuple[str, click.Command]] = [("ariane", group)]
    while waiting:
        name, command = waiting.pop()
        if not isinstance(command, click.Group):
            yield name, command
            continue
        context = click.Context(command)
        for word in command.list_commands(context):
            inner = command.get_command(context, word)
            assert inner is not None, word
            waiting.append((f"{name} {word}", inner))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_is_documented(language: str) -> None:
    page = (GUIDE / f"administrator.{language}.md").read_text()
    assert [name for name, _ in commands() if f"| `{name}` |" not in page] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_option_of_the_configuration_is_documented(language: str) -> None:
    rows = re.findall(rf"^\| `({PREFIX}\w+)` \| (.*?) \|", (GUIDE / f"administrator.{language}.md").read_text(), re.M)
    fields = Configuration.model_fields
    assert [name for name, _ in rows] == [PREFIX + field.upper() for field in fields]
    for name, told in rows:
        default = fields[name.removeprefix(PREFIX).lower()].default
        if isinstance(default, str | int | Path) and default != "":
            assert told == f"`{str(default).lower() if isinstance(default, bool) else default}`", name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HOME)))
def test_what_is_shown_for_the_shell_exists(page: Path) -> None:
    known = dict(commands())
    for line in "\n".join(SHELL.findall(page.read_text())).replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        if not words or words[0] != "ariane":
            continue
        name = next((" ".join(words[:n]) for n in (3, 2) if " ".join(words[:n]) in known), None)
        assert name is not None, line
        options = {option for each in known[name].params for option in (*each.opts, *each.secondary_opts)}
        asked = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
        assert asked <= options | {"-h", "--help"}, line


@pytest.mark.parametrize("page", PAGES[1:], ids=lambda page: str(page.relative_to(HOME)))
def test_links_lead_somewhere(page: Path) -> None:
    links = [link for link in LINK.findall(FENCE.sub("", page.read_text())) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("role", ROLES)
def test_both_languages_have_the_same_parts(role: str) -> None:
    counts = {
        language: [
            len(re.findall(pattern, (GUIDE / f"{role}.{language}.md").read_text(), re.M))
            for pattern in (r"^#", r"^\* ", r"^\|", r"^```")
        ]
        for language in LANGUAGES
    }
    assert counts["fr"] == counts["en"]


def test_french_guides_are_set_as_french_is_printed() -> None:
    for role in ROLES:
        for line in FENCE.sub("", (GUIDE / f"{role}.fr.md").read_text()).splitlines():
            assert line == typeset(line)
