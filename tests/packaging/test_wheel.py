"""The wheel holds all that Hearth needs, and works in an empty environment of every Python it names."""

from __future__ import annotations

import concurrent.futures
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VERSIONS = ("3.11", "3.12", "3.13")
QUIET = ("--quiet", "--no-input", "--disable-pip-version-check")
_WHO = "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)"


def run(*command: object, cwd: Path, env: Mapping[str, str] | None = None, stdin: str = "") -> str:
    """What a command prints. Fails, with all it said, where it fails."""
    ran = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=env, input=stdin, capture_output=True, text=True,
        check=False, timeout=400,
    )  # fmt: skip
    assert ran.returncode == 0, f"{command[0]} … {command[-1]}: {ran.returncode}\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout


def pythons() -> dict[str, Path]:
    """Every Python of ours that this machine has: this one, on the path, or under pyenv."""
    found: dict[str, Path] = {}
    candidates = [sys.executable, *filter(None, (shutil.which(f"python{one}") for one in VERSIONS))]
    pyenv = os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv"
    candidates += [str(one) for one in sorted(Path(pyenv).glob("versions/*/bin/python"))]
    for candidate in candidates:
        asked = subprocess.run([candidate, "-c", _WHO], capture_output=True, text=True, check=False)
        version, _, where = asked.stdout.strip().partition(" ")
        if asked.returncode == 0 and version in VERSIONS:
            found.setdefault(version, Path(where))
    return found


def pip_of(python: Path) -> tuple[int, ...]:
    """The version of a Python's pip; empty where it has none."""
    asked = subprocess.run([python, "-m", "pip", "--version"], capture_output=True, text=True, check=False)
    return tuple(map(int, re.findall(r"\d+", asked.stdout.partition(" from ")[0])))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout as it is."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "wheel", *QUIET, "--no-deps", "--no-build-isolation")
    run(*pip, "--wheel-dir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("hearth_bot-*.whl")
    return built


# --- what is in it ------------------------------------------------------------------------------------


def shipped() -> dict[str, Path]:
    """What belongs into a wheel: path in the wheel -> file in the checkout, as git knows it."""
    listed = run(
        "git", "ls-files", "bot", "cogs", "data", "config.example.yaml", "space.example.yaml", cwd=ROOT
    )
    files = {}
    for path in listed.splitlines():
        if (ROOT / path).is_file():
            top = path.split("/")[0]
            files[path if top in {"bot", "cogs"} else f"bot/_shipped/{path}"] = ROOT / path
    return files


def test_it_holds_everything_that_ships(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        there = {name: packed.read(name) for name in packed.namelist()}
    wanted = shipped()
    kinds = {Path(path).suffix or path for path in wanted}
    assert {".py", ".ftl", ".yaml", ".typed"} <= kinds
    for must in (
        "bot/py.typed",
        "bot/sdk/texts_core/de.ftl",
        "bot/_shipped/data/helplines/GB.yaml",
        "bot/_shipped/data/prompts/gentle.yaml",
        "bot/_shipped/config.example.yaml",
        "bot/_shipped/space.example.yaml",
        "bot/storage/core/migrations/0001_first.py",
        "cogs/py.typed",
        "cogs/checkins/migrations/0001_first.py",
        "cogs/crisis/texts/en.ftl",
    ):
        assert must in wanted
    missing = sorted(set(wanted) - set(there))
    assert not missing
    changed = [path for path, file in wanted.items() if there[path] != file.read_bytes()]
    assert not changed


def test_it_holds_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        there = set(packed.namelist())
    tops = {name.split("/")[0] for name in there}
    assert {one for one in tops if not one.endswith(".dist-info")} == {"bot", "cogs"}
    strange = [
        name for name in there if re.search(r"(^|/)(tests?|__pycache__|\.[^/]*)(/|$)|\.(pyc|db|key)$", name)
    ]
    assert not strange


def test_it_says_who_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        (metadata,) = (name for name in packed.namelist() if name.endswith(".dist-info/METADATA"))
        (entries,) = (name for name in packed.namelist() if name.endswith(".dist-info/entry_points.txt"))
        (licence,) = (name for name in packed.namelist() if name.endswith("LICENSE"))
        said, points = packed.read(metadata).decode(), packed.read(entries).decode()
        assert packed.read(licence) == (ROOT / "LICENSE").read_bytes()
    assert "\nName: hearth-bot\n" in said
    assert "\nLicense-Expression: MIT\n" in said
    assert "hearth = bot.cli:main" in points
    assert "hearth = bot.testing.plugin" in points
    supported = re.search(r"^Requires-Python: (.+)$", said, re.MULTILINE)
    assert supported is not None
    assert set(supported[1].split(",")) == {">=3.11", "<3.14"}, "VERSIONS above says the same"


# --- what it does -------------------------------------------------------------------------------------


def install(python: Path, wheel: Path, room: Path, outer: Path) -> Path:
    """An empty environment with the pinned dependencies and the wheel, which finds in them all it asks for;
    the folder of its commands. `outer`: whose pip does it."""
    # Made by that Python itself; pip works on it from outside, so that it need not have one.
    run(python, "-m", "venv", "--without-pip", room, cwd=wheel.parent)
    commands = room / ("Scripts" if os.name == "nt" else "bin")
    ours = room / "ours.txt"
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    ours.write_text(f"hearth-bot @ {wheel.as_uri()} --hash=sha256:{digest}\n", encoding="utf-8")
    pip = (outer, "-m", "pip", "--python", commands / "python", "install", "--no-compile", *QUIET)
    run(*pip, "--require-hashes", "-r", ROOT / "requirements.txt", "-r", ours, cwd=wheel.parent)
    return commands


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path | BaseException]:
    """By Python: where the commands are, or why there are none. All are installed at once."""
    rooms, found = tmp_path_factory.mktemp("rooms"), pythons()
    # Of two pips the newer looks through an index in much less time.
    outer = max(found.values(), key=pip_of)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        working = {
            version: pool.submit(install, python, wheel, rooms / version, outer)
            for version, python in found.items()
        }
    return {version: one.exception() or one.result() for version, one in working.items()}


@pytest.fixture(params=VERSIONS)
def commands(request: pytest.FixtureRequest, installed: dict[str, Path | BaseException]) -> Path:
    """The commands of one environment."""
    found = installed.get(request.param)
    if found is None:
        pytest.skip(f"there is no Python {request.param} on this machine")
    if isinstance(found, BaseException):
        raise found
    return found


@pytest.fixture
def elsewhere(tmp_path: Path) -> dict[str, str]:
    """The environment of somebody who has nothing: an empty home, and no word of the checkout."""
    home = tmp_path / "home"
    home.mkdir()
    kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "SYSTEMROOT") if name in os.environ}
    return {**kept, "HOME": str(home), "PATH": os.defpath}


