"""`python3 start.py`, as somebody types it first: on a small project with the same pins, by the real pip."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEEDED = ("hatchling", "editables", "packaging", "pathspec", "pluggy", "tomlkit", "trove-classifiers")
"""What building takes; the small project needs nothing else."""
TOLD = """\
import os, sys
print("{name}", *sys.argv[1:])
if "where" in sys.argv:
    print(os.getcwd())
raise SystemExit(3 if "three" in sys.argv else 0)
"""
WITHOUT_ENSUREPIP = """\
# Stands before Python's own: makes the folder, then fails as Debian's does where python3-venv is missing.
import runpy, sys
pip = "--without-pip" not in sys.argv
sys.path = [one for one in sys.path if one != {here!r}]
sys.modules.pop("venv", None)
sys.argv += ["--without-pip"] if pip else []
try:
    runpy.run_module("venv", run_name="__main__", alter_sys=True)
except SystemExit as ended:
    if ended.code:
        raise
if pip:
    print("The virtual environment was not created successfully because ensurepip is not available.")
    raise SystemExit(1)
"""


def pins() -> str:
    """The pins of what building takes, with their hashes, from the file that ships."""
    written = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    blocks = re.findall(r"^([a-z0-9-]+)==.*(?:\n +.*)*", written, re.MULTILINE)
    whole = {name: re.search(rf"^{name}==.*(?:\n +.*)*", written, re.MULTILINE) for name in NEEDED}
    assert set(NEEDED) <= set(blocks), "building needs no network beyond the pins"
    return "".join(f"{found[0]}\n" for found in whole.values() if found)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A checkout with the real `start.py`, whose `bot` and `pytest` say how they were called."""
    folder = tmp_path / "a house"  # with a blank, as folders have
    (folder / "bot").mkdir(parents=True)
    shutil.copy(ROOT / "start.py", folder)
    (folder / "bot" / "__init__.py").touch()
    (folder / "bot" / "__main__.py").write_text(TOLD.format(name="hearth"), encoding="utf-8")
    (folder / "pytest.py").write_text(TOLD.format(name="pytest"), encoding="utf-8")
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        '[project]\nname = "small"\nversion = "1"\n'
        '[tool.hatch.build.targets.wheel]\npackages = ["bot"]\n',
        encoding="utf-8",
    )
    for name in ("requirements.txt", "requirements-test.txt"):
        (folder / name).write_text(pins(), encoding="utf-8")
    return folder


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """Where a Python finds a `venv` that has no ensurepip: its rooms are made in half the time, too."""
    here = tmp_path / "broken"
    here.mkdir()
    (here / "venv.py").write_text(WITHOUT_ENSUREPIP.format(here=str(here)), encoding="utf-8")
    return here


def start(house: Path, *words: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Type it, from another folder."""
    env = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))
    }
    if path is not None:
        env["PYTHONPATH"] = str(path)
    return subprocess.run(
        [sys.executable, house / "start.py", *words], cwd=house.parent, env=env, capture_output=True,
        text=True, check=False, timeout=300,
    )  # fmt: skip


def touched(house: Path) -> dict[Path, int]:
    """Every file of the environment, with when it was written."""
    files = ((path, path.stat()) for path in (house / ".venv").rglob("*") if path.suffix != ".pyc")
    return {path: stat.st_mtime_ns for path, stat in files if path.is_file()}


def test_the_first_start_installs_and_the_second_does_nothing_else(house: Path) -> None:
    first = start(house)
    assert first.returncode == 0, first.stderr
    assert "Installing" in first.stdout
    assert first.stdout.splitlines()[-1] == "hearth try"
    made = touched(house)
    again = start(house, "crisis", "GB", "three")
    assert again.stdout == "hearth crisis GB three\n"
    assert again.stderr == ""
    assert again.returncode == 3, "it ends as the command ended"
    where = start(house, "where").stdout
    assert where == f"hearth where\n{house.parent}\n", "files that are named lie where that was typed"
    assert touched(house) == made
    tests = start(house, "tests", "-k", "crisis")
    assert tests.stdout.splitlines()[-1] == "pytest --numprocesses 2 --dist loadfile -k crisis"
    (house / "requirements.txt").write_text(pins() + "# another\n", encoding="utf-8")
    assert "Installing" in start(house).stdout, "new pins are installed"


def test_it_works_where_python_has_no_ensurepip(house: Path, bare: Path) -> None:
    ran = start(house, path=bare)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.splitlines()[-1] == "hearth try"
    inside = [house / ".venv" / ("Scripts" if os.name == "nt" else "bin") / "python", "-m", "pip"]
    assert subprocess.run(inside, capture_output=True, check=False).returncode != 0, "there is no pip inside"
    assert start(house, path=bare).stdout == "hearth try\n"


def test_a_file_that_is_not_what_was_pinned_is_not_installed(house: Path, bare: Path) -> None:
    changed = re.sub(r"sha256:[0-9a-f]{4}", "sha256:0000", pins())
    (house / "requirements.txt").write_text(changed, encoding="utf-8")
    ran = start(house, path=bare)
    assert ran.returncode == 1
    assert "hearth" not in ran.stdout.splitlines()
    assert "DO NOT MATCH THE HASHES" in ran.stderr
    assert ran.stderr.strip().endswith("Nothing outside .venv was changed.")
    (house / "requirements.txt").write_text(pins(), encoding="utf-8")
    assert start(house, path=bare).stdout.splitlines()[-1] == "hearth try", "the next start tries again"


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 14, 0), (2, 7, 18)])
def test_another_python_is_refused_in_one_sentence(house: Path, version: tuple[int, int, int]) -> None:
    pretend = (
        f"import runpy, sys; sys.version_info = (*{version}, 'final', 0); "
        f"sys.version = '{version[0]}.{version[1]}.x'; "
        "sys.argv = ['start.py']; runpy.run_path('start.py', run_name='__main__')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", pretend], cwd=house, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert ran.stdout == ""
    assert ran.stderr == f"Hearth needs Python 3.11, 3.12 or 3.13; this is {version[0]}.{version[1]}.x.\n"
    assert not (house / ".venv").exists()


def test_an_old_python_can_read_the_refusal(house: Path) -> None:
    """Nothing in `start.py` may be newer than what an old Python understands."""
    old = [
        one
        for one in sorted(
            (Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")).glob("versions/3.*/bin/python")
        )
        if tuple(map(int, one.parents[1].name.split(".")[:2])) < (3, 11)
    ]
    if not old:
        pytest.skip("there is no Python 3 older than 3.11 on this machine")
    for python in old:
        ran = subprocess.run([python, "start.py"], cwd=house, capture_output=True, text=True, check=False)
        assert ran.returncode == 1
        assert re.fullmatch(r"Hearth needs Python 3\.11, 3\.12 or 3\.13; this is [\d.]+\.\n", ran.stderr), (
            ran.stderr
        )


def test_the_readme_names_both_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "\n    python3 start.py\n" in readme
    assert "\n    python3 start.py tests\n" in readme
