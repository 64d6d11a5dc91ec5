#!/usr/bin/env python3
"""Set Hearth up in `.venv` beside this file and start it. Needs Python 3.11 to 3.13 and nothing else.

python3 start.py            install, then open the local terminal chat
python3 start.py tests      install what the tests need, then run them
python3 start.py ARGS…      install, then run `hearth ARGS…`
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parent
ROOM = HOUSE / ".venv"
PYTHON = ROOM / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def stop(sentence: str) -> None:
    """End with one sentence that says what to do."""
    print(sentence, file=sys.stderr)
    raise SystemExit(1)


def run(*command: object, cwd: object = HOUSE, **more: object) -> int:
    """Run a command in this folder (or where the caller stands: None) and return its exit code."""
    return subprocess.run([str(part) for part in command], cwd=cwd, check=False, **more).returncode


def make_room() -> None:
    """A virtual environment; on systems that ship Python without ensurepip, with the system's pip."""
    if PYTHON.exists():
        return
    print("Making a virtual environment in .venv …", flush=True)
    if run(sys.executable, "-m", "venv", ROOM, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
        return
    if run(sys.executable, "-m", "venv", "--clear", "--without-pip", ROOM, stdout=subprocess.DEVNULL) != 0:
        stop("This Python cannot make a virtual environment. On Debian: sudo apt install python3-venv")


def pip(*arguments: object) -> None:
    """Run pip in the virtual environment; stop with a sentence when it fails."""
    inside = run(PYTHON, "-m", "pip", "--version", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    front = [PYTHON, "-m", "pip"] if inside else [sys.executable, "-m", "pip", "--python", PYTHON]
    quiet = ["install", "--quiet", "--disable-pip-version-check", "--no-input"]
    if run(*front, *quiet, *arguments) != 0:
        stop("Installing failed; the lines above say why. Nothing outside .venv was changed.")


def install(tests: bool) -> None:
    """Install pinned, hash-checked dependencies and Hearth itself, unless that was done already."""
    pins = HOUSE / ("requirements-test.txt" if tests else "requirements.txt")
    wanted = hashlib.sha256(pins.read_bytes() + (HOUSE / "pyproject.toml").read_bytes()).hexdigest()
    done = ROOM / f"installed-{pins.stem}"
    if done.exists() and done.read_text() == wanted:
        return
    print("Installing Hearth (about a minute, once) …", flush=True)
    pip("--require-hashes", "--requirement", pins)
    pip("--no-deps", "--no-build-isolation", "--editable", HOUSE)
    done.write_text(wanted)


def main() -> int:
    """Install what is missing, then do what was asked."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        stop(f"Hearth needs Python 3.11, 3.12 or 3.13; this is {sys.version.split()[0]}.")
    tests = sys.argv[1:2] == ["tests"]
    make_room()
    install(tests)
    if tests:
        # Two at a time, a file each: most of a test's time is waiting for a disk or a server.
        return run(PYTHON, "-m", "pytest", "--numprocesses", "2", "--dist", "loadfile", *sys.argv[2:])
    # Files that are named belong to the folder in which they were typed.
    return run(PYTHON, "-P", "-m", "bot", *(sys.argv[1:] or ["try"]), cwd=None)


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        raise SystemExit(130) from None