def test_helplines_are_answered_offline(commands: Path, elsewhere: dict[str, str], tmp_path: Path) -> None:
    answer = json.loads(run(commands / "hearth", "crisis", "GB", "--json", cwd=tmp_path, env=elsewhere))
    numbers = json.dumps(answer)
    assert "999" in numbers
    assert "116 123" in numbers
    assert not list((tmp_path / "home").iterdir()), "looking up a number leaves nothing behind"


def test_it_opens_keeps_and_answers(commands: Path, elsewhere: dict[str, str], tmp_path: Path) -> None:
    script = (
        "@ann #evening: /checkin\n@ann presses 2\n@ann answers -\n@ann answers -\n@ann #evening: /crisis\n"
    )
    command = (commands / "hearth", "try", "--fresh", "--json", "--script", "-")
    said = run(*command, cwd=tmp_path, env=elsewhere, stdin=script)
    seen = [json.loads(line) for line in said.splitlines()]
    assert "Kept, for you alone: low." in seen[3]["text"]
    assert any("999" in field["text"] for field in seen[-1]["fields"])
    assert all(one["private"] for one in seen)


def test_what_was_kept_is_there_the_next_time(
    commands: Path, elsewhere: dict[str, str], tmp_path: Path
) -> None:
    first = "@ann #evening: /checkin\n@ann presses 2\n@ann answers Rain all day.\n@ann answers -\n"
    run(commands / "hearth", "try", "--script", "-", cwd=tmp_path, env=elsewhere, stdin=first)
    again = "@ann #evening: /history\n"
    said = run(commands / "hearth", "try", "--script", "-", cwd=tmp_path, env=elsewhere, stdin=again)
    assert "Rain all day." in said
    state = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert any(path.name == "hearth.db" for path in state)
    assert not [path for path in state if b"Rain all day" in path.read_bytes()], "what people write is sealed"
    assert not [path.name for path in tmp_path.iterdir() if path.name != "home"], "nothing lies anywhere else"
