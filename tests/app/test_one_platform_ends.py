"""A platform that ends by an error leaves the others serving."""

import asyncio
from pathlib import Path

import pytest

from bot.app import App
from bot.config.operator import OperatorConfig
from bot.platforms.terminal import TerminalPlatform, read_line
from bot.sdk.ports import Front


class Refused(TerminalPlatform):
    """A platform whose token was taken back."""

    name = "refused"

    async def run(self, front: Front) -> None:
        raise PermissionError("the token is not taken any more")


async def test_the_others_go_on_and_the_error_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    terminal = TerminalPlatform(tmp_path / "files")
    config = OperatorConfig(home=tmp_path / "home")
    app = await App.open(config, platforms=[Refused(tmp_path / "other"), terminal], environ={})
    terminal.attach(app.pipeline)
    seen = []
    terminal.watch(seen.append)
    serving = asyncio.create_task(app.run())
    while "refused ended" not in caplog.text:
        await asyncio.sleep(0)
    line = read_line("@one #evening: /crisis ireland")
    assert line is not None
    await terminal.do(line)
    assert "116 123" in str(seen[-1].as_json())
    assert not serving.done()
    await app.stop()
    await asyncio.gather(serving, return_exceptions=True)
    await app.close()


async def test_the_last_one_to_end_tells_why(tmp_path: Path) -> None:
    app = await App.open(
        OperatorConfig(home=tmp_path / "home"), platforms=[Refused(tmp_path / "other")], environ={}
    )
    with pytest.raises(PermissionError):
        await app.run()
    await app.close()
