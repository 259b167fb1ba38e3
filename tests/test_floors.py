"""Rooms stand on floors: a room uses lower floors only, rooms of one floor ignore each other, and so do their tables.

The pure walk uses the standard library alone. What breaks this is told as `kb/articles.py -> robots`.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ariane.wiring import ROW_MODULES, load_rows
from base.database import Base
from tests.schema import modules_with_tables

HOME = Path(__file__).parent.parent
FLOORS = {"ariane": 7, "webui": 6, "insight": 5, "robots": 4, "processes": 3, "kb": 2, "cases": 2, "base": 1}
PURE = "processes/walk"
ALLOWED_IN_PURE = {"base.money", "base.business_time", "processes.walk"}
FORBIDDEN_IN_PURE = {
    "asyncio",
    "os",
    "pathlib",
    "random",
    "requests",
    "secrets",
    "socket",
    "subprocess",
    "threading",
    "time",
}
CALLS_FORBIDDEN_IN_PURE = {"open", "print", "input", "eval", "exec"}
WRITES_PYTHON = ("processes/walk/source.py", "exec")
"""The one page that may run what it wrote itself: see docs/decisions/0004-expressions-are-written-as-python.md."""
CLOCKS = {"now", "utcnow", "today"}


def test_every_room_uses_lower_floors_only() -> None:
    assert list(upward_imports()) == []


def test_no_foreign_key_points_to_a_higher_floor_or_a_neighbour() -> None:
    load_rows()
    home = {str(mapper.local_table): mapper.class_.__module__.partition(".")[0] for mapper in Base.registry.mappers}
    broken = [
        f"{home[table.key]}: {table.key}.{key.parent.name} -> {key.column.table.key} ({home[key.column.table.key]})"
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if not may_use(home[table.key], home[key.column.table.key])
    ]
    assert broken == []


def test_the_walk_is_pure() -> None:
    assert list(impurities(HOME / PURE)) == []


@pytest.mark.parametrize("module", ["base/money.py", "base/business_time.py"])
def test_what_the_walk_uses_of_the_ground_is_pure_too(module: str) -> None:
    assert list(impurities(HOME / module)) == []


def test_rows_are_wired_by_name_and_none_is_forgotten() -> None:
    assert sorted(ROW_MODULES) == sorted(modules_with_tables())


def test_there_is_no_other_room() -> None:
    rooms = {path.parent.name for path in HOME.glob("*/__init__.py")}
    assert rooms - {"tests"} == set(FLOORS)


def upward_imports() -> Iterator[str]:
    """Each import that breaks the floors."""
    for room in FLOORS:
        for file in sorted((HOME / room).rglob("*.py")):
            for module in sorted(imported(file)):
                other = module.partition(".")[0]
                if other in FLOORS and not may_use(room, other):
                    yield f"{file.relative_to(HOME)} -> {module}"
                if other == "tests":
                    yield f"{file.relative_to(HOME)} -> tests"


def may_use(room: str, other: str) -> bool:
    """Whether `room` stands above `other`."""
    return room == other or FLOORS[room] > FLOORS[other]


def impurities(place: Path) -> Iterator[str]:
    """Each import or call that a pure module must not have."""
    for file in [place] if place.is_file() else sorted(place.rglob("*.py")):
        name = file.relative_to(HOME)
        for module in sorted(imported(file)):
            top = module.partition(".")[0]
            standard = top in sys.stdlib_module_names and top not in FORBIDDEN_IN_PURE
            own = any(module == allowed or module.startswith(allowed + ".") for allowed in ALLOWED_IN_PURE)
            if not standard and not own:
                yield f"{name} -> {module}"
        for call in (node for node in ast.walk(tree(file)) if isinstance(node, ast.Call)):
            called = call.func.id if isinstance(call.func, ast.Name) else ""
            if called in CALLS_FORBIDDEN_IN_PURE and (name.as_posix(), called) != WRITES_PYTHON:
                yield f"{name}:{call.lineno} calls {called}"
            if isinstance(call.func, ast.Attribute) and call.func.attr in CLOCKS and is_clock(call.func.value):
                yield f"{name}:{call.lineno} looks at a clock"


def is_clock(node: ast.expr) -> bool:
    """Whether `.now()` on this is the time of the machine, and not a value that a rule was given."""
    last = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return last in {"datetime", "date"}


def imported(file: Path) -> set[str]:
    """All modules that a file imports, also inside functions; `from x import y` may name a module too."""
    found = set()
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = absolute(file, node)
            found |= {f"{base}.{alias.name}" if base in FLOORS else base for alias in node.names}
    return found


def absolute(file: Path, node: ast.ImportFrom) -> str:
    """The module that a `from … import` names, its leading dots resolved."""
    if not node.level:
        return node.module or ""
    package = file.relative_to(HOME).parent.parts
    return ".".join([*package[: len(package) - node.level + 1], *([node.module] if node.module else [])])


def tree(file: Path) -> ast.Module:
    """The file, parsed."""
    return ast.parse(file.read_text(), str(file))
