"""Hearth as an operator runs it: what the process prints, tells of its health, and leaves on the disk."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.privacy import keys
from bot.testing.discord_server import DiscordServer, Guild, Interaction, Person
from tests.operations import running
from tests.operations.running import ROOT, hearth_run

from . import canaries


@pytest.fixture(autouse=True)
def careless(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cog that does everything wrong is loaded as well."""
    monkeypatch.setattr(running, "COGS", "[crisis, checkins, privacy, help, tests.leaks.jinx]")


async def done(person: Person, guild: Guild, command: str, **options: Any) -> Interaction:
    asked = await person.slash(guild, command, **options)
    return await asked.answered(20)


async def checked_in(person: Person, guild: Guild) -> None:
    opened = await done(person, guild, "checkin")
    assert opened.modal is not None
    values = {
        field.label: field.options[1].label if field.options else canaries.NOTE
        for field in opened.modal.fields
    }
    sent = await person.submit_modal(opened, values)
    await sent.answered(20)


async def backed_up(folder: Path, file: Path) -> str:
    """`hearth backup` beside the running one; what it printed."""
    config = str(folder / "config.yaml")
    made = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "backup", str(file), "--config", config,
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    printed, _ = await made.communicate()
    assert made.returncode == 0, printed
    return printed.decode()


def key_of(home: Path) -> list[str]:
    """The master key as its file and as people write it."""
    (found,) = keys.load(home, {}, data_exists=True)
    written = (home / keys.FILE).read_text().strip()
    return [found.human(), found.human().replace("-", ""), written]


async def test_a_running_hearth_prints_and_leaves_nothing_of_anybody(
    server: DiscordServer, tmp_path: Path
) -> None:
    one, other = server.add_user(canaries.ONE), server.add_user(canaries.OTHER)
    guild = server.add_guild("Harbour", ["evening"], members=[one, other])
    environ = {"PYTHONASYNCIODEBUG": "1", "PYTHONWARNINGS": "always", "TMPDIR": str(tmp_path / "tmp")}
    (tmp_path / "tmp").mkdir()
    async with hearth_run(server, guild, tmp_path, **environ) as process:
        await checked_in(one, guild)
        await done(one, guild, "reminder", at=canaries.TIMES[0], zone=canaries.ZONE)
        await done(one, guild, "history")
        for command in ("stumble", "scatter", "confide"):
            await done(one, guild, command, words=canaries.CARELESS)
        await done(one, guild, "crisis", country="Ireland")
        exported = await one.slash(guild, "privacy", what="export")
        await exported.until(lambda: any(message.files for message in exported.messages), 20)
        status, health = await process.asked("/healthz")
        assert status == 200
        _, metrics = await process.asked("/metrics")
        assert "hearth_crisis_total 1.0" in metrics
        labels = set(re.findall(r'[{,](\w+)="', metrics))
        assert labels <= {"command", "outcome", "platform", "result", "le"}
        assert 'crisis"' not in metrics, "crisis is one sum, with no command and no time"
        assert set(json.loads(health)) == {"state", "platforms"}
        backup = tmp_path / "backup.db"
        told = await backed_up(tmp_path, backup)
        process.tell(signal.SIGTERM)
        assert await process.ended(20) == 0
    wanted = [*canaries.WORDS, canaries.ONE, canaries.OTHER, canaries.ZONE, *canaries.TIMES[:1]]
    wanted += [str(account) for account in (one.id, other.id, guild.id, guild.channel("evening").id)]
    logged = "\n".join(process.lines)
    assert "Careless" in logged
    told += "\n".join((logged, health, metrics))
    assert canaries.found_in(told.encode(), wanted) == []
    files = [backup, *canaries.files_under(tmp_path / "state", tmp_path / "tmp")]
    assert canaries.leaks(files, wanted) == []
    secrets = key_of(tmp_path / "state")
    others = [file for file in files if file.name != keys.FILE]
    assert canaries.leaks([*others], secrets) == []
    assert canaries.found_in(told.encode(), secrets) == []
    assert backup.stat().st_mode & 0o077 == 0
    assert sqlite3.connect(backup).execute("SELECT count(*) FROM checkins_entry").fetchone() == (1,)
    for file in others:
        assert file.stat().st_mode & 0o077 == 0 or "cache" in file.parts, file


SCRIPT = f"""\
@{canaries.ONE} #evening: /checkin
@{canaries.ONE} presses 2
@{canaries.ONE} answers {canaries.NOTE}
@{canaries.ONE} presses 1
@{canaries.OTHER} #evening: /history
@{canaries.ONE} #evening: /stumble {canaries.CARELESS}
@{canaries.ONE} #evening: /scatter {canaries.CARELESS}
@{canaries.ONE} #evening: /confide {canaries.CARELESS}
"""


def test_a_try_shows_people_their_own_and_its_operator_nothing(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(
        "home: state\ncogs: [crisis, checkins, privacy, help, tests.leaks.jinx]\n"
        "spaces: {circle: {profile: space.yaml, terminal: true}}\n"
    )
    (tmp_path / "space.yaml").write_text(
        'name: Evening\nzone: Europe/London\ngroups:\n  evening: {name: Evening, room: "#evening"}\n'
    )
    env = {name: value for name, value in os.environ.items() if not name.startswith("HEARTH_")}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "try", "--script", "-", "--json", "--config", str(config)],
        cwd=ROOT, env=env, input=SCRIPT, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(one["seen_by"] == [one["to"]] for one in told if one["private"])
    for one in told:
        if canaries.found_in(json.dumps(one).encode(), canaries.WORDS):
            assert one["seen_by"] == [f"@{canaries.ONE}"]
    wanted = [*canaries.WORDS, canaries.ONE, canaries.OTHER]
    assert "Careless" in done.stderr
    assert canaries.found_in(done.stderr.encode(), wanted) == []
    assert canaries.leaks(canaries.files_under(tmp_path / "state"), wanted) == []
