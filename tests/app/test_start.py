"""Starting: whatever is broken beside it, `/crisis` is there, and no key is made where one was meant."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.config.operator import Database, Keys
from bot.storage.core.profiles import Profiles
from bot.storage.errors import StorageError, StorageFull, StorageLocked
from bot.storage.migrations import Source
from bot.storage.store import Storage

from .test_whatever_breaks import config, running, says

SHIPPED = ("crisis", "checkins", "privacy", "help")


@pytest.mark.parametrize("order", ["before", "after"])
@pytest.mark.parametrize(
    ("toy", "name"),
    [
        ("exits", "tests.app.toys.exits"),
        ("impostor", "crisis"),
        ("thief", "thief"),
        ("sectioned", "roles"),
    ],
)
async def test_no_other_cog_takes_crisis_away(tmp_path: Path, toy: str, name: str, order: str) -> None:
    toys = (f"tests.app.toys.{toy}",)
    chosen = config(tmp_path / "home", cogs=toys + SHIPPED if order == "before" else SHIPPED + toys)
    async with running(chosen) as (app, platform):
        assert [one.name for one in app.broken] == [name]
        assert app.trouble is None
        assert "116 123" in await says(platform, "@one #evening: /crisis")
        assert "crisis" in await says(platform, "@one #evening: /help")
        assert app.catalogue.commands["crisis"].always


async def test_a_cog_that_cannot_plan_or_age_out_holds_nothing_up(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    chosen = config(tmp_path / "home", cogs=("tests.app.toys.unplanned", *SHIPPED))
    async with running(chosen) as (app, platform):
        assert app.trouble is None
        assert "planning unplanned never failed: RuntimeError" in caplog.text
        await app.keep_house()
        assert "housekeeping of unplanned failed: RuntimeError" in caplog.text
        assert "on purpose" not in caplog.text
        assert "116 123" in await says(platform, "@one #evening: /crisis")
        assert "crisis still works" not in await says(platform, "@one #evening: /help")


async def test_a_disk_that_is_full_while_starting_leaves_crisis(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object, **__: object) -> int:
        raise StorageFull("The disk is full. Make room; nothing that was acknowledged is lost.")

    monkeypatch.setattr(Profiles, "succeed", full)
    async with running(config(tmp_path / "home")) as (app, platform):
        assert app.trouble == "The disk is full. Make room; nothing that was acknowledged is lost."
        assert "116 123" in await says(platform, "@one #evening: /crisis")
        assert "crisis still works" in await says(platform, "@one #evening: /checkin")
    monkeypatch.undo()
    async with running(config(tmp_path / "home")) as (app, _):
        assert app.trouble is None  # the lock was given back


@pytest.mark.parametrize("why", [StorageFull, StorageLocked])
async def test_what_passes_leaves_no_cog_out_while_it_is_upgraded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: type[StorageError]
) -> None:
    """A disk that fills up, another program that holds the database: whoever runs Hearth is told, `/crisis`
    answers, and the next try has the cog again. Left out, it would be out until somebody reads the log."""
    migrate = Storage.migrate

    async def failing(storage: Storage, source: Source, **how: Any) -> None:
        if source.name == "checkins":
            raise why("It passes.")
        await migrate(storage, source, **how)

    monkeypatch.setattr(Storage, "migrate", failing)
    async with running(config(tmp_path / "home")) as (app, platform):
        assert app.trouble == "It passes."
        assert "116 123" in await says(platform, "@one #evening: /crisis")
    monkeypatch.undo()
    async with running(config(tmp_path / "home")) as (app, _):
        assert (app.trouble, app.broken) == (None, [])


@pytest.mark.parametrize("url", ["", "nonsense", "postgres://user:hunter2@db/x", "mysql://u:hunter2@h/x"])
async def test_an_address_of_no_database_leaves_crisis_and_tells_no_password(
    tmp_path: Path, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    chosen = config(tmp_path / "home", database=Database(url_env="DB"))
    app = await App.open(chosen, environ={"DB": url, "HEARTH_MASTER_KEY": ""})
    assert app.trouble
    assert app.storage is None
    assert "hunter2" not in app.trouble + caplog.text
    assert "crisis" in app.catalogue.commands


async def test_a_variable_for_the_key_that_is_empty_makes_no_key(tmp_path: Path) -> None:
    chosen = config(tmp_path / "home", keys=Keys(master_env="OUR_KEY"))
    app = await App.open(chosen, environ={})
    assert app.trouble == "The environment variable OUR_KEY should hold the master key, and is empty."
    assert not list((tmp_path / "home").glob("master.key*"))


async def test_the_key_file_is_the_one_that_is_named(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "ours.txt"
    chosen = config(tmp_path / "home", keys=Keys(master_file=file))
    async with running(chosen) as (app, _):
        assert app.trouble is None
        assert app.keyring is not None
        assert app.keyring.master.same(file.read_text())
    assert not (tmp_path / "home" / "master.key").exists()
    assert [one.name for one in file.parent.iterdir()] == ["ours.txt"]


async def test_erasing_reaches_the_copies_wherever_the_database_lies(tmp_path: Path) -> None:
    home, apart = tmp_path / "home", tmp_path / "apart"
    apart.mkdir()
    chosen = config(home, database=Database(path=apart / "hearth.db"))
    async with running(chosen) as (app, platform):
        await says(platform, "@one #evening: /checkin")
        copies = home / "copies"
        copies.mkdir(exist_ok=True)
        with sqlite3.connect(copies / "before-1.sqlite3") as raw:
            raw.execute("CREATE TABLE held (the TEXT)")
        raw.close()
        assert await app.erase(platform.person("one"))
        assert not list(copies.iterdir())


async def test_somebody_erased_is_met_anew_in_the_same_process(tmp_path: Path) -> None:
    async with running(config(tmp_path / "home")) as (app, platform):
        who = platform.person("one")
        for _ in range(2):
            await says(platform, "@one #evening: /resume")
            assert [one.id for one in await app.spaces_of(who)] == ["circle"]
            assert await app.erase(who)
            assert await app.spaces_of(who) == []
