"""Storage locked, full, moved away or taken: nothing is acknowledged that is not kept, and it recovers."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App
from bot.storage import connection
from bot.storage.errors import AlreadyRunning
from bot.testing.clock import Clock
from bot.testing.discord_server import DiscordServer, Interaction

from .bell import BEGIN, COUNT
from .house import House, locked, notes_of, profile
from .news import until
from .process import Process

PROMPT = 'id: evening, at: "18:05"'


@pytest.fixture
async def house(
    server: DiscordServer, tmp_path: Path, clock: Clock, long: bool, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    if not long:
        monkeypatch.setattr(connection, "BUSY_SECONDS", 1.0)  # as long as SQLite waits for its lock
    house = House(server, tmp_path, clock, PROMPT)
    await house.start()
    yield house
    await house.stop()


async def crisis_answers(house: House) -> None:
    called = await house.ana.slash(house.guild, "crisis")
    await called.answered()
    assert "116 123" in called.text


async def try_again(house: House, sent: Interaction) -> None:
    """Press *try again* under the words that came back: they need not be written again."""
    again = await house.ana.press(sent.message, sent.message.labels[0])
    await again.answered(10)
    if again.modal is not None:
        assert any(one.value == "I wrote this with care" for one in again.modal.fields)
        again = await house.fill(house.ana, again, "I wrote this with care")
    assert "Kept" in again.text


async def test_locked_for_half_a_minute(house: House, long: bool, caplog: pytest.LogCaptureFixture) -> None:
    """Locked by another program: words come back, `/crisis` answers, the prompt comes afterwards, once."""
    opened = await house.ana.slash(house.guild, "checkin")
    await opened.answered()
    async with locked(house.path):
        sent = await house.send(house.ana, opened, "I wrote this with care")
        await crisis_answers(house)
        await sent.until(lambda: "I wrote this with care" in sent.text, 20)
        assert "couldn't save" in sent.text
        house.set("2026-11-20T18:05")
        await crisis_answers(house)
        assert house.posts == []
        if long:
            # Three turns of the dispatcher, each as long as SQLite waits for its lock, and pauses in between.
            await until(lambda: caplog.text.count("the ledger cannot be used") >= 3, 60)
            await crisis_answers(house)
        assert house.entries == 0
    await try_again(house, sent)
    assert await house.notes(house.ana) == ["I wrote this with care"]
    await until(lambda: house.results == ["sent"], 60)
    assert house.posted == ["2026-11-20T18:05"]


async def test_a_post_that_is_out_while_the_database_is_locked_is_recorded_later(house: House) -> None:
    held = house.server.fail_next("POST /channels/*/messages", hold=True)
    house.set("2026-11-20T18:05")
    await held.happened.wait()
    async with locked(house.path):
        held.release()
        await house.server.until(lambda: house.posts)
        await crisis_answers(house)
        assert house.results == ["claimed"]
    await until(lambda: house.results == ["sent"], 20)
    assert len(house.posts) == 1


async def test_the_file_moved_away_and_put_back(house: House) -> None:
    """Nothing is written into a file that has no name any more: not a check-in, and no claim of a prompt."""
    opened = await house.ana.slash(house.guild, "checkin")
    await opened.answered()
    aside = house.folder / "aside.db"
    house.path.rename(aside)
    sent = await house.fill(house.ana, opened, "I wrote this with care")
    assert "couldn't save" in sent.text
    assert "I wrote this with care" in sent.text
    house.set("2026-11-20T18:05")
    await crisis_answers(house)
    assert not house.path.exists()
    assert house.posts == []
    aside.rename(house.path)
    await try_again(house, sent)
    assert await house.notes(house.ana) == ["I wrote this with care"]
    await until(lambda: house.results == ["sent"], 20)
    assert house.posted == ["2026-11-20T18:05"]


async def test_the_file_replaced_by_another(house: House) -> None:
    """An old copy put in place under a running Hearth takes no write, and nothing is posted from it."""
    copy = house.folder / "copy.db"
    with sqlite3.connect(house.path) as raw:
        raw.execute("VACUUM INTO ?", (str(copy),))
    raw.close()
    await house.check_in(house.ana, "since then")
    shutil.move(copy, house.path)
    before = house.path.read_bytes()
    opened = await house.ben.slash(house.guild, "checkin")
    await opened.answered()
    sent = await house.fill(house.ben, opened, "into nothing?")
    assert "couldn't save" in sent.text
    house.set("2026-11-20T18:05")
    await crisis_answers(house)
    assert house.posts == []
    assert house.path.read_bytes() == before


async def test_two_on_one_database(house: House) -> None:
    """The second says why and ends; the first serves on. (The kernel's lock itself: tests/storage.)"""
    with pytest.raises(AlreadyRunning):
        await App.open(house.config, environ={})
    await house.check_in(house.ana, "still here")
    assert await house.notes(house.ana) == ["still here"]


# --- with a process of its own ------------------------------------------------------------------------------


def own_disk(folder: Path, size: str) -> tuple[str, ...]:
    """Begins a command whose state folder is a small disk that only it sees. Skips where that needs rights
    that we do not have."""
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("a small disk needs root and unshare")
    state = folder / "state"
    state.mkdir(parents=True)
    mount = f'mount -t tmpfs -o size={size} tmpfs "{state}" && exec "$@"'
    tried = subprocess.run(["unshare", "-m", "sh", "-c", mount, "sh", "true"], capture_output=True)
    if tried.returncode:
        pytest.skip("no disk can be mounted here")
    return ("unshare", "-m", "sh", "-c", mount, "sh")


async def test_a_full_disk(tmp_path: Path) -> None:
    """Words come back while it is full; `/crisis` answers; with room again it goes on by itself."""
    before = own_disk(tmp_path, "8m")
    async with DiscordServer.running() as server:
        ana = server.add_user("ana")
        guild = server.add_guild("Harbour", ["evening", "morning", "night"], members=[ana])
        begin = server.now().replace(tzinfo=None, microsecond=0).isoformat()
        process = Process(server, guild, tmp_path, profile(), {BEGIN: begin, COUNT: "60"}, before=before)
        await process.start()
        try:
            await process.usable()
            evening = guild.channel("evening")
            await server.until(lambda: server.messages(evening), 20)
            disk = Path(f"/proc/{process.pid}/root") / process.state.relative_to("/")
            opened = await ana.slash(guild, "checkin")
            await opened.answered()
            with (disk / "ballast").open("wb", buffering=0) as ballast:
                while True:
                    try:
                        ballast.write(b"x" * 4096)
                    except OSError:
                        break
            sent = await fill(ana, opened, "long words " * 80)
            turns = 0
            while "couldn't save" not in sent.text and turns < 40:
                # SQLite's log has room of its own for a while: it is full when that is used up.
                opened = await ana.slash(guild, "checkin")
                await opened.answered()
                sent = await fill(ana, opened, f"turn {turns} " + "long words " * 80)
                turns += 1
            assert "couldn't save" in sent.text
            assert "long words" in sent.text
            called = await ana.slash(guild, "crisis")
            await called.answered()
            assert "116 123" in called.text
            (disk / "ballast").unlink()
            opened = await ana.slash(guild, "checkin")
            await opened.answered()
            sent = await fill(ana, opened, "room again")
            assert "Kept" in sent.text
            asked = await ana.slash(guild, "privacy", what="export")
            await asked.until(lambda: any(one.files for one in asked.messages), 15)
            found = notes_of(asked.message)
            assert "room again" in found
            assert len(found) == turns + 1
            rung = [
                one.text
                for name in ("evening", "morning", "night")
                for one in server.messages(guild.channel(name))
            ]
            assert len(rung) == len(set(rung))
            assert await process.stop() == 0
        finally:
            if process.running:
                await process.kill()


async def fill(person: object, opened: Interaction, words: str) -> Interaction:
    sent = await House.send(person, opened, words)
    return await sent.answered(15)


async def test_a_second_process_refuses_and_the_first_serves_on(tmp_path: Path) -> None:
    async with DiscordServer.running() as server:
        ana = server.add_user("ana")
        guild = server.add_guild("Harbour", ["evening", "morning", "night"], members=[ana])
        begin = server.now().replace(tzinfo=None, microsecond=0).isoformat()
        first = Process(server, guild, tmp_path, profile(), {BEGIN: begin, COUNT: "0"})
        second = Process(server, guild, tmp_path, profile(), {BEGIN: begin, COUNT: "0"})
        await first.start()
        await first.usable()
        await second.start()
        assert await second.ended(20) == 2
        assert "already running" in second.log.read_text()
        opened = await ana.slash(guild, "checkin")
        await opened.answered()
        assert "Kept" in (await fill(ana, opened, "still here")).text
        assert server.gateway.identifies == 1
        # Killed, it leaves no lock behind.
        await first.kill()
        await second.start()
        await second.usable()
        second.tell(signal.SIGTERM)
        assert await second.ended(20) == 0
