"""After *Done* none of a person's ciphertexts and hashes is in any file, and nothing brings them back."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from bot.cli.keeping import bring_back
from bot.storage.backup import backup as back_up
from bot.storage.connection import connect
from bot.testing.chat import Chat

from . import canaries
from .conversation import COGS, PROFILE, check_in, database, home, rows, tables

pytestmark = [pytest.mark.faces("terminal", "discord"), pytest.mark.hearth(cogs=COGS, profile=PROFILE)]

OF_NOBODY = {"core_secret", "core_blob", "core_fact", "core_profile", "core_space", "checkins_pause",
             "checkins_asked", "checkins_picture"}  # fmt: skip


def held(path: Path) -> dict[tuple[str, Any], list[bytes]]:
    """Every row that could be somebody's: (table, key) and the bytes in it."""
    found: dict[tuple[str, Any], list[bytes]] = {}
    for table in tables(path):
        if table in OF_NOBODY or table.startswith("version_"):
            continue
        for row in rows(path, f"SELECT * FROM {table}"):
            found[table, row[0]] = [one for one in row if isinstance(one, bytes)]
    return found


async def theirs(chat: Chat, who: str) -> dict[tuple[str, Any], list[bytes]]:
    """The rows that come of what one person does in a fresh conversation of their own."""
    before = held(database(chat))
    person, room = chat.person(who), chat.room(canaries.ROOM)
    await check_in(person, chat, canaries.NOTE)
    await person.says(room, f"/reminder at:{canaries.TIMES[0]} zone:{canaries.ZONE}")
    await chat.clock.on(hours=30)  # the prompt and the reminder come
    await person.presses("heavy", on=next(one for one in reversed(person.seen) if one.to.startswith("#")))
    await person.says(room, "/send")
    await person.answers(canaries.DRAFTED)
    await person.answers("-")
    after = held(database(chat))
    prompts = {id for (id,) in rows(database(chat), "SELECT id FROM core_slot WHERE schedule = 'ask'")}
    return {
        key: value for key, value in after.items() if before.get(key) != value and key[1] not in prompts
        and key not in {("core_due", id) for (id,) in rows(
            database(chat), "SELECT id FROM core_due WHERE schedule = 'ask'")}
    }  # fmt: skip


async def erase(chat: Chat, who: str) -> str:
    """`/privacy erase`, confirmed; the last words."""
    person = chat.person(who)
    await person.says(chat.room(canaries.ROOM), "/privacy erase")
    await person.presses("Yes, erase everything")
    return person.last.text


async def test_no_file_holds_any_of_it(chat: Chat) -> None:
    await check_in(chat.person(canaries.OTHER), chat, canaries.NOTE)
    mine = await theirs(chat, canaries.ONE)
    had = {table for table, _ in mine}
    assert {"checkins_entry", "checkins_reminder", "core_reach", "core_draft", "core_due", "core_slot"} <= had
    left = home(chat) / "copies" / "before-core-0001.sqlite3"
    left.parent.mkdir(exist_ok=True)
    raw, copy = connect(database(chat), read_only=True), sqlite3.connect(left)
    raw.backup(copy)
    raw.close()
    copy.close()
    # What a restore leaves that was killed half-way.
    for name in ("hearth.db.restoring-0badcafe", ".hearth.db.restoring-0badcafe.0123abcd"):
        (home(chat) / name).write_bytes(left.read_bytes())
    traces = [one for (table, _), bytes_ in mine.items() if table != "core_handled" for one in bytes_]
    ids = [str(id).encode() for (table, id) in mine if table != "core_handled"]
    assert canaries.holding(canaries.files_under(home(chat)), traces)
    assert (await erase(chat, canaries.ONE)).startswith("Done.")
    assert canaries.holding(canaries.files_under(home(chat)), traces) == set()
    assert canaries.holding(canaries.files_under(home(chat)), ids) == set()
    # What was handled names nobody, and goes with its batch.
    handled = [id for (table, id) in mine if table == "core_handled"]
    assert handled
    for _ in range(3):
        await chat.app._forget_handled()
    await chat.app.keep_house()
    assert canaries.holding(canaries.files_under(home(chat)), handled) == set()


