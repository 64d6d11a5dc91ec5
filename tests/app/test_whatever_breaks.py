"""`/crisis` answers whatever breaks; everything else says one sentence, and no data is touched."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.app import App
from bot.config.operator import OperatorConfig, Space
from bot.platforms.terminal import TerminalPlatform, read_line
from bot.storage.errors import AlreadyRunning

PROFILE = "name: Evening circle\nzone: Europe/London\ncountry: GB\n"


def config(home: Path, **more: object) -> OperatorConfig:
    home.mkdir(parents=True, exist_ok=True)
    profile = home.parent / "space.yaml"
    profile.write_text(PROFILE)
    made = OperatorConfig(home=home, spaces={"circle": Space(profile=profile, terminal=True)})
    return made.model_copy(update=more)


@asynccontextmanager
async def running(config: OperatorConfig) -> AsyncIterator[tuple[App, TerminalPlatform]]:
    platform = TerminalPlatform(config.home / "files" if config.home else Path())
    app = await App.open(config, platforms=[platform], environ={})
    platform.attach(app.pipeline)
    try:
        yield app, platform
    finally:
        await app.close()


async def says(platform: TerminalPlatform, line: str) -> str:
    """What the person sees in answer, as text."""
    seen = []
    platform.watch(seen.append)
    parsed = read_line(line)
    assert parsed is not None
    await platform.do(parsed)
    return "\n".join(one.text + str([(field.name, field.text) for field in one.fields]) for one in seen)


def lose_the_key(home: Path) -> None:
    (home / "master.key").unlink()


def another_key(home: Path) -> None:
    from bot.privacy import keys

    (home / "master.key").unlink()
    keys.write(home / "master.key", keys.make(), replace=False)


def damage(home: Path) -> None:
    (home / "hearth.db").write_bytes(b"this is no database" * 400)
    for end in ("-wal", "-shm"):
        (home / f"hearth.db{end}").unlink(missing_ok=True)


def from_the_future(home: Path) -> None:
    with sqlite3.connect(home / "hearth.db") as raw:
        raw.execute("UPDATE version_core SET version_num = '9999'")
    raw.close()


@pytest.mark.parametrize("breaking", [lose_the_key, another_key, damage, from_the_future])
async def test_crisis_alone_when_storage_or_key_cannot_be_opened(
    tmp_path: Path, breaking: Callable[[Path], None]
) -> None:
    chosen = config(tmp_path / "home")
    async with running(chosen) as (app, _):
        assert app.trouble is None
    breaking(tmp_path / "home")
    left = (tmp_path / "home" / "hearth.db").read_bytes()
    async with running(chosen) as (app, platform):
        assert app.trouble
        answer = await says(platform, "@one #evening: /crisis")
        assert "116 123" in answer
        assert "999" in answer
        assert "crisis still works" in await says(platform, "@one #evening: /checkin")
        assert "116 123" in await says(platform, "@one #evening: /crisis GB")
    assert (tmp_path / "home" / "hearth.db").read_bytes() == left


async def test_the_file_deleted_under_the_running_process(tmp_path: Path) -> None:
    async with running(config(tmp_path / "home")) as (_, platform):
        (tmp_path / "home" / "hearth.db").unlink()
        assert "116 123" in await says(platform, "@one #evening: /crisis")
        await says(platform, "@one #evening: /checkin")
        await says(platform, "@one presses 2")
        answer = await says(platform, "@one answers I wrote this with care")
        assert "couldn't save" in answer
        assert "I wrote this with care" in answer


async def test_a_locked_database_does_not_hold_crisis_up(tmp_path: Path) -> None:
    async with running(config(tmp_path / "home")) as (_, platform):
        lock = sqlite3.connect(tmp_path / "home" / "hearth.db", isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
        try:
            assert "116 123" in await says(platform, "@one #evening: /crisis")
        finally:
            lock.execute("ROLLBACK")
            lock.close()


async def test_the_data_folder_gone_after_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(config(tmp_path / "home")) as (_, platform):
        monkeypatch.setattr(Path, "read_text", _refuse)
        monkeypatch.setattr(Path, "read_bytes", _refuse)
        assert "0800 111 0 111" in await says(platform, "@one #evening: /crisis germany")


def _refuse(*_: object, **__: object) -> str:
    raise OSError("the disk is away")


@pytest.mark.parametrize("broken", ["tests.app.broken_cog", "no.such.cog", "nothing"])
async def test_a_broken_cog_is_named_and_left_out(tmp_path: Path, broken: str) -> None:
    chosen = config(tmp_path / "home", cogs=(broken, "crisis", "checkins", "privacy", "help"))
    async with running(chosen) as (app, platform):
        assert [one.name for one in app.broken] == [broken]
        assert app.broken[0].reason
        assert "116 123" in await says(platform, "@one #evening: /crisis")
        assert "crisis" in await says(platform, "@one #evening: /help")


async def test_a_second_process_on_the_same_file_is_refused(tmp_path: Path) -> None:
    chosen = config(tmp_path / "home")
    async with running(chosen):
        with pytest.raises(AlreadyRunning):
            await App.open(chosen, environ={})


async def test_a_lost_key_never_makes_a_new_one(tmp_path: Path) -> None:
    chosen = config(tmp_path / "home")
    async with running(chosen):
        pass
    lose_the_key(tmp_path / "home")
    async with running(chosen) as (app, _):
        assert app.trouble is not None
        assert "recover" in app.trouble
    assert not (tmp_path / "home" / "master.key").exists()
