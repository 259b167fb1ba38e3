"""The first steps of the administrator's and the author's guide, each as a process of its own, as people type them."""

import os
import subprocess
import sys
from pathlib import Path

STEPS = """
db upgrade
user add you@example.com --name You --role administrator --role author --brand shop --password a-long-password-1
process import
process export parcel-not-received
process publish mine.yaml --note Nothing
"""


def test_an_installation_is_made_as_the_guides_say(tmp_path: Path) -> None:
    given = {key: value for key, value in os.environ.items() if not key.startswith("ARIANE_")}
    environment = {**given, "ARIANE_DATA_FOLDER": str(tmp_path / "var"), "LC_ALL": "en_GB.UTF-8"}
    for step in STEPS.strip().splitlines():
        command = [sys.executable, "-m", "ariane.cli", *step.split()]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"{step}\n{done.stdout}{done.stderr}"
        if "export" in step:
            (tmp_path / "mine.yaml").write_text(done.stdout)
