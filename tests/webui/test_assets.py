"""The interface's files: what was vendored is what was published, nothing comes from elsewhere, nothing is inline."""

import gzip
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from webui import vendor
from webui.assets import SOURCE, Assets

REPOSITORY = Path(__file__).parents[2]
TEMPLATES = sorted((REPOSITORY / "webui" / "templates").rglob("*.html"))
OURS = [file for file in SOURCE.rglob("*") if file.is_file() and "vendor" not in file.parts]
MODULES = [file for file in OURS if file.suffix == ".js"]
SHEETS = [file for file in OURS if file.suffix == ".css"]


def test_vendored_files_are_what_their_publishers_packed() -> None:
    noted = tomllib.loads((vendor.FOLDER / "sums.toml").read_text())
    assert noted == dict(vendor.sums())


def test_every_vendored_package_brings_its_licence() -> None:
    for package in vendor.packages():
        assert (package.folder / "LICENSE").stat().st_size > 400
        assert package.licence


def test_nothing_vendored_is_left_out_of_the_manifest() -> None:
    known = {package.folder.name for package in vendor.packages()}
    assert {entry.name for entry in vendor.FOLDER.iterdir() if entry.is_dir()} == known


def test_the_sprite_holds_the_icons_that_pages_name() -> None:
    (package,) = [package for package in vendor.packages() if package.sprite]
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (package.folder / str(package.sprite)).read_text()))
    assert drawn == set(package.icons)
    named = {name for file in TEMPLATES for name in re.findall(r'(?:icon|draw)\("([\w-]+)"', file.read_text())}
    named |= {name for file in TEMPLATES for name in re.findall(r'icon="([\w-]+)"', file.read_text())}
    assert named <= drawn


@pytest.mark.parametrize("file", [*TEMPLATES, *SHEETS, *MODULES], ids=lambda file: file.name)
def test_nothing_names_another_host(file: Path) -> None:
    text = file.read_text().replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"(?:https?:)?//[a-z0-9-]+\.[a-z]", re.sub(r"^\s*//.*", "", text, flags=re.MULTILINE))


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_nothing_is_inline(file: Path) -> None:
    text = file.read_text()
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert "<style" not in text
    assert not re.search(r"hx-on|hx-live|hx-vals|hx-vars|\bjs:|javascript:", text)
    assert all("nonce=" in tag for tag in re.findall(r"<script(?![^>]*\bsrc=|[^>]*json)[^>]*>", text))


@pytest.mark.parametrize("file", MODULES, ids=lambda file: file.name)
def test_modules_insert_text_never_markup(file: Path) -> None:
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", file.read_text()
    )


def test_every_form_that_acts_carries_a_token_and_goes_once() -> None:
    for file in TEMPLATES:
        for form in re.findall(
            r"<form[^>]*method=\"post\".*?</form>|<form method=\"post\".*?endmacro", file.read_text(), re.S
        ):
            assert "csrf_token()" in form, file
            assert "hx-post" not in form or 'hx-sync="this:drop"' in form, file


def test_htmx_is_written_as_its_fourth_version_wants() -> None:
    (package,) = [package for package in vendor.packages() if package.name == "htmx.org"]
    checker = [sys.executable, str(package.folder / "upgrade-check"), "--ext", ".html,.js"]
    folders = [str(REPOSITORY / "webui" / "templates"), str(SOURCE / "js")]
    checked = subprocess.run([*checker, *folders], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_addresses_change_with_the_content(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a{}")
    before = Assets(tmp_path).address("a.css")
    (tmp_path / "a.css").write_text("b{}")
    assert Assets(tmp_path).address("a.css") != before


def test_a_file_that_does_not_exist_has_no_address(tmp_path: Path) -> None:
    with pytest.raises(LookupError):
        Assets(tmp_path).address("missing.css")


def test_files_are_packed_and_kept_for_good(client: FlaskClient) -> None:
    addresses = re.findall(r'(?:href|src)="(/static/[^"#]+)"', client.get("/").text)
    assert len(set(addresses)) > 6
    for address in addresses:
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "immutable" in answer.headers["Cache-Control"]


def test_comments_stay_here_and_lines_keep_their_numbers(client: FlaskClient) -> None:
    name = "js/keys.js"
    sent = client.get(Assets(SOURCE).address(name)).get_data(as_text=True)
    read = (SOURCE / name).read_text()
    assert "//" in read and not [line for line in sent.splitlines() if line.lstrip().startswith("//")]
    assert sent.count("\n") == read.count("\n")


def test_what_customers_load_stays_small(client: FlaskClient) -> None:
    page = client.get("/gallery/state")
    files = re.findall(r'(?:href|src)="(/static/[^"#]+)"', page.text)
    modules = [f"/static/{Assets(SOURCE).mark}/js/{name}.js" for name in ("focus", "toasts")]
    sizes = {address: packed(client, address) for address in {*files, *modules}}
    assert sum(size for address, size in sizes.items() if address.endswith(".js")) < 20_000
    assert sum(size for address, size in sizes.items() if address.endswith("selfcare.css")) < 2_048
    assert len(gzip.compress(page.data)) + sum(sizes.values()) < 30_000


def test_scripts_of_the_console_stay_small(client: FlaskClient) -> None:
    files = re.findall(r'src="(/static/[^"]+\.js)"', client.get("/").text)
    own = {module: len(gzip.compress(module.read_bytes())) for module in MODULES}
    studio = sum(size for module, size in own.items() if module.parent.name == "studio")
    vendored = sum(packed(client, address) for address in files)
    assert vendored + sum(own.values()) - studio < 40_000
    assert vendored + sum(own.values()) < 100_000, "the editor's come on top, on its own page"


def test_the_wheel_holds_the_interface(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=REPOSITORY, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    needed = [*TEMPLATES, *(file for file in SOURCE.rglob("*") if file.is_file())]
    assert {file.relative_to(REPOSITORY).as_posix() for file in needed} <= inside


def packed(client: FlaskClient, address: str) -> int:
    return len(client.get(address, headers={"Accept-Encoding": "gzip"}).data)
