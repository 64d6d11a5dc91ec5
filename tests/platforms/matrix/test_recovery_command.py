"""A lost database: the recovery key alone makes the account trusted again, by the operator's command."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest

from bot.cli.keeping import key_command
from bot.config.operator import Matrix, OperatorConfig
from bot.platforms.matrix.signing import State
from bot.testing.synapse import Login, Synapse

from .hearth import Hearth, hearth

pytestmark = pytest.mark.synapse


def state_of(bot: Hearth) -> State:
    line = bot.platform._line
    assert line is not None
    return line.identity.state


async def test_the_recovery_key_brings_the_identity_back(
    server: Synapse,
    bot_login: Login,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shown: list[str] = []
    async with hearth(server.url, bot_login, tmp_path, on_recovery_key=shown.append) as bot:
        assert state_of(bot) is State.NEW
    assert len(shown) == 1
    shutil.rmtree(tmp_path / "home")
    async with hearth(server.url, bot_login, tmp_path, on_recovery_key=shown.append) as bot:
        assert state_of(bot) is State.LOST
    assert len(shown) == 1

    monkeypatch.setenv("PASSWORD_OF_THE_BOT", bot_login.password)
    account = Matrix(homeserver=server.url, user=bot_login.user_id, password_env="PASSWORD_OF_THE_BOT")
    config = OperatorConfig(home=tmp_path / "home", matrix=account)
    monkeypatch.setattr("sys.stdin", io.StringIO("EsTx not the key\n"))
    assert await key_command(config, "matrix") == 1
    assert "not the recovery key" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO(shown[0] + "\n"))
    assert await key_command(config, "matrix") == 0
    assert "trusted again" in capsys.readouterr().out
    async with hearth(server.url, bot_login, tmp_path, on_recovery_key=shown.append) as bot:
        assert state_of(bot) is State.SIGNED
