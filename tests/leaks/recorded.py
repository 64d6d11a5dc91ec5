"""Everything that leaves Hearth for Discord: each request with headers, body, files; each gateway frame."""

from __future__ import annotations

import contextvars
import dataclasses
import datetime
import json
from typing import Any

import pytest
from aiohttp import web

from bot.testing.discord_server import rest
from bot.testing.discord_server.gateway import Gateway

HEARTBEAT = 1


@dataclasses.dataclass
class Request:
    """One request as it arrived. `line` is method and path with its query, without Discord's own prefix."""

    line: str
    headers: dict[str, str]
    at: datetime.datetime | None = None
    """When, by the conversation's clock."""
    params: dict[str, str] = dataclasses.field(default_factory=dict)
    body: Any = None
    files: list[tuple[str, bytes]] = dataclasses.field(default_factory=list)

    @property
    def wire(self) -> bytes:
        """All of it, to be searched."""
        said = f"{self.line}\n{self.headers}\n{json.dumps(self.body)}\n".encode()
        return said + b"\n".join(name.encode() + b"\n" + content for name, content in self.files)


class Recorder:
    """Notes it all. Make it before Hearth connects."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.requests: list[Request] = []
        self.frames: list[tuple[int, Any]] = []
        self._now: contextvars.ContextVar[Request] = contextvars.ContextVar("request")
        for key, handler in list(rest.ROUTES.items()):
            monkeypatch.setitem(rest.ROUTES, key, self._noting(handler))
        enter, frame = web.Application._handle, Gateway._handle

        async def entered(app: web.Application, request: web.Request) -> web.StreamResponse:
            headers = {name: value for name, value in request.headers.items() if name != "Authorization"}
            line = f"{request.method} {request.path_qs}".replace(rest.API, "", 1)
            noted = Request(line, headers)
            self.requests.append(noted)
            self._now.set(noted)
            return await enter(app, request)

        def framed(gateway: Gateway, connection: Any, operation: Any, data: Any) -> Any:
            if operation != HEARTBEAT:
                self.frames.append((operation, data))
            return frame(gateway, connection, operation, data)

        monkeypatch.setattr(web.Application, "_handle", entered)
        monkeypatch.setattr(Gateway, "_handle", framed)

    def _noting(self, handler: Any) -> Any:
        def noting(call: rest.Call) -> Any:
            request = self._now.get()
            request.at, request.params, request.body = call.server.now(), dict(call.params), call.body
            request.files = [(file.filename, file.content) for file in call.files.values()]
            return handler(call)

        return noting


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """Laid before `chat` opens."""
    return Recorder(monkeypatch)
