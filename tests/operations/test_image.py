"""The Dockerfile: what it says is always checked; it is built where an engine answers."""

from __future__ import annotations

import fnmatch
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from .running import ROOT

DOCKERFILE = ROOT / "deploy" / "Dockerfile"
IGNORED = ROOT / ".dockerignore"


def instructions() -> Iterator[tuple[str, str]]:
    """(instruction, the rest), comments and line ends taken out."""
    text = re.sub(r"^\s*#.*\n", "", DOCKERFILE.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    for line in text.splitlines():
        if line.strip():
            name, _, rest = line.strip().partition(" ")
            yield name, rest.strip()


def last_stage() -> list[tuple[str, str]]:
    """What the image is made of; the stage before is left behind."""
    found = list(instructions())
    return found[max(at for at, (name, _) in enumerate(found) if name == "FROM") :]


def test_every_base_is_the_official_python_and_names_no_registry() -> None:
    bases = [rest.split(" ")[0] for name, rest in instructions() if name == "FROM"]
    assert bases == ["python:3.13-slim"] * 2
    assert not re.search(r"\w\.(io|com|org|net|dev)\b|://(?!127\.0\.0\.1)", DOCKERFILE.read_text())


def test_it_runs_as_nobody_in_particular_in_its_volume() -> None:
    stage = last_stage()
    said = dict(stage)
    user, _, group = said["USER"].partition(":")
    assert int(user) > 0
    assert int(group) > 0
    assert said["VOLUME"] == said["WORKDIR"] == "/state"
    assert [name for name, _ in stage].count("VOLUME") == 1
    order = [name for name, _ in stage]
    assert order.index("USER") > max(at for at, name in enumerate(order) if name in ("RUN", "COPY"))
    assert said["ENTRYPOINT"] == '["hearth"]'
    assert said["CMD"] == '["run"]'


def test_nothing_is_written_outside_the_volume() -> None:
    env = dict(pair.split("=", 1) for name, rest in last_stage() if name == "ENV" for pair in rest.split())
    assert env["HEARTH_HOME"] == env["TMPDIR"] == env["SQLITE_TMPDIR"] == "/state"
    assert env["PYTHONDONTWRITEBYTECODE"] == "1"
    assert env["HEARTH_HEALTH_PORT"].isdecimal()


def test_no_secret_can_get_in() -> None:
    for name, rest in instructions():
        assert name != "ADD"
        assert name != "ARG"
        if name == "ENV":
            assert not re.search(r"(?i)token|password|secret|master", rest), rest
        if name == "COPY" and "--from=" not in rest:
            assert "." not in rest.split()[:-1], "the whole folder would be copied"


def copied() -> list[str]:
    """What the build takes from the repository."""
    return [
        source
        for name, rest in instructions()
        if name == "COPY" and "--from=" not in rest
        for source in rest.split()[:-1]
    ]


def test_what_is_copied_is_there_and_let_in() -> None:
    lines = [line for line in IGNORED.read_text().splitlines() if line and not line.startswith("#")]
    assert lines[0] == "*"
    let_in = {line.removeprefix("!") for line in lines if line.startswith("!")}
    assert copied()
    for source in copied():
        assert (ROOT / source).exists(), source
        assert source in let_in, source
    assert let_in == set(copied()), "let in and never used"
    for secret in ("config.yaml", "state", "master.key", ".git", ".venv", "secrets"):
        assert not any(fnmatch.fnmatch(secret, one) for one in let_in), secret


def test_the_package_can_be_built_from_what_is_copied() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {*wheel["packages"], *wheel["force-include"], project["project"]["readme"]}
    assert needed <= set(copied())
    pins = (ROOT / "requirements.txt").read_text()
    for backend in project["build-system"]["requires"]:
        name = re.split(r"[<>=]", backend)[0]
        assert re.search(rf"^{name}==", pins, re.MULTILINE), f"--no-build-isolation needs {name}"


def test_the_health_check_asks_where_the_image_tells() -> None:
    found = next(rest for name, rest in last_stage() if name == "HEALTHCHECK")
    command = json.loads(found[found.index("[") :])
    assert command[:2] == ["python", "-c"]
    compile(command[2], "the health check", "exec")
    assert "/healthz" in command[2]
    assert "HEARTH_HEALTH_PORT" in command[2]


def engine() -> str | None:
    """A container engine that answers; None without one."""
    for name in ("docker", "podman"):
        if shutil.which(name) is None:
            continue
        try:
            asked = subprocess.run([name, "info"], capture_output=True, check=False, timeout=20)
        except subprocess.TimeoutExpired:
            continue
        if asked.returncode == 0:
            return name
    return None


def test_the_image_is_built_and_answers_without_root_or_a_writable_root(tmp_path: Path) -> None:
    name = engine()
    if name is None:
        pytest.skip("no container engine answers here")
    tag = "hearth-test"
    subprocess.run([name, "build", "-f", str(DOCKERFILE), "-t", tag, str(ROOT)], check=True, timeout=1200)
    for words, wanted in ((["crisis", "GB"], "999"), (["doctor"], "")):
        ran = subprocess.run(
            [name, "run", "--rm", "--read-only", "--cap-drop", "ALL", "--network", "none", tag, *words],
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert wanted in ran.stdout, ran.stderr
        assert "Read-only" not in ran.stderr
