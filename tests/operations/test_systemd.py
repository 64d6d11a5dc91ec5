"""What systemd hears, on a socket like its own; and the unit, as far as it can be judged without it."""

from __future__ import annotations

import asyncio
import configparser
import re
import shutil
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from bot.cli.systemd import Supervisor
from bot.testing.discord_server import DiscordServer

from .running import ROOT, hearth_run

UNIT = ROOT / "deploy" / "hearth.service"


class Manager:
    """A socket such as systemd names in NOTIFY_SOCKET."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address)
        self._socket.setblocking(False)

    async def hears(self) -> list[str]:
        """The lines of the next datagram."""
        async with asyncio.timeout(20):
            return (await asyncio.get_running_loop().sock_recv(self._socket, 4096)).decode().split("\n")

    def close(self) -> None:
        self._socket.close()


async def test_ready_alive_and_stopping_are_told(server: DiscordServer, tmp_path: Path) -> None:
    guild = server.add_guild("Harbour", ["evening"])
    manager = Manager(str(tmp_path / "notify"))
    told = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "400000"}
    try:
        async with hearth_run(server, guild, tmp_path, connected=False, **told) as process:
            first = await manager.hears()
            assert first == ["READY=1", "STATUS=Serving discord"]
            assert [await manager.hears() for _ in range(3)] == [["WATCHDOG=1"]] * 3
            process.tell(signal.SIGTERM)
            heard = [await manager.hears()]
            while heard[-1] == ["WATCHDOG=1"]:
                heard.append(await manager.hears())
            assert heard[-1] == ["STOPPING=1", "STATUS=Stopping"]
            assert await process.ended() == 0
    finally:
        manager.close()


async def test_an_abstract_socket_is_found(tmp_path: Path) -> None:
    name = f"hearth-test-{tmp_path.name}"
    manager = Manager(f"\0{name}")
    try:
        Supervisor({"NOTIFY_SOCKET": f"@{name}"}).ready("two\nlines")
        assert await manager.hears() == ["READY=1", "STATUS=two lines"]
    finally:
        manager.close()


@pytest.mark.parametrize(
    "environ",
    [{}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "relative"}, {"NOTIFY_SOCKET": "/nobody/listens/here"}],
)
def test_without_a_listener_nothing_happens(environ: dict[str, str]) -> None:
    supervisor = Supervisor(environ)
    supervisor.ready("Serving")
    supervisor.alive()
    supervisor.stopping()


def test_a_watchdog_meant_for_another_process_is_not_ours() -> None:
    assert Supervisor({"WATCHDOG_USEC": "30000000"}).watches == 30
    assert Supervisor({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}).watches is None
    assert Supervisor({}).watches is None


def unit() -> dict[str, str]:
    """The unit's [Service] section."""
    read = configparser.RawConfigParser(strict=False)
    read.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their capitals
    read.read(UNIT)
    return dict(read["Service"])


def test_the_unit_leaves_hearth_little_but_its_state() -> None:
    found = unit()
    assert found["Type"] == "notify"
    assert found["Restart"] == "on-failure"
    assert int(found["TimeoutStopSec"]) == 15
    assert found["StateDirectory"] == "hearth"
    assert "HEARTH_HOME=%S/hearth" in found["Environment"]
    assert found["ProtectSystem"] == "strict"
    assert found["CapabilityBoundingSet"] == ""
    for name in ("DynamicUser", "NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome"):
        assert found[name] == "yes", name
    assert not re.search(r"(?i)token|password|secret\s*=", UNIT.read_text())


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")
def test_systemd_itself_finds_the_unit_sound(tmp_path: Path) -> None:
    # What it starts is not installed here; everything else is as it ships.
    copy = tmp_path / "hearth.service"
    copy.write_text(UNIT.read_text().replace("/opt/hearth/.venv/bin/hearth", "/bin/true"))
    verified = subprocess.run(
        ["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, check=False, timeout=60
    )
    # Neighbours of this machine's own may be named too; only ours count.
    assert "hearth" not in verified.stderr, verified.stderr
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--no-pager", "--threshold=20", str(copy)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert judged.returncode == 0, judged.stdout[-300:]
