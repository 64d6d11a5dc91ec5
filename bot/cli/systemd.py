"""What systemd is told: ready, stopping, still alive. A few datagrams to the socket it names; without one,
nothing happens.

The protocol is that of sd_notify(3): lines of `NAME=value` in one datagram to the UNIX socket in
NOTIFY_SOCKET, whose leading `@` stands for the abstract namespace.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Mapping


class Supervisor:
    """The service manager that started this process, or nobody."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        meant = environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        patience = environ.get("WATCHDOG_USEC", "")
        self.watches = int(patience) / 1_000_000 if meant and patience.isdecimal() else None
        """Seconds without `alive` after which it restarts this process; None where it does not watch."""

    def ready(self, status: str) -> None:
        """Say that Hearth serves; `status` is one line for `systemctl status`, without any id."""
        self._tell("READY=1", f"STATUS={status}")

    def alive(self) -> None:
        """Say that the event loop still turns."""
        if self.watches is not None:
            self._tell("WATCHDOG=1")

    def stopping(self) -> None:
        """Say that Hearth is coming down."""
        self._tell("STOPPING=1", "STATUS=Stopping")

    def _tell(self, *lines: str) -> None:
        if self._address[:1] not in ("/", "@"):
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        # Nobody may be held up, or fail, because the service manager does not listen.
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            out.setblocking(False)
            out.sendto("\n".join(line.replace("\n", " ") for line in lines).encode(), address)
