"""A small IMAP server for tests: one user, one folder, as much of RFC 9051 as the robots speak."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Folder:
    """Mails by UID, and which were seen."""

    mails: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    port: int = 0
    deaf: bool = False
    """Accept and hang up, as a server does that is just going down."""

    def put(self, mail: str | bytes) -> int:
        """Deliver a mail; its UID."""
        uid = len(self.mails) + 1
        raw = mail.encode() if isinstance(mail, str) else mail
        self.mails[uid] = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        return uid

    @property
    def url(self) -> str:
        """How the robots are told of it."""
        return f"imap://claire:s%40fe@127.0.0.1:{self.port}/INBOX"


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        folder: Folder = self.server.folder  # type: ignore[attr-defined]
        if folder.deaf:
            return
        self._say("* OK ready")
        for line in self.rfile:
            tag, _, command = line.decode().strip().partition(" ")
            if not self._answer(folder, tag, command):
                return

    def _answer(self, folder: Folder, tag: str, command: str) -> bool:
        word = command.upper()
        if word.startswith("CAPABILITY"):
            self._say("* CAPABILITY IMAP4rev1")
        elif word.startswith("LOGIN") and command.split()[1:] != ["claire", '"s@fe"']:
            self._say(f"{tag} NO wrong")
            return True
        elif word.startswith("SELECT"):
            self._say(f"* {len(folder.mails)} EXISTS")
        elif word.startswith("UID SEARCH"):
            self._say("* SEARCH " + " ".join(str(uid) for uid in folder.mails if uid not in folder.seen))
        elif word.startswith("UID FETCH"):
            self._fetch(folder, command)
        elif word.startswith("UID STORE"):
            folder.seen.add(int(command.split()[2]))
        elif word.startswith("LOGOUT"):
            self._say("* BYE")
            self._say(f"{tag} OK done")
            return False
        self._say(f"{tag} OK done")
        return True

    def _fetch(self, folder: Folder, command: str) -> None:
        uid = int(command.split()[2])
        most = re.search(r"<0\.(\d+)>", command)
        raw = folder.mails[uid][: int(most[1]) if most else None]
        self._say(f"* {uid} FETCH (UID {uid} BODY[]<0> {{{len(raw)}}}")
        self.wfile.write(raw)
        self._say(")")

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    folder: Folder


@contextmanager
def serving(folder: Folder) -> Iterator[Folder]:
    """The server, at a free port of this machine."""
    with _Server(("127.0.0.1", 0), _Conversation) as server:
        server.folder, folder.port = folder, server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield folder
        server.shutdown()
        thread.join()
