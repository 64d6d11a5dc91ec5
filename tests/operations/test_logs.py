"""What `hearth run` writes where no terminal is: JSON lines, with the code of whatever a person was told."""

from __future__ import annotations

import re
import signal
from pathlib import Path

from bot.testing.discord_server import DiscordServer

from .porch import SECRET
from .running import hearth_run


async def test_an_apologys_code_is_a_field_of_its_log_line(server: DiscordServer, tmp_path: Path) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    async with hearth_run(server, guild, tmp_path) as process:
        asked = await ana.slash(guild, "stumble")
        await asked.answered()
        code = re.search(r"\b[0-9A-F]{6}\b", asked.message.text)
        assert code is not None, asked.message.text
        line = await process.logged("handling an event failed")
        assert line["reference"] == code[0]
        assert line["level"] == "error"
        assert "RuntimeError" in line["message"]
        assert "porch/__init__.py" in line["message"]
        process.tell(signal.SIGTERM)
        assert await process.ended() == 0
    written = "\n".join(process.lines)
    assert SECRET not in written
    assert str(ana.id) not in written
    assert "ana" not in re.findall(r"\w+", written)
    assert [line["message"] for line in process.log if line["level"] in ("error", "critical")] == [
        line["message"]
    ]


async def test_start_and_stop_are_told_and_the_recovery_key_is_not(
    server: DiscordServer, tmp_path: Path
) -> None:
    guild = server.add_guild("Harbour", ["evening"])
    async with hearth_run(server, guild, tmp_path) as process:
        await process.logged("Hearth starts on discord")
        await process.logged("hearth key show")
        process.tell(signal.SIGINT)
        assert await process.ended() == 0
        assert process.log[-1]["message"] == "Hearth has stopped"
    assert not [line for line in process.lines if re.search(r"(?:[0-9a-z]{4}-){5}", line, re.IGNORECASE)]


async def test_crisis_only_mode_is_loud_in_log_and_health(server: DiscordServer, tmp_path: Path) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "hearth.db").write_bytes(b"this is no database" * 400)
    async with hearth_run(server, guild, tmp_path) as process:
        assert (await process.logged("/crisis"))["level"] == "critical"
        asked = await ana.slash(guild, "crisis", country="Ireland")
        await asked.answered()
        assert "116 123" in asked.message.text
        status, body = await process.asked("/healthz")
        assert status == 503
        assert '"crisis-only"' in body
        status, body = await process.asked("/metrics")
        assert status == 200
        assert "\nhearth_crisis_only 1.0\n" in body
        process.tell(signal.SIGTERM)
        assert await process.ended() == 0


async def test_a_token_that_discord_does_not_take_is_told_in_one_line(
    server: DiscordServer, tmp_path: Path
) -> None:
    guild = server.add_guild("Harbour", ["evening"])
    wrong = "MTAwMDAwMDAwMDAwMDAwMDAw.AAAAAA.wrong-wrong-wrong-wrong-wrong-wrong"
    async with hearth_run(server, guild, tmp_path, connected=False, HEARTH_DISCORD_TOKEN=wrong) as process:
        assert await process.ended(30) == 1
    told = [line for line in process.log if line["level"] == "critical"]
    assert len(told) == 1
    assert "does not take this token" in told[0]["message"]
    assert wrong not in "\n".join(process.lines)


async def test_shards_that_are_none_are_refused(server: DiscordServer, tmp_path: Path) -> None:
    import pytest
    from pydantic import ValidationError

    from bot.cli.running import platforms_of
    from bot.config.operator import Discord, OperatorConfig

    del server
    token = tmp_path / "token"
    token.write_text("x")
    token.chmod(0o600)
    config = OperatorConfig(discord=Discord(token_file=token))
    assert [one.name for one in platforms_of(config, "0-3/16")] == ["discord"]
    with pytest.raises(ValidationError):
        platforms_of(config, "three")


async def test_a_second_process_on_the_same_database_says_so_and_ends(
    server: DiscordServer, tmp_path: Path
) -> None:
    guild = server.add_guild("Harbour", ["evening"])
    async with (
        hearth_run(server, guild, tmp_path) as first,
        hearth_run(server, guild, tmp_path, connected=False) as second,
    ):
        assert await second.ended(30) == 2
        assert (await second.logged("already running"))["level"] == "critical"
        assert (await first.asked("/healthz"))[0] == 200