async def test_an_older_backup_brings_nothing_back(chat: Chat, tmp_path: Path) -> None:
    await check_in(chat.person(canaries.OTHER), chat, canaries.NOTE)
    mine = await theirs(chat, canaries.ONE)
    traces = [one for (table, _), bytes_ in mine.items() if table != "core_handled" for one in bytes_]
    backup = tmp_path / "older.db"
    await back_up(database(chat), backup, chat._clock)
    assert canaries.holding([backup], traces)
    assert (await erase(chat, canaries.ONE)).startswith("Done.")
    await chat.app.close()
    assert await bring_back(chat.config, backup) == 0
    assert canaries.holding(canaries.files_under(home(chat)), traces) == set()
    (kept,) = rows(home(chat) / "hearth.db", "SELECT count(*) FROM checkins_entry")
    assert kept == (1,), "another's are there"


async def test_nothing_comes_back_by_itself(chat: Chat) -> None:
    one, other, room = chat.person(canaries.ONE), chat.person(canaries.OTHER), chat.room(canaries.ROOM)
    await check_in(other, chat, canaries.NOTE)
    blank = held(database(chat)).keys()
    await theirs(chat, canaries.ONE)
    assert (await erase(chat, canaries.ONE)).startswith("Done.")

    def more() -> set[str]:
        prompts = {("core_slot", id) for (id,) in rows(
            database(chat), "SELECT id FROM core_slot WHERE schedule = 'ask'")}  # fmt: skip
        return {
            table for table, id in held(database(chat)).keys() - blank - prompts if table != "core_handled"
        }

    assert more() == set()
    await one.says(room, "/crisis")
    await one.says(None, "/crisis country:Ireland")
    await one.says(room, "/help")
    await one.says(room, "/privacy")
    await one.says(room, "/privacy export")
    await chat.clock.on(hours=50)
    await chat.app.keep_house()
    assert more() == set()
    seen = len(one.private)
    await chat.clock.on(hours=50)
    assert len(one.private) == seen
    await one.says(room, "/checkin")  # acting again, they are met as if for the first time
    await one.presses("heavy")
    await one.answers("-")
    await one.presses("Only me")
    assert {"checkins_entry", "core_reach"} <= more()


async def test_what_was_taken_back_is_in_no_file_after_the_next_housekeeping(chat: Chat) -> None:
    one = chat.person(canaries.ONE)
    before = set(held(database(chat)))
    kept = await check_in(one, chat, canaries.NOTE)
    rows_made = {key: value for key, value in held(database(chat)).items() if key not in before}
    (traces,) = [value for (table, _), value in rows_made.items() if table == "checkins_entry"]
    own = [one for one in traces if len(one) > 32]  # the hash stays: others of theirs bear it
    await one.presses("Take back", on=kept)
    await chat.app.keep_house()
    assert canaries.holding(canaries.files_under(home(chat)), own) == set()


async def test_platforms_are_told_to_forget(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    ready = False
    (platform,) = chat.app.platforms.values()

    async def forget(person: Any) -> bool:
        told.append(person.account)
        return ready

    monkeypatch.setattr(platform, "forget", forget)
    await check_in(chat.person(canaries.ONE), chat, canaries.NOTE)
    said = await erase(chat, canaries.ONE)
    assert told
    assert not said.startswith("Done."), "a platform has not finished"
    ready = True
    await chat.app.keep_house()
    assert rows(database(chat), "SELECT * FROM core_erasing") == []


async def test_erasing_without_data_looks_the_same(chat: Chat) -> None:
    await theirs(chat, canaries.ONE)
    await chat.person(canaries.OTHER).joins(chat.room(canaries.ROOM))
    answers = [await erase(chat, who) for who in (canaries.ONE, canaries.OTHER)]
    assert answers[0] == answers[1]
