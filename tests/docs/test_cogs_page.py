"""`docs/cogs.md` builds a cog from an empty folder: the same is done here, file by file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import bot.sdk
import bot.sdk.settings

from .pages import ROOT, Block, blocks_of, hearth, shown_in_order

PAGE = ROOT / "docs" / "cogs.md"
BLOCKS = blocks_of(PAGE)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the page describes, and nothing else."""
    folder = tmp_path_factory.mktemp("project")
    for block in BLOCKS:
        if block.name is not None:
            file = folder / block.name
            assert file.resolve().is_relative_to(folder), f"{block}: {block.name} lies elsewhere"
            assert not file.exists(), f"{block}: {block.name} is there twice"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.body, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def installed(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pip puts the project: a folder beside Hearth's own environment, which stays as it is."""
    target = tmp_path_factory.mktemp("installed")
    options = [
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-input",
        "--disable-pip-version-check",
        "--target",
    ]
    pip = [sys.executable, "-m", "pip", "install", *options, str(target), str(project)]
    ran = subprocess.run(pip, capture_output=True, text=True, check=False, cwd=project, timeout=120)
    assert ran.returncode == 0, ran.stderr
    return target


def _expected(block: Block) -> tuple[list[str], str]:
    command, _, said = block.body.partition("\n")
    return command.removeprefix("$ hearth ").split(), said


CONSOLES = [block for block in BLOCKS if block.kind == "console" and block.body.startswith("$ hearth ")]


def test_its_own_tests_pass(project: Path, installed: Path) -> None:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(installed), str(ROOT)]), "PYTEST_ADDOPTS": ""}
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=project, env=env, capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "4 passed" in ran.stdout


@pytest.mark.parametrize("block", CONSOLES, ids=str)
def test_what_it_shows_is_what_is_said(block: Block, project: Path) -> None:
    words, expected = _expected(block)
    ran = hearth(*words, cwd=project, path=project)
    assert ran.returncode == 0, ran.stderr
    assert shown_in_order(expected, ran.stdout) is None, ran.stdout + ran.stderr


def test_it_loads_by_entry_point_too(project: Path, installed: Path, tmp_path: Path) -> None:
    config = (project / "config.yaml").read_text(encoding="utf-8").replace("ourgroup.jar", "jar")
    for name in ("space.yaml", "first.script"):
        (tmp_path / name).write_text((project / name).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "config.yaml").write_text(config, encoding="utf-8")
    words, expected = _expected(CONSOLES[0])
    ran = hearth(*words, cwd=tmp_path, path=installed)
    assert shown_in_order(expected, ran.stdout) is None, ran.stdout + ran.stderr


def test_its_profile_is_checked_with_its_section(project: Path, tmp_path: Path) -> None:
    assert hearth("check", "space.yaml", cwd=project, path=project).stdout == ""
    wrong = (project / "space.yaml").read_text(encoding="utf-8").replace("days: [sun]", "dayz: [sun]")
    (project / "wrong.yaml").write_text(wrong, encoding="utf-8")
    ran = hearth("check", "wrong.yaml", cwd=project, path=project)
    assert ran.returncode == 1
    assert "dayz" in ran.stdout
    assert "days" in ran.stdout


def test_it_keeps_to_the_rules_of_the_tree(project: Path) -> None:
    """What the tree's tests ask of a cog that ships, they ask of the example."""
    options = [
        "check",
        "--isolated",
        "--select",
        "E,F,W,UP,B,D1",
        "--ignore",
        "D107",
        "--line-length",
        "120",
        "ourgroup",
    ]
    ruff = [sys.executable, "-m", "ruff", *options]
    checked = subprocess.run(ruff, cwd=project, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_the_list_of_the_sdk_is_complete() -> None:
    _, _, listed = PAGE.read_text(encoding="utf-8").partition("## Everything in `bot.sdk`")
    table, _, settings = listed.partition("Fields of a `Profile`")
    assert listed
    assert sorted(_names(table)) == sorted(bot.sdk.__all__)
    assert sorted(_names(settings) - {"Profile", "bot.sdk.settings"}) == sorted(bot.sdk.settings.__all__)


def _names(words: str) -> set[str]:
    return set(words.split("`")[1::2]) - {"bot.sdk"}
