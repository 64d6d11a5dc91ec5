"""What somebody who means harm could find out about the author of an anonymous share: from files, a backup,
the log, and whatever others were shown. The adversary knows every name, id and word, and looks for them.
"""

from __future__ import annotations

import datetime
import logging
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from bot.storage.backup import backup
from bot.testing.chat import Chat, Person, Room
from cogs.sharing import moments
from cogs.sharing.settings import Delay
from tests.cogs.sharing.scene import code_in, opens, sends, words, writes

from . import canaries
from .community import COGS, PROFILE, REPLY
from .conversation import database, home, identities, rows, tables, world
from .test_logs import logged

__all__ = ["logged"]

SHARE, SECOND = canaries.NOTE, canaries.SHARED
APPEALED, WARNING = "what gallimaufry objects 6013", "quodlibet 7719"
OURS = (SHARE, SECOND, REPLY, APPEALED, WARNING)

pytestmark = [pytest.mark.faces("terminal", "discord"), pytest.mark.hearth(cogs=COGS, profile=PROFILE)]


def posts(room: Room) -> list[Any]:
    return [one for one in room.standing if "Shared without a name" in one.text]


async def shares(chat: Chat, who: Person, text: str, **more: str) -> Any:
    """Share something, and let it come out; the receipt."""
    ring = chat.room(canaries.ROOM)
    for name in (canaries.ONE, canaries.OTHER, "rosalind", "mod"):
        await chat.person(name).joins(ring)
    await chat.person("mod").joins(chat.room("desk"))
    await writes(who, ring, text, **more)
    receipt = await sends(who)
    await chat.clock.on(minutes=11)
    return receipt


async def replies(chat: Chat, who: Person, text: str) -> None:
    await who.presses("Reply anonymously", on=posts(chat.room(canaries.ROOM))[-1])
    await who.answers(text)
    await sends(who)
    await chat.clock.on(minutes=11)


async def story(chat: Chat) -> tuple[Any, Any]:
    """One person shares twice, hears of replies, answers themselves, is muted and appeals; the receipts."""
    one, other, mod = (chat.person(name) for name in (canaries.ONE, canaries.OTHER, "mod"))
    ring, desk = chat.room(canaries.ROOM), chat.room("desk")
    first = await shares(chat, one, SHARE, warning=WARNING)
    await opens(one, ring, code_in(first))
    await one.presses("Tell me of replies")
    await replies(chat, other, REPLY)
    await chat.clock.on(hours=2)
    second = await shares(chat, one, SECOND)
    await replies(chat, one, REPLY)
    for name in (canaries.ONE, canaries.OTHER):
        await chat.person(name).presses("Me too", on=posts(ring)[-1])
    await other.presses("Something's wrong", on=posts(ring)[-1])
    await other.presses("This hurts me")
    handle = words(second).split("“")[1].split("”")[0]
    await mod.says(desk, f"/moderate {handle}")
    await mod.presses("Cover it")
    await mod.says(desk, f"/moderate {handle}")
    await mod.presses("Mute this voice")
    await mod.presses("Everywhere here, for a week")
    await opens(one, ring, code_in(second))
    await one.presses("Ask moderators to look again")
    await one.answers(APPEALED)
    await chat.clock.on(minutes=11)
    return first, second


def ours(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table: rows(path, f"SELECT * FROM {table}") for table in tables(path) if table.startswith("sharing_")
    }


def bytes_of(path: Path, table: str, where: str = "1") -> set[bytes]:
    """Pieces of what stands sealed or hashed in a table's rows, small enough to lie whole on one page."""
    found = rows(path, f"SELECT * FROM {table} WHERE {where}")
    held = [one for row in found for one in row if isinstance(one, bytes)]
    return {one[at : at + 24] for one in held for at in range(0, len(one) - 23, 64)}


async def test_no_file_holds_a_name_a_word_or_a_code(chat: Chat, tmp_path: Path) -> None:
    receipts = await story(chat)
    copy = tmp_path / "copy"
    await backup(database(chat), copy, chat._clock)
    codes = [code for receipt in receipts for code in (code_in(receipt), code_in(receipt).replace("-", ""))]
    handles = [words(receipt).split("“")[1].split("”")[0] for receipt in receipts]
    wanted = [*OURS, *codes, *handles, *identities(chat)]
    files = [*canaries.files_under(home(chat)), copy]
    assert {"hearth.db", "hearth.db-wal"} <= {file.name for file in files}
    assert canaries.leaks(files, wanted) == []


