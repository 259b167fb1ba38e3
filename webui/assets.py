"""The interface's files: addressed by their content, compressed once, kept by browsers for a year.

Our own files are one tree under `/static/<hash of all of them>/`: modules and sheets name their neighbours by plain
relative addresses, and one changed byte changes every address. Vendored files carry their version in their own path.
"""

import gzip
import hashlib
import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise  # type: ignore[import-untyped]

from webui import requests

COMMENTS = re.compile(rb"^[ \t]*//.*$", re.MULTILINE)
"""Lines that are a comment of a module of ours: read here, not sent. What is left keeps its line numbers."""
SOURCE = Path(__file__).parent / "static"
VENDOR = "vendor"
PACKED = {".js", ".css", ".svg", ".json"}
YEAR = 365 * 24 * 3600

LIT = "vendor/lit-html@3.3.3"
MODULES = {
    "lit-html": f"{LIT}/lit-html.js",
    "lit-html/directive": f"{LIT}/directive.js",
    "lit-html/repeat": f"{LIT}/directives/repeat.js",
}
"""Bare names that modules may import, beside relative addresses."""


def install(app: Flask) -> None:
    assets = Assets(SOURCE)
    with app.app_context():
        served = assets.pressed(requests.configuration().data_folder / "cache")
    app.wsgi_app = _server(app, assets, served)  # type: ignore[method-assign]
    app.jinja_env.globals.update(
        asset=assets.address,
        icon_sheet=assets.address(ICONS),
        import_map=assets.import_map(),
        modules_of=assets.modules,
    )


ICONS = "vendor/tabler-icons@3.51.0/sprite.svg"


class Assets:
    def __init__(self, source: Path) -> None:
        self.source = source
        self.names = sorted(path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file())
        self.mark = self._hash()

    def address(self, name: str) -> str:
        """Where a browser finds the file `name`; raises LookupError for a file that does not exist."""
        if name not in self.names:
            raise LookupError(name)
        return f"/static/{name}" if name.startswith(f"{VENDOR}/") else f"/static/{self.mark}/{name}"

    def modules(self, folder: str) -> list[str]:
        """Addresses of the modules in a folder and of those with bare names, for pages that fetch them ahead."""
        own = [self.address(name) for name in self.names if name.startswith(folder) and name.endswith(".js")]
        return own + [self.address(file) for file in MODULES.values()]

    def import_map(self) -> dict[str, dict[str, str]]:
        return {"imports": {name: self.address(file) for name, file in MODULES.items()}}

    def pressed(self, cache: Path) -> Path:
        """A copy of all files with their compressed twins, made once for each state of the source."""
        target = cache / f"static-{self.mark}"
        if not target.exists():
            cache.mkdir(parents=True, exist_ok=True)
            scratch = Path(tempfile.mkdtemp(dir=cache))
            self._press(scratch)
            # Another process may have been faster: its copy holds the same bytes.
            with suppress(OSError):
                scratch.rename(target)
            shutil.rmtree(scratch, ignore_errors=True)
        return target

    def _press(self, target: Path) -> None:
        for name in self.names:
            body = (self.source / name).read_bytes()
            if name.endswith(".js") and not name.startswith(f"{VENDOR}/"):
                body = COMMENTS.sub(b"", body)
            copy = target / (name if name.startswith(f"{VENDOR}/") else f"{self.mark}/{name}")
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(body)
            if copy.suffix in PACKED:
                copy.with_name(copy.name + ".gz").write_bytes(gzip.compress(body, 9, mtime=0))

    def _hash(self) -> str:
        digest = hashlib.sha256()
        for name in self.names:
            digest.update(name.encode() + b"\0" + (self.source / name).read_bytes())
        return digest.hexdigest()[:12]


def _server(app: Flask, assets: Assets, folder: Path) -> WhiteNoise:
    return WhiteNoise(
        app.wsgi_app,
        root=str(folder),
        prefix="static/",
        max_age=YEAR,
        immutable_file_test=lambda path, url: True,
        allow_all_origins=False,
        add_headers_function=lambda headers, path, url: headers.add_header("X-Content-Type-Options", "nosniff"),
    )
