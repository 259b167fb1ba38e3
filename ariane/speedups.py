"""Compile the walk with mypyc: `make speedups`, or `python -m ariane.speedups`.

Needs the `speedups` extra and a C compiler with Python's headers. Where one of them is missing this says so and leaves
nothing behind: the walk then runs as plain Python, half as fast and otherwise the same.
"""

import os
import shutil
import tempfile
from pathlib import Path

import click

from processes.speedups import ROOT, folder, sources

OLD_ONES_KEPT = 2
"""Enough to go back and forth between branches."""


def main() -> None:
    """Make the native modules, unless those for the present sources are there."""
    made = folder()
    if made.is_dir():
        click.echo("The compiled walk is up to date.")
        return
    click.echo("Compiling the walk (half a minute, once for its present sources)")
    try:
        _make(made)
    # mypyc gives up by SystemExit, a compiler that is missing by any of several errors.
    except (Exception, SystemExit) as failure:
        click.echo(f"It cannot be compiled here and runs as plain Python, slower and otherwise the same: {failure}")
        return
    forget_old_ones(made)


def _make(made: Path) -> None:
    from mypyc.build import mypycify
    from setuptools import Distribution

    made.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=made.parent) as scratch:
        options = ["--config-file=", f"--cache-dir={scratch}/types", "--ignore-missing-imports"]
        written = [os.path.relpath(path) for path in sources()]
        modules = mypycify(
            [*options, *written], opt_level="2", debug_level="0", group_name="ariane_walk", target_dir=f"{scratch}/c"
        )
        command = Distribution({"ext_modules": modules}).get_command_obj("build_ext")
        command.build_lib, command.build_temp = f"{scratch}/made", f"{scratch}/objects"
        command.ensure_finalized()
        command.run()
        shutil.move(f"{scratch}/made", made)


def forget_old_ones(made: Path) -> None:
    """Remove what was made from sources of long ago."""
    others = sorted((each for each in made.parent.iterdir() if each != made), key=lambda each: each.stat().st_mtime)
    for each in others[:-OLD_ONES_KEPT]:
        shutil.rmtree(each)


if __name__ == "__main__":
    os.chdir(ROOT)
    main()