async def test_a_log_at_debug_says_nothing_of_it(
    logged: list[str], chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not of shares that come out, nor of one that cannot, whatever its exception says."""
    await story(chat)
    await and_it_fails(chat, monkeypatch)
    text = "\n".join(logged)
    assert "Stumbled" in text, "what failed is told"
    assert canaries.found_in(text.encode(), [*OURS, *identities(chat)]) == []


async def test_not_even_libraries_say_it_below_the_net(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Every record of every logger at DEBUG as it was made."""
    caplog.set_level(logging.DEBUG)
    for library in ("aiosqlite", "sqlalchemy", "aiohttp", "discord"):
        caplog.set_level(logging.DEBUG, logger=library)
    await story(chat)
    await and_it_fails(chat, monkeypatch)
    told = [one for one in caplog.records if one.name not in ("asyncio", "py.warnings")]
    assert {"aiosqlite", "hearth.pipeline"} <= {one.name for one in told}
    text = "\n".join(f"{one.getMessage()} {one.args!r} {one.__dict__!r}" for one in told)
    assert canaries.found_in(text.encode(), [*OURS, *identities(chat)]) == []


class Stumbled(Exception):
    """Says what it must not."""


async def and_it_fails(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sending stumbles in our own code; pressing does; on Discord the room refuses the post."""
    service, one = chat.app.catalogue.cogs["sharing"].service, chat.person("rosalind")

    async def stumbles(*_: object, **__: object) -> None:
        raise Stumbled(f"{SHARE} {canaries.ONE}")

    for owner, name in ((service.outbox, "where"), (service.writing, "send_share")):
        with monkeypatch.context() as patched:
            patched.setattr(owner, name, stumbles)
            await writes(one, chat.room(canaries.ROOM), SECOND)
            await sends(one)
            await chat.clock.on(minutes=11)
    if (there := world(chat)) is not None:
        there.server.fail_next("POST /channels/*/messages", status=403, code=50013)
        await writes(one, chat.room(canaries.ROOM), SECOND)
        await sends(one)
        await chat.clock.on(minutes=11)


async def test_no_sum_tells_when_somebody_wrote(chat: Chat) -> None:
    """Whoever reads the metrics every few seconds would know the moment that the random delay hides."""
    counts = chat.app.pipeline.counts
    before = dict(counts.commands), list(counts.seconds), counts.seconds_sum
    await story(chat)
    assert (dict(counts.commands), list(counts.seconds), counts.seconds_sum) == before
    await chat.person(canaries.ONE).says(None, "/help")
    assert counts.commands != before[0]


async def test_no_two_rows_can_be_laid_beside_each_other(chat: Chat) -> None:
    """The same author twice, in two threads, with taps and a mute: nothing equal stands in any two rows."""
    await story(chat)
    hashes: list[bytes] = []
    for table in tables(database(chat)):
        if not table.startswith("version_"):
            found = rows(database(chat), f"SELECT * FROM {table}")
            hashes += [one for row in found for one in row if isinstance(one, bytes) and len(one) == 32]
    assert len(hashes) > 8
    assert len(set(hashes)) == len(hashes)
    ids = {row[0] for held in ours(database(chat)).values() for row in held}
    elsewhere = [
        one
        for table in ("sharing_member", "core_reach")
        for row in rows(database(chat), f"SELECT * FROM {table}")
        for one in row[1:]
    ]
    assert not ids & set(elsewhere), "no row that knows a person names a share"


async def test_no_time_and_no_order_is_kept(chat: Chat) -> None:
    await story(chat)
    with sqlite3.connect(database(chat)) as raw:
        for table in (*ours(database(chat)), "core_due", "core_reach"):
            with pytest.raises(sqlite3.OperationalError):
                raw.execute(f"SELECT rowid FROM {table}")
        for table in ours(database(chat)):
            kinds = {kind for _, _, kind, *_ in raw.execute(f"PRAGMA table_info({table})")}
            assert kinds <= {"TEXT", "BLOB", "BOOLEAN", "DATE"}, table
        days = {day for (day,) in raw.execute("SELECT until FROM sharing_share")}
    assert all(datetime.date.fromisoformat(day) for day in days)


async def test_what_is_sealed_tells_nothing_by_its_length(chat: Chat) -> None:
    await story(chat)
    for table, columns in {
        "sharing_share": ("stand", "secret"),
        "sharing_reply": ("stand",),
        "sharing_voice": ("name",),
        "sharing_tap": ("kind",),
        "sharing_address": ("account", "wish"),
        "sharing_handle": ("account",),
        "sharing_mute": ("account", "terms"),
    }.items():
        for column in columns:
            lengths = {size for (size,) in rows(database(chat), f"SELECT length({column}) FROM {table}")}
            assert len(lengths) == 1, f"{table}.{column}: {lengths}"


async def test_a_cut_leaves_nothing_in_any_file(chat: Chat) -> None:
    one, ring = chat.person(canaries.ONE), chat.room(canaries.ROOM)
    receipt = await shares(chat, one, SHARE)
    await opens(one, ring, code_in(receipt))
    await one.presses("Tell me of replies")
    traces = bytes_of(database(chat), "sharing_address") | bytes_of(database(chat), "sharing_voice")
    traces |= bytes_of(database(chat), "sharing_pending")
    assert len(traces) >= 4
    await opens(one, ring, code_in(receipt))
    await one.presses("Cut what leads to me")
    await chat.app.keep_house()
    assert canaries.holding(canaries.files_under(home(chat)), traces) == set()


async def test_no_backup_holds_what_waits_or_an_address(chat: Chat, tmp_path: Path) -> None:
    one, ring = chat.person(canaries.ONE), chat.room(canaries.ROOM)
    receipt = await shares(chat, one, SHARE)
    await opens(one, ring, code_in(receipt))
    await one.presses("Tell me of replies")
    await writes(one, ring, SECOND)
    await sends(one)
    await writes(one, ring, canaries.DRAFTED)
    path = database(chat)
    unsaved = {
        table: bytes_of(path, table, "unsaved")
        for table in ours(path)
        if any(row[1] == "unsaved" for row in rows(path, f"PRAGMA table_info({table})"))
    }
    assert {"sharing_share", "sharing_address", "sharing_pending", "sharing_count"} <= {
        table for table, held in unsaved.items() if held
    }
    kept = bytes_of(path, "sharing_share", "NOT unsaved") | bytes_of(path, "sharing_handle")
    copy = tmp_path / "copy"
    await backup(path, copy, chat._clock)
    assert canaries.holding([copy], set().union(*unsaved.values())) == set()
    held = copy.read_bytes()
    assert kept
    assert sum(one in held for one in kept) > 0.9 * len(kept), (
        "what stands in the room, and handles, are in it"
    )


async def test_the_days_counts_cannot_be_told_once_the_day_is_over(chat: Chat) -> None:
    await shares(chat, chat.person(canaries.ONE), SHARE)
    traces = bytes_of(database(chat), "sharing_secret", "name LIKE 'day:%'")
    traces |= bytes_of(database(chat), "sharing_count")
    assert traces
    await chat.clock.on(days=3)
    await chat.app.keep_house()
    assert canaries.holding(canaries.files_under(home(chat)), traces) == set()


async def test_erasing_takes_what_is_linked_and_the_rest_is_nobodys(chat: Chat) -> None:
    one = chat.person(canaries.ONE)
    await story(chat)
    path = database(chat)
    linked = ("sharing_address", "sharing_appeal", "sharing_pending", "sharing_member", "sharing_tap")
    before = {table: bytes_of(path, table) for table in linked}
    await one.says(chat.room(canaries.ROOM), "/privacy erase")
    await one.presses("Yes, erase everything")
    assert one.last.text.startswith("Done.")
    assert rows(path, "SELECT * FROM sharing_address") == rows(path, "SELECT * FROM sharing_appeal") == []
    files = canaries.files_under(home(chat))
    for table in linked:
        gone = before[table] - bytes_of(path, table)
        assert gone, f"{table}: something of theirs was there"
        assert canaries.holding(files, gone) == set(), table


async def test_nobody_else_is_shown_who_it_was(chat: Chat) -> None:
    """Everything that others and the rooms got to see, titles, fields, files and buttons included."""
    await story(chat)
    others = [one for one in chat.seen if one.to not in (f"@{canaries.ONE}", f"@{canaries.OTHER}")]
    assert any("Shared without a name" in one.text for one in others)
    shown = "\n".join(
        f"{words(one)} {[(b.label, b.token) for b in one.buttons]} {[f.name for f in one.files]}"
        for one in others
    )
    people = [one for one in identities(chat) if one in (canaries.ONE, canaries.OTHER)]
    assert canaries.found_in(shown.encode(), people) == []


@pytest.mark.hearth(cogs=COGS, profile=PROFILE.replace("at-once", "review-first"))
async def test_a_mute_does_not_show_moderators_what_else_was_of_that_voice(chat: Chat) -> None:
    """What they let out comes out, whosever voice they mute meanwhile."""
    one, mod, desk = chat.person(canaries.ONE), chat.person("mod"), chat.room("desk")
    for text in (SHARE, SECOND):
        await shares(chat, one, text)
    first, second = (seen for seen in desk.standing if "waits for you" in seen.text)
    await mod.presses("Approve", on=first)
    await chat.clock.on(minutes=11)
    await mod.presses("Approve", on=second)
    await mod.chooses(chat.room(canaries.ROOM), "moderate-this", on=posts(chat.room(canaries.ROOM))[-1])
    await mod.presses("Mute this voice")
    await mod.presses("Everywhere here, for a week")
    await chat.clock.on(minutes=11)
    assert len(posts(chat.room(canaries.ROOM))) == 2


def test_a_delay_is_never_shorter_than_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moments, "between", lambda least, most: least)
    now = datetime.datetime(2026, 3, 2, 12, 0, 0, 900_000, tzinfo=datetime.UTC)
    for due in (moments.when(now, Delay(), None, "Europe/London"), moments.later(now, 1, 10)):
        assert datetime.timedelta(minutes=1) <= due - now < datetime.timedelta(minutes=1, seconds=1)
        assert not due.microsecond


async def test_that_an_author_was_told_is_on_no_record(chat: Chat) -> None:
    """The ledger of what was sent would name the direct message, and so its author, for ever."""
    one = chat.person(canaries.ONE)
    receipt = await shares(chat, one, SHARE)
    await one.presses("Tell me of replies", on=receipt)
    told = len(one.private)
    for _ in range(2):
        await replies(chat, chat.person(canaries.OTHER), REPLY)
        await chat.clock.on(hours=2)
    assert len(one.private) == told + 2
    assert rows(database(chat), "SELECT name FROM core_slot WHERE schedule = 'tell'") == []
    assert rows(database(chat), "SELECT name FROM core_due WHERE schedule = 'tell'") == []


async def test_what_was_taken_down_or_grew_old_is_in_no_file(chat: Chat) -> None:
    """Rows, free pages and the log: of the words, the voices, the taps and the thread's own secret."""
    one, ring = chat.person(canaries.ONE), chat.room(canaries.ROOM)
    tables_ = ("sharing_share", "sharing_reply", "sharing_voice", "sharing_tap", "sharing_address")

    def traces() -> set[bytes]:
        return set[bytes]().union(*(bytes_of(database(chat), table) for table in tables_))

    async def thread(text: str) -> tuple[Any, set[bytes]]:
        before = traces()
        receipt = await shares(chat, one, text)
        await one.presses("Tell me of replies", on=receipt)
        await replies(chat, chat.person(canaries.OTHER), REPLY)
        await chat.person("rosalind").presses("Me too", on=posts(ring)[-1])
        return receipt, traces() - before

    taken, of_taken = await thread(SHARE)
    _, of_old = await thread(SECOND)
    of_taken -= of_old
    assert min(len(of_taken), len(of_old)) > 20
    await opens(one, ring, code_in(taken))
    await one.presses("Take it down")
    await one.presses("Yes, take it down")
    await chat.clock.on(minutes=11)
    await chat.app.keep_house()
    # By these a mute can still be made for a while: they are hashes of a short name and of a message's id.
    named = rows(database(chat), "SELECT handle, message FROM sharing_share")
    named += rows(database(chat), "SELECT handle, message FROM sharing_reply")
    kept = {one[at : at + 24] for row in named for one in row if isinstance(one, bytes) for at in (0, 64)}
    assert canaries.holding(canaries.files_under(home(chat)), of_taken - kept) == set()
    assert canaries.holding(canaries.files_under(home(chat)), of_old - kept)
    await chat.clock.on(days=92)
    await chat.app.keep_house()
    assert canaries.holding(canaries.files_under(home(chat)), of_old) == set()
