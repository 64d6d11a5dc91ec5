"""The stand-in itself: starting, stopping, and the one object a test holds."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any, Self

from aiohttp import web

# Imported for the routes they register; commands first, whose paths are more particular.
from . import (  # noqa: F401 - importing them enters their routes
    limits,
    rest_commands,
    rest_interactions,
    rest_members,
    rest_messages,
    rest_places,
)
from .faults import Controls
from .rest import add_routes
from .spec import spec_from_environment


class DiscordServer(Controls):
    """Discord on 127.0.0.1, for one bot.

    Start it with `await DiscordServer.start()` (or `async with DiscordServer.running() as server`), point the
    library at it with `point_discord_py_at(server)`, and log in with `server.token`.

    What a test reads: `violations` (requests that Discord's documents forbid), `refusals` (every 4xx of the
    API's own, as route, status, code), `unsupported` (requests for routes that the stand-in lacks), `stats`,
    `misspoken` (with `check_answers`: where the stand-in's own answers leave the description), `guilds`,
    `users`, `channels` and `interactions` (by id), `global_commands` and `guild_commands`.

    What a test may set: `checks` (documented limits), `spec` (None turns the OpenAPI check off),
    `rate_limits.enabled` and `rate_limits.routes`, `nonce_memory` (seconds), `privileged_intents`.
    Time comes from `now()`: the given clock, moved by `advance`. Rate limits run on real time.
    """

    _runner: web.AppRunner | None = None

    @classmethod
    async def start(cls, *, host: str = "127.0.0.1", port: int = 0, **settings: Any) -> Self:
        """Start on a free port (or `port`). `settings` are the constructor's.

        Unless `spec` is given, the OpenAPI description named by HEARTH_DISCORD_SPEC is used, if it is set.
        """
        settings.setdefault("spec", spec_from_environment())
        server = cls(**settings)
        await server.listen(host, port)
        return server

    async def listen(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; after `close`, listen again with all that is known still there."""
        app = web.Application(client_max_size=4 * limits.UPLOAD_BYTES)
        app.router.add_get("/gateway/", self.gateway.serve)
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_get("/cdn/attachments/{channel}/{attachment}/{name}", self._download)
        add_routes(app, self)
        self._add_more_routes(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.gateway.accepting = True

    @classmethod
    @contextlib.asynccontextmanager
    async def running(cls, **settings: Any) -> AsyncIterator[Self]:
        """A started server that is closed at the end."""
        server = await cls.start(**settings)
        try:
            yield server
        finally:
            await server.close()

    async def close(self) -> None:
        """Close all connections and stop."""
        self.faults.clear()
        await self.gateway.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    def _add_more_routes(self, app: web.Application) -> None:
        """For the out-of-process form, which adds a control endpoint."""

    async def _download(self, request: web.Request) -> web.Response:
        number = request.match_info["attachment"]
        attachment = self.attachments.get(int(number)) if number.isdigit() else None
        if attachment is None:
            raise web.HTTPNotFound
        return web.Response(body=attachment.content, content_type=attachment.content_type)
