"""A profile's file is watched while Hearth runs: an edit is live within seconds, a broken one is not."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import pytest

from bot.app import App
from bot.config.operator import OperatorConfig, Space
from bot.platforms.terminal import TerminalPlatform
from bot.sdk.people import Person
from bot.sdk.profiles import stamped
from bot.sdk.spaces import Space as Community
from bot.storage.core.profiles import Profiles
from bot.storage.errors import StorageLocked

from .test_profiles import NAMED, started, write

SAM = Person("terminal", "sam", "circle", name="Sam")


def name_of(app: App) -> str:
    return app.spaces.get("circle").name


async def looked(app: App) -> None:
    """Two looks: what changed is taken when it looks the same twice."""
    await app.communities.look()
    await app.communities.look()


async def test_an_edited_file_is_in_force_after_two_looks(tmp_path: Path) -> None:
    write(tmp_path, "Evening")
    async with started(tmp_path) as (app, profiles):
        write(tmp_path, "Night and morning")
        await app.communities.look()
        assert name_of(app) == "Evening", "somebody may still be writing"
        await app.communities.look()
        assert name_of(app) == "Night and morning"
        assert [(one.number, one.source) for one in await profiles.history("circle")] == [
            (2, "file"),
            (1, "file"),
        ]
        await looked(app)
        assert len(await profiles.history("circle")) == 2


async def test_a_file_that_is_being_written_is_waited_for(tmp_path: Path) -> None:
    file = write(tmp_path, "Evening")
    async with started(tmp_path) as (app, _):
        file.write_text("name: Ni")
        await app.communities.look()
        file.write_text(NAMED.format("Night"))
        await app.communities.look()
        assert (name_of(app), app.communities.held) == ("Evening", {})
        await app.communities.look()
        assert name_of(app) == "Night"


async def test_a_broken_edit_is_reported_and_leaves_what_is_in_force(tmp_path: Path) -> None:
    file = write(tmp_path, "Evening")
    async with started(tmp_path) as (app, _):
        file.write_text("nmae: Night\nzone: Europe/Lundon\n")
        await looked(app)
        assert name_of(app) == "Evening"
        assert [found.line for found in app.communities.findings("circle")] == [1, 2]
        file.unlink()
        await looked(app)
        assert "is not there" in app.communities.findings("circle")[0].problem
        write(tmp_path, "Mended")
        await looked(app)
        assert (name_of(app), app.communities.held) == ("Mended", {})


async def test_where_chat_changed_too_the_file_is_held_until_somebody_decides(tmp_path: Path) -> None:
    write(tmp_path, "Evening")
    async with started(tmp_path) as (app, _):
        assert await app.communities.put("circle", NAMED.format("Chat"), after=1, by=SAM) == 2
        write(tmp_path, "From the file")
        await looked(app)
        assert name_of(app) == "Chat"
        held = app.communities.waiting("circle")
        assert held is not None
        assert (held.number, held.state) == (3, "held")
        await app.communities.keep("circle", 3)
        assert app.communities.waiting("circle") is None
        await looked(app)
        assert (name_of(app), app.communities.held) == ("Chat", {})
    async with started(tmp_path) as (app, _):
        assert (name_of(app), app.communities.held) == ("Chat", {}), "decided is decided"


async def test_a_file_that_began_from_what_is_in_force_is_no_conflict(tmp_path: Path) -> None:
    file = write(tmp_path, "Evening")
    async with started(tmp_path) as (app, profiles):
        assert await app.communities.put("circle", NAMED.format("Chat"), after=1, by=SAM) == 2
        file.write_text(stamped(NAMED.format("Chat, and on"), 2))
        await looked(app)
        assert (name_of(app), app.communities.held) == ("Chat, and on", {})
        current = await profiles.current("circle")
        assert current is not None
        assert current.text == NAMED.format("Chat, and on"), "the line that says so is not kept"


async def test_what_another_process_put_in_force_is_live_here(tmp_path: Path) -> None:
    write(tmp_path, "Evening")
    async with started(tmp_path) as (app, _):
        assert app.storage is not None
        await Profiles(app.storage).succeed("circle", NAMED.format("Elsewhere"), "chat", after=1)
        await app.communities.look()
        assert name_of(app) == "Elsewhere"


async def test_a_community_that_no_config_names_keeps_its_profile(tmp_path: Path) -> None:
    write(tmp_path, "Evening")
    async with started(tmp_path) as (app, _):
        made = app.spaces.of("discord", "123456789012345678")
        assert await app.communities.put(made, NAMED.format("Unnamed"), after=0, by=SAM) == 1
    async with started(tmp_path) as (app, _):
        assert app.spaces.of("discord", "123456789012345678") == made
        assert app.spaces.get(made).name == "Unnamed"


async def test_of_many_who_change_at_once_one_is_first_and_nothing_is_lost(tmp_path: Path) -> None:
    write(tmp_path, "Evening")
    async with started(tmp_path) as (app, profiles):
        puts = [app.communities.put("circle", NAMED.format(f"Chat {at}"), after=1, by=SAM) for at in range(5)]
        numbers = await asyncio.gather(*puts)
        assert sorted(numbers, key=str) == [2, None, None, None, None]
        assert name_of(app) == f"Chat {numbers.index(2)}"
        assert len(await profiles.history("circle")) == 2
        with pytest.raises(ValueError, match="findings"):
            await app.communities.put("circle", "nmae: x\n", after=2, by=SAM)
        assert name_of(app) == f"Chat {numbers.index(2)}"


async def test_a_running_hearth_looks_by_itself(tmp_path: Path) -> None:
    write(tmp_path, "Evening")
    space = Space(profile=tmp_path / "circle.yaml", terminal=True)
    config = OperatorConfig(home=tmp_path / "home", spaces={"circle": space})
    app = await App.open(config, platforms=[TerminalPlatform()], environ={})
    told = asyncio.Event()
    replan = app.communities.on_change
    assert replan is not None

    async def changed(space: Community) -> None:
        await replan(space)
        told.set()

    app.communities.on_change = changed
    serving = asyncio.create_task(app.run())
    try:
        write(tmp_path, "Night and morning")
        await asyncio.wait_for(told.wait(), 30)
        assert name_of(app) == "Night and morning"
    finally:
        await app.stop()
        with contextlib.suppress(asyncio.CancelledError):
            await serving
        await app.close()


async def test_a_change_is_in_force_though_it_could_not_be_planned_yet(tmp_path: Path) -> None:
    write(tmp_path, "Evening")
    async with started(tmp_path) as (app, _):
        told: list[str] = []

        async def away(space: object) -> None:
            told.append("away")
            raise StorageLocked("the database is busy")

        async def back(space: object) -> None:
            told.append("back")

        app.communities.on_change = away
        assert await app.communities.put("circle", NAMED.format("Chat"), after=1, by=SAM) == 2
        assert name_of(app) == "Chat"
        app.communities.on_change = back
        await looked(app)
        assert told == ["away", "back"]
