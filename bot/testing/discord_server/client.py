"""Pointing the unmodified discord.py at a stand-in."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from .server import DiscordServer


class Pointing:
    """discord.py is pointed elsewhere until `restore` (or the end of the with block)."""

    def __init__(self, url: str) -> None:
        # Imported here so that the stand-in alone (python -m …) does not load discord.py.
        import yarl
        from discord.asset import Asset
        from discord.gateway import DiscordWebSocket
        from discord.http import Route

        address = yarl.URL(url)
        scheme = "wss" if address.scheme == "https" else "ws"
        self._changes: list[tuple[Any, str, Any]] = [
            (Route, "BASE", str(address / "api" / "v10")),
            (DiscordWebSocket, "DEFAULT_GATEWAY", address.with_scheme(scheme) / "gateway"),
            (Asset, "BASE", str(address / "cdn")),
        ]
        self._before = [(owner, name, getattr(owner, name)) for owner, name, _ in self._changes]
        for owner, name, value in self._changes:
            setattr(owner, name, value)

    def restore(self) -> None:
        """Put back what was there before."""
        for owner, name, value in self._before:
            setattr(owner, name, value)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.restore()


def point_discord_py_at(server: DiscordServer | str) -> Pointing:
    """Point discord.py in this process at a stand-in (or at an address such as http://127.0.0.1:4321).

    It changes at once, without a with block too: `restore()` undoes it. Three class attributes are all it
    takes, and none is patched behind the library's back: `discord.http.Route.BASE` (REST and webhooks),
    `discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY` (the first connection of a client with a given shard
    count; others ask /gateway/bot) and `discord.asset.Asset.BASE` (pictures; attachments carry their own
    address). Set it before the client logs in; clients of one process share it.
    """
    return Pointing(server if isinstance(server, str) else server.url)
