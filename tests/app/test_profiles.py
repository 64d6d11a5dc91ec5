"""Profiles: a file is one author of many, and what is in force is never undone by a restart or a mistake."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.app import App
from bot.config.operator import OperatorConfig, Space
from bot.platforms.terminal import TerminalPlatform
from bot.storage.core.profiles import Profiles

NAMED = "name: {}\nzone: Europe/London\n"


def write(folder: Path, name: str, space: str = "circle") -> Path:
    file = folder / f"{space}.yaml"
    file.write_text(NAMED.format(name))
    return file


@asynccontextmanager
async def started(folder: Path, *spaces: str) -> AsyncIterator[tuple[App, Profiles]]:
    made = {name: Space(profile=folder / f"{name}.yaml", terminal=True) for name in spaces or ("circle",)}
    config = OperatorConfig(home=folder / "home", spaces=made)
    app = await App.open(config, platforms=[TerminalPlatform()], environ={})
    try:
        assert app.storage is not None
        yield app, Profiles(app.storage)
    finally:
        await app.close()


async def in_force(folder: Path, space: str = "circle") -> str:
    async with started(folder, space) as (app, _):
        return app.spaces.get(space).name


async def test_a_file_is_imported_once(tmp_path: Path) -> None:
    write(tmp_path, "Evening")
    for _ in range(3):
        async with started(tmp_path) as (app, profiles):
            assert app.spaces.get("circle").name == "Evening"
            assert [(one.number, one.source) for one in await profiles.history("circle")] == [(1, "file")]
            assert app.communities.held == {}


async def test_a_changed_file_is_a_new_version_and_an_old_text_may_return(tmp_path: Path) -> None:
    for name in ("Evening", "Morning", "Evening"):
        write(tmp_path, name)
        assert await in_force(tmp_path) == name
    async with started(tmp_path) as (_, profiles):
        assert [one.number for one in await profiles.history("circle")] == [3, 2, 1]


async def test_an_unchanged_file_undoes_no_edit_from_chat(tmp_path: Path) -> None:
    write(tmp_path, "Evening")
    async with started(tmp_path) as (_, profiles):
        await profiles.add("circle", NAMED.format("From chat"), "chat")
    assert await in_force(tmp_path) == "From chat"
    assert await in_force(tmp_path) == "From chat"


async def test_where_both_changed_the_file_is_held_and_that_is_said_at_every_start(tmp_path: Path) -> None:
    write(tmp_path, "Evening")
    async with started(tmp_path) as (_, profiles):
        await profiles.add("circle", NAMED.format("From chat"), "chat")
    write(tmp_path, "From file")
    for _ in range(3):
        async with started(tmp_path) as (app, profiles):
            assert app.spaces.get("circle").name == "From chat"
            (held,) = app.communities.held["circle"]
            assert "changed in chat" in held.problem
            assert [one.number for one in await profiles.history("circle")] == [3, 2, 1]
    async with started(tmp_path) as (_, profiles):
        await profiles.apply("circle", 3)  # a moderator chose the file's
    async with started(tmp_path) as (app, _):
        assert app.spaces.get("circle").name == "From file"
        assert app.communities.held == {}


async def test_a_held_file_that_chat_went_on_from_is_no_longer_reported(tmp_path: Path) -> None:
    write(tmp_path, "Evening")
    async with started(tmp_path) as (_, profiles):
        await profiles.add("circle", NAMED.format("From chat"), "chat")
    write(tmp_path, "From file")
    async with started(tmp_path) as (_, profiles):
        await profiles.add("circle", NAMED.format("Later chat"), "chat")
    async with started(tmp_path) as (app, _):
        assert app.spaces.get("circle").name == "Later chat"
        assert app.communities.held == {}


@pytest.mark.parametrize(
    "bad",
    [
        b"name: [",
        b"",
        b"- a\n- list\n",
        b"\xff\xfe",
        b"nmae: Evening\n",
        b"name: E\nname: F\n",
        b"zone: Mars/Base\n",
    ],
)
async def test_a_bad_file_leaves_the_running_version_in_force(tmp_path: Path, bad: bytes) -> None:
    file = write(tmp_path, "Evening")
    assert await in_force(tmp_path) == "Evening"
    file.write_bytes(bad)
    for _ in range(2):
        async with started(tmp_path) as (app, profiles):
            assert app.spaces.get("circle").name == "Evening"
            assert app.communities.held["circle"]
            assert [one.number for one in await profiles.history("circle")] == [1]
    write(tmp_path, "Mended")
    assert await in_force(tmp_path) == "Mended"


async def test_a_file_that_is_gone_leaves_its_last_version_in_force(tmp_path: Path) -> None:
    file = write(tmp_path, "Evening")
    assert await in_force(tmp_path) == "Evening"
    file.unlink()
    async with started(tmp_path) as (app, _):
        assert app.spaces.get("circle").name == "Evening"
        assert "is not there" in app.communities.held["circle"][0].problem
        assert app.communities.trouble("circle")


async def test_a_file_that_was_never_there_is_no_trouble_to_moderators(tmp_path: Path) -> None:
    """They set the community up in chat; the operator reads in the log that there is no file."""
    async with started(tmp_path) as (app, _):
        assert "is not there" in app.communities.held["circle"][0].problem
        assert app.communities.trouble("circle") == ""


async def test_a_bad_file_at_the_very_first_start_still_serves(tmp_path: Path) -> None:
    (tmp_path / "circle.yaml").write_text("nmae: x\n")
    async with started(tmp_path) as (app, _):
        assert app.trouble is None
        assert app.spaces.get("circle").name == "circle"
        assert app.communities.held["circle"][0].line == 1


async def test_two_spaces_have_versions_of_their_own(tmp_path: Path) -> None:
    write(tmp_path, "North", "north")
    write(tmp_path, "South", "south")
    async with started(tmp_path, "north", "south") as (app, profiles):
        assert [app.spaces.get(one).name for one in ("north", "south")] == ["North", "South"]
        assert app.spaces.get("north").tag != app.spaces.get("south").tag
        await profiles.add("south", NAMED.format("South in chat"), "chat")
    write(tmp_path, "North again", "north")
    async with started(tmp_path, "north", "south") as (app, profiles):
        assert [app.spaces.get(one).name for one in ("north", "south")] == ["North again", "South in chat"]
        assert [one.number for one in await profiles.history("north")] == [2, 1]


async def test_an_undone_version_lets_the_one_before_count_again(tmp_path: Path) -> None:
    write(tmp_path, "Evening")
    async with started(tmp_path) as (_, profiles):
        number = await profiles.add("circle", NAMED.format("From chat"), "chat")
        await profiles.undo("circle", number)
    assert await in_force(tmp_path) == "Evening"
    write(tmp_path, "From file")
    assert await in_force(tmp_path) == "From file"  # chat's change is no longer in the way


async def test_in_crisis_only_mode_the_file_is_read_but_nothing_is_written(tmp_path: Path) -> None:
    write(tmp_path, "Evening")
    assert await in_force(tmp_path) == "Evening"
    (tmp_path / "home" / "master.key").unlink()
    before = (tmp_path / "home" / "hearth.db").read_bytes()
    write(tmp_path, "Morning")
    config = OperatorConfig(
        home=tmp_path / "home", spaces={"circle": Space(profile=tmp_path / "circle.yaml", terminal=True)}
    )
    app = await App.open(config, platforms=[TerminalPlatform()], environ={})
    try:
        assert app.trouble
        assert app.spaces.get("circle").name == "Morning"
    finally:
        await app.close()
    assert (tmp_path / "home" / "hearth.db").read_bytes() == before
