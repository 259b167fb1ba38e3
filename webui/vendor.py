"""Refreshes the interface's vendored files: `python -m webui.vendor`, for maintainers only.

Nobody else needs Node: the files are committed. The manifest `static/vendor/vendor.toml` names each package,
its exact version and the files taken from it; `static/vendor/sums.toml` holds the sha256 of each file.
"""

import hashlib
import re
import shutil
import subprocess
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "static" / "vendor"
SPRITE_HEAD = '<svg xmlns="http://www.w3.org/2000/svg">'
SYMBOL_LOOK = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'


@dataclass(frozen=True, kw_only=True)
class Package:
    name: str
    version: str
    licence: str
    files: dict[str, str]
    """Our file name to the path inside the publisher's package."""
    own_files: list[str] = field(default_factory=list)
    """Files that are ours and stay through a refresh."""
    sprite: str | None = None
    icons: list[str] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return FOLDER / f"{self.name.lstrip('@').replace('/', '-')}@{self.version}"


def main() -> None:
    for package in packages():
        refresh(package)
    write_sums()


def packages() -> list[Package]:
    manifest = tomllib.loads((FOLDER / "vendor.toml").read_text())
    return [Package(**entry) for entry in manifest["package"]]


def refresh(package: Package) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        source = unpacked(package, Path(scratch))
        for ours, theirs in package.files.items():
            target = package.folder / ours
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / theirs, target)
        if package.sprite:
            (package.folder / package.sprite).write_text(sprite(source / "icons" / "outline", package.icons))


def unpacked(package: Package, scratch: Path) -> Path:
    command = ["npm", "pack", "--silent", f"{package.name}@{package.version}"]
    subprocess.run(command, cwd=scratch, check=True, capture_output=True)  # noqa: S603 - the manifest is ours
    (archive,) = scratch.glob("*.tgz")
    with tarfile.open(archive) as contents:
        contents.extractall(scratch, filter="data")
    return scratch / "package"


def sprite(folder: Path, names: list[str]) -> str:
    symbols = (symbol(name, (folder / f"{name}.svg").read_text()) for name in names)
    return "\n".join([SPRITE_HEAD, *symbols, "</svg>"]) + "\n"


def symbol(name: str, drawing: str) -> str:
    shapes = re.findall(r"<(?:path|circle|rect|line|ellipse|polyline)\b[^>]*/>", drawing)
    drawn = "".join(re.sub(r"\s+", " ", shape) for shape in shapes if 'stroke="none"' not in shape)
    return f'<symbol id="{name}" viewBox="0 0 24 24" {SYMBOL_LOOK}>{drawn}</symbol>'


def write_sums() -> None:
    lines = [f'"{path}" = "{digest}"' for path, digest in sums()]
    (FOLDER / "sums.toml").write_text("\n".join(lines) + "\n")


def sums() -> Iterator[tuple[str, str]]:
    """Each vendored file with its sha256, in order of path."""
    for package in packages():
        for path in sorted(package.folder.rglob("*")):
            if path.is_file():
                yield path.relative_to(FOLDER).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
