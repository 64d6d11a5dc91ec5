"""What an operator's monitoring is told, and what it is never told."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from bot.app import App
from bot.cli.health import Health, told
from bot.config.operator import OperatorConfig, Space
from bot.platforms.terminal import TerminalPlatform, read_line
from bot.testing.clock import Clock

CLOCK = datetime(2026, 3, 1, 12, tzinfo=UTC)
PROFILE = """
name: Evening circle
zone: Europe/London
country: GB
groups:
  evening:
    name: Evening
    room: "#evening"
    checkins: {prompts: [{id: evening, at: 19:00}]}
"""


class Line(TerminalPlatform):
    """The terminal behind a cable that can be pulled."""

    connected = True

    async def until_connected(self) -> None:
        """Nobody waits for it here."""


class Running:
    def __init__(self, app: App, line: Line, health: Health, clock: Clock, port: int) -> None:
        self.app, self.line, self.health, self.clock = app, line, health, clock
        self.seconds = 0.0
        self.address = f"http://127.0.0.1:{port}"

    async def says(self, *lines: str) -> None:
        for line in lines:
            parsed = read_line(line)
            assert parsed is not None
            await self.line.do(parsed)

    async def asked(self, path: str) -> tuple[int, str]:
        async with aiohttp.ClientSession() as session, session.get(self.address + path) as answer:
            return answer.status, await answer.text()

    async def samples(self) -> dict[str, float]:
        """Every sample by name and labels, as Prometheus itself reads it."""
        _, body = await self.asked("/metrics")
        return {
            one.name + "".join(f" {name}={one.labels[name]}" for name in sorted(one.labels)): one.value
            for family in text_string_to_metric_families(body)
            for one in family.samples
        }


@asynccontextmanager
async def running(folder: Path, *, broken: bool = False) -> AsyncIterator[Running]:
    profile = folder / "space.yaml"
    profile.write_text(PROFILE)
    cogs = ("crisis", "checkins", "help", "privacy", *(["no.such.cog"] if broken else []))
    config = OperatorConfig(
        home=folder / "home", cogs=cogs, spaces={"circle": Space(profile=profile, terminal=True)}
    )
    clock, line = Clock(CLOCK), Line(folder / "files")
    app = await App.open(config, platforms=[line], clock=clock, environ={})
    line.attach(app.pipeline)
    found: list[Running] = []
    health = Health(app, monotonic=lambda: found[0].seconds if found else 0.0)
    try:
        async with told(health, 0) as port:
            assert port is not None
            found.append(Running(app, line, health, clock, port))
            yield found[0]
    finally:
        await app.close()


async def test_a_platform_away_for_more_than_a_minute_is_told(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        assert await one.asked("/healthz") == (200, '{"state": "serving", "platforms": {"terminal": true}}')
        one.line.connected = False
        one.seconds = 60
        assert (await one.asked("/healthz"))[0] == 200
        one.seconds = 61
        status, body = await one.asked("/healthz")
        assert (status, body) == (503, '{"state": "disconnected", "platforms": {"terminal": false}}')
        assert (await one.samples())["hearth_connected platform=terminal"] == 0
        one.line.connected = True
        assert (await one.asked("/healthz"))[0] == 200


async def test_commands_are_counted_by_path_outcome_and_platform(tmp_path: Path) -> None:
    async with running(tmp_path, broken=True) as one:
        _, body = await one.asked("/healthz")
        assert json.loads(body)["left_out"] == ["no.such.cog"]
        await one.says(
            "@one #evening: /help", "@two #evening: /help", "@one #evening: hello, all",
            "@one #evening: /checkin", "@one presses 2", "@two: /nothing-of-the-kind",
        )  # fmt: skip
        seen = await one.samples()
        assert seen["hearth_commands_total command=help outcome=answered platform=terminal"] == 2
        assert seen["hearth_commands_total command=checkin outcome=form platform=terminal"] == 2
        assert seen["hearth_commands_total command=none outcome=refused platform=terminal"] == 1
        assert seen["hearth_answer_seconds_count"] == seen["hearth_answer_seconds_bucket le=+Inf"] == 5
        assert seen["hearth_failures_total"] == 0
        assert seen["hearth_broken_cogs"] == 1
        assert seen["hearth_crisis_only"] == 0
        database = tmp_path / "home" / "hearth.db"
        wal = database.with_name("hearth.db-wal")
        assert seen["hearth_database_bytes"] == database.stat().st_size + wal.stat().st_size


async def test_crisis_is_one_sum_and_nothing_else_moves(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        before = await one.samples()
        await one.says("@one #evening: /crisis", "@two: crisis", "@one #evening: /crisis GB")
        after = await one.samples()
        moved = {name for name in after.keys() | before.keys() if after.get(name) != before.get(name)}
        assert moved - {"hearth_database_bytes"} == {"hearth_crisis_total"}
        assert after["hearth_crisis_total"] - before["hearth_crisis_total"] == 3
        _, body = await one.asked("/metrics")
        assert "_created" not in body


async def test_nobody_is_named(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        await one.says("@quietname #evening: /checkin", "@quietname presses 2", "@quietname answers my words")
        _, body = await one.asked("/metrics")
        labels = set(re.findall(r'(\w+)="', body))
        assert labels == {"command", "outcome", "platform", "result", "le"}
        for words in ("quietname", "circle", "Evening", "evening", "my words"):
            assert words not in body
            assert words not in (await one.asked("/healthz"))[1]


async def test_slots_are_counted_by_how_they_ended(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        await one.app.pass_time(CLOCK.replace(hour=20), one.clock.set)
        seen = await one.samples()
        assert (seen["hearth_slots_due_total"], seen["hearth_slots_total result=sent"]) == (1, 1)
        one.clock.set(CLOCK.replace(hour=19, minute=30) + timedelta(days=1))
        assert (await one.samples())["hearth_slots_behind_seconds"] == 1800
        one.clock.set(CLOCK + timedelta(days=4))
        await one.app.pass_time(one.clock(), one.clock.set)
        seen = await one.samples()
        assert seen["hearth_slots_total result=skipped"] > 0
        assert seen["hearth_slots_total result=sent"] == 1
        assert seen["hearth_slots_behind_seconds"] == 0


async def test_helplines_that_were_checked_long_ago_are_counted(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        now = (await one.samples())["hearth_helplines_stale"]
        one.clock.set(CLOCK + timedelta(days=3650))
        assert (await one.samples())["hearth_helplines_stale"] > now


async def test_a_port_that_is_taken_holds_nobody_up(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        port = int(one.address.rpartition(":")[2])
        async with told(one.health, port) as second:
            assert second is None
        assert (await one.asked("/healthz"))[0] == 200


async def test_nothing_listens_unless_asked(tmp_path: Path) -> None:
    async with running(tmp_path) as one, told(one.health, None) as port:
        assert port is None
