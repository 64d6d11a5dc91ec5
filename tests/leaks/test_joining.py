"""Whether a person's rows can be laid side by side: over cogs and spaces, by bytes, order, size or time."""

from __future__ import annotations

import collections
import itertools
from pathlib import Path

import pytest

from bot.app import App
from bot.cli.keeping import key_command
from bot.config.operator import OperatorConfig, Space
from bot.testing.chat import Chat
from bot.testing.clock import Clock
from bot.testing.discord_face import _Listening, _moored
from bot.testing.discord_server import DiscordServer, Interaction, Person

from . import canaries
from .conversation import COGS, PROFILE, check_in, database, rows, tables
from .test_erased import OF_NOBODY


async def test_one_person_in_many_servers_and_cogs_has_no_equal_bytes(tmp_path: Path) -> None:
    """Two communities of the config and a server that it does not name. What knows an account in no space
    (`core_reach`, drafts) is equal to itself alone, never to a cog's."""
    clock = Clock()
    async with DiscordServer.running(clock=clock, rate_limits=False) as server:
        one = server.add_user(canaries.ONE)
        guilds = [server.add_guild(f"G{number}", [canaries.ROOM], members=[one]) for number in range(3)]
        profile = tmp_path / "space.yaml"
        profile.write_text(PROFILE)
        spaces = {f"s{n}": Space(profile=profile, discord=str(guilds[n].id)) for n in (0, 1)}
        config = OperatorConfig(home=tmp_path / "home", cogs=COGS, spaces=spaces)
        platform = _Listening(server.token)
        app = await App.open(config, platforms=[platform], clock=clock, environ={})
        moorings = await _moored(app, platform, server)
        try:
            for guild in guilds:
                await tap(one, guild)
            assert app.storage is not None
            path = app.storage.database.path
            assert path is not None
            hashes = collections.defaultdict(set)
            for table in (one_ for one_ in tables(path) if one_ not in OF_NOBODY):
                for row in rows(path, f"SELECT * FROM {table}"):
                    for value in row:
                        if isinstance(value, bytes):
                            hashes[value].add((table, row[0]))
            met = {who for (who,) in rows(path, "SELECT who FROM core_reach")}
            assert len(met) == 1, "one account in no space"
            twice = {value for value, where in hashes.items() if len(where) > 1}
            assert twice == met
            assert len({table for value in twice for table, _ in hashes[value]}) == 1
            assert len(rows(path, "SELECT DISTINCT who FROM checkins_entry")) == 3
            wanted = [str(one.id), *(str(guild.id) for guild in guilds)]
            assert canaries.leaks(canaries.files_under(tmp_path / "home"), wanted) == []
        finally:
            await moorings.aclose()
            await app.close()


async def tap(person: Person, guild: object) -> Interaction:
    opened = await person.slash(guild, "checkin")  # type: ignore[arg-type]  # a server of the stand-in
    await opened.answered(10)
    assert opened.modal is not None
    values = {
        field.label: field.options[1].label if field.options else canaries.NOTE
        for field in opened.modal.fields
    }
    sent = await person.submit_modal(opened, values)
    return await sent.answered(10)


@pytest.mark.hearth(cogs=COGS, profile=PROFILE)
async def test_rows_of_people_lie_in_no_order(chat: Chat) -> None:
    """Whoever comes in first checks in first: the order of meeting would join `core_reach` with every cog."""
    names = [f"{canaries.ONE}{number}" for number in range(12)]
    for name in names:
        await check_in(chat.person(name), chat, canaries.NOTE)
    (made,) = rows(database(chat), "SELECT sql FROM sqlite_master WHERE name = 'core_reach'")
    assert "WITHOUT ROWID" in str(made[0])
    told = [id for id, _ in rows(database(chat), "SELECT id, account FROM core_reach NOT INDEXED")]
    assert told == sorted(map(str, told))


@pytest.mark.hearth(cogs=COGS, profile=PROFILE)
async def test_sealed_lengths_tell_nothing_small(chat: Chat) -> None:
    lengths = collections.defaultdict(set)
    plans = [
        ("ada", "00:00", "sun", "UTC", "a"),
        ("a" * 30, "23:45", "mon,tue,wed,thu,fri,sat", "America/Argentina/ComodRivadavia", "b" * 30),
    ]
    for (who, at, days, zone, note), mood in itertools.product(plans, ("heavy", "a bit lighter")):
        one = chat.person(who)
        await check_in(one, chat, note, mood=mood, shared=mood == "heavy")
        await one.says(None, f"/reminder at:{at} zone:{zone}" + (f" days:{days}" if days else ""))
        assert "zone" not in one.last.text.casefold() or zone in one.last.text
    for table, columns in {
        "checkins_entry": ("who", "account", "mood", "note", '"group"', "shared"),
        "checkins_reminder": ("who", "account", "plan", "paused"),
        "core_reach": ("pair", "who", "account"),
        "core_due": ("args", "zone", "rule"),
    }.items():
        for column in columns:
            where = " WHERE schedule = 'remind'" if table == "core_due" else ""
            for (size,) in rows(database(chat), f"SELECT length({column}) FROM {table}{where}"):
                lengths[table, column].add(size)
    assert all(len(found) == 1 for found in lengths.values()), dict(lengths)


@pytest.mark.hearth(cogs=COGS, profile=PROFILE)
async def test_times_are_no_finer_than_they_are_shown(chat: Chat) -> None:
    """Whole minutes: else the millisecond in a shared message's id finds its author's row."""
    await chat.clock.on(seconds=17.123456)
    one = chat.person(canaries.ONE)
    await check_in(one, chat, canaries.NOTE, shared=True)
    for table, column in (("checkins_entry", "at"), ("core_draft", "expires")):
        for (at,) in rows(database(chat), f"SELECT {column} FROM {table}"):
            assert str(at).endswith(":00.000000"), (table, at)


@pytest.mark.hearth(cogs=COGS, profile=PROFILE)
async def test_new_secrets_double_no_prompt(chat: Chat) -> None:
    """After a theft everything is named anew, but what is planned must be found again."""
    await check_in(chat.person(canaries.ONE), chat, canaries.NOTE)
    planned = rows(database(chat), "SELECT name FROM core_due")
    hashes = rows(database(chat), "SELECT who FROM checkins_entry")
    await chat.close()
    assert await key_command(chat.config, "rekey") == 0
    await chat._start()
    assert rows(database(chat), "SELECT who FROM checkins_entry") != hashes
    assert rows(database(chat), "SELECT name FROM core_due") == planned
    await chat.clock.to("18:00")
    assert len(chat.room(canaries.ROOM).seen) == 1
