"""A mail that somebody wrote, not a process: its words, and the link by which its reader follows the request."""

from html import escape

from base.languages import N_, translate
from processes.decisions import LINK


def with_link(words: str, language: str) -> dict[str, str]:
    """`text` and `html` of the mail: paragraphs are parted by an empty line; the link is put in when it is sent."""
    invitation = translate(language, N_("Follow your request:"))
    paragraphs = "".join(f"<p>{escape(part)}</p>".replace("\n", "<br>") for part in words.split("\n\n"))
    return {
        "text": f"{words}\n\n{invitation} {LINK}",
        "html": f'{paragraphs}<p><a href="{LINK}">{escape(invitation.rstrip(" :"))}</a></p>',
    }
