"""The HTTP side: every request is counted, may meet a fault or rate limit, is checked, then handled.

Handlers are plain functions `(Call) -> JSON or None` registered under Discord's own route names, so that a
route's name finds its operation in the OpenAPI description. None answers 204. They raise `ApiError`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from . import limits
from .errors import ApiError, Json, Violation, invalid_form, unknown
from .permissions import allows

if TYPE_CHECKING:
    from .state import Channel, Guild, Message
    from .traffic import Fault
    from .world import World

API = "/api/v10"
_FILE_FIELD = re.compile(r"files\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a multipart request, or one a person attaches."""

    filename: str
    content: bytes
    content_type: str = "application/octet-stream"


@dataclass(slots=True)
class Call:
    """One request to a handler."""

    server: World
    route: str  # "POST /channels/{channel_id}/messages"
    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    files: dict[str, Upload]  # by the number in files[n]

    def id(self, name: str) -> int:
        """A path parameter as number."""
        text = self.params[name]
        if not text.isdigit():
            raise invalid_form(
                [Violation((name,), "NUMBER_TYPE_COERCE", f"Value is not snowflake. ({name})", self.route)]
            )
        return int(text)

    def guild(self) -> Guild:
        """The server in the path, if the bot is in it."""
        guild = self.server.guilds.get(self.id("guild_id"))
        if guild is None:
            raise unknown("Guild")
        return guild

    def channel(self, *needed: str) -> Channel:
        """The channel in the path, if the bot sees it and has the needed permissions."""
        channel = self.server.channels.get(self.id("channel_id"))
        if channel is None:
            raise unknown("Channel")
        self.need(channel, *needed)
        return channel

    def need(self, channel: Channel, *needed: str) -> None:
        """Raise 50001 or 50013 where the bot lacks access or a permission."""
        if channel.guild is None:
            return
        if not allows(channel, self.server.bot_user, "view_channel"):
            raise ApiError(403, 50001, "Missing Access")
        if needed and not allows(channel, self.server.bot_user, *needed):
            raise ApiError(403, 50013, "Missing Permissions")

    def message(self, channel: Channel) -> Message:
        """The message in the path."""
        message = channel.messages.get(self.id("message_id"))
        if message is None:
            raise unknown("Message")
        return message

    def refuse(self, violations: list[Violation]) -> None:
        """Record violations and raise 50035, if there are any."""
        if violations:
            found = [Violation(v.path, v.code, v.message, self.route, v.source) for v in violations]
            self.server.violations.extend(found)
            raise invalid_form(found)


Handler = Callable[[Call], Any]
ROUTES: dict[tuple[str, str], Handler] = {}


def route(method: str, path: str) -> Callable[[Handler], Handler]:
    """Register a handler under Discord's name for the route."""

    def register(handler: Handler) -> Handler:
        ROUTES[method, path] = handler
        return handler

    return register


def add_routes(app: web.Application, server: World) -> None:
    """Put every registered route, and the refusal of all others, into the application."""
    for (method, path), handler in ROUTES.items():
        app.router.add_route(method, API + path, _endpoint(server, method, path, handler))
    app.router.add_route("*", API + "/{rest:.*}", _unsupported(server))


def _unsupported(server: World) -> Callable[[web.Request], Any]:
    async def endpoint(request: web.Request) -> web.Response:
        line = f"{request.method} {request.path.removeprefix(API)}"
        server.unsupported.append(line)
        return _json({"message": "404: Not Found", "code": 0}, 404)

    return endpoint


def _endpoint(server: World, method: str, path: str, handler: Handler) -> Callable[[web.Request], Any]:
    name = f"{method} {path}"
    interaction = path.startswith(("/interactions/", "/webhooks/"))

    async def endpoint(request: web.Request) -> web.Response:
        # Read to the end first: a fault or refusal must not leave half a request in the connection.
        multipart = request.content_type == "multipart/form-data"
        raw: Any = await request.post() if multipart else await request.read()
        server.stats.arrived(name, request.content_length or 0)
        fault = server.faults.strike(method, request.path.removeprefix(API))
        if fault is not None:
            await fault.wait()
            if fault.drop == "before":
                return _drop(request, server, name)
            if fault.status is not None:
                return _fail(fault, server, name)
        params = dict(request.match_info)
        wait, scope, headers = server.rate_limits.take(name, params, outside_global=interaction)
        if wait:
            return _limited(server, name, wait, scope, headers)
        try:
            if not interaction and request.headers.get("Authorization") != f"Bot {server.token}":
                raise ApiError(401, 0, "401: Unauthorized")
            body, files = _read_form(raw) if multipart else (_read_json(raw), {})
            call = Call(server, name, params, request.query, body, files)
            if server.spec is not None:
                call.refuse(list(server.spec.check(method, path, body, request.query.items())))
            result = handler(call)
            status = 204 if result is None else 200
            if server.check_answers and server.spec is not None:
                wire = json.loads(json.dumps(result))
                server.misspoken.extend(server.spec.check_answer(method, path, status, wire))
        except ApiError as error:
            server.refusals.append((name, error.status, error.code))
            result, status = error.body(), error.status
        if fault is not None and fault.drop == "after":
            return _drop(request, server, name)
        response = (
            web.Response(status=204, headers=headers) if status == 204 else _json(result, status, headers)
        )
        server.stats.answered(name, status, response.content_length or 0)
        server.changed()
        return response

    return endpoint


def _drop(request: web.Request, server: World, name: str) -> web.Response:
    """Cut the connection without an answer."""
    server.stats.answered(name, 0, 0)
    server.changed()
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _fail(fault: Fault, server: World, name: str) -> web.Response:
    """The answer a fault prescribes."""
    status = fault.status or 500
    if status == 429:
        scope = "global" if fault.overall else "user"
        headers = {"X-RateLimit-Scope": scope} | ({"X-RateLimit-Global": "true"} if fault.overall else {})
        return _limited(server, name, fault.retry_after or 1.0, scope, headers)
    server.stats.answered(name, status, 0)
    return _json({"message": f"{status}: injected", "code": fault.code}, status)


def _limited(server: World, name: str, wait: float, scope: str, headers: dict[str, str]) -> web.Response:
    """429 as Discord words it. Discord rounds the header up to whole seconds and gives the body exactly."""
    server.stats.answered(name, 429, 0)
    # discord.py takes a 429 without Via for a ban by Cloudflare and gives up.
    headers = headers | {"Retry-After": str(int(wait) + 1), "Via": "1.1 stand-in"}
    body: Json = {
        "message": "You are being rate limited.",
        "retry_after": round(wait, 3),
        "global": scope == "global",
    }
    return _json(body, 429, headers)


def _read_json(raw: bytes) -> Any:
    """A JSON body, None for none."""
    try:
        return json.loads(raw) if raw else None
    except ValueError as error:
        raise ApiError(400, 50109, "The request body contains invalid JSON.") from error


def _read_form(form: Mapping[str, Any]) -> tuple[Any, dict[str, Upload]]:
    """The JSON part and the uploaded files of a multipart body (reference#uploading-files)."""
    payload: Any = None
    files: dict[str, Upload] = {}
    for key, value in form.items():
        if isinstance(value, web.FileField):
            numbered = _FILE_FIELD.fullmatch(key)
            if numbered is None:
                raise ApiError(400, 50035, f"Field {key} is not files[n]")
            content = value.file.read()
            if len(content) > limits.UPLOAD_BYTES:
                raise ApiError(413, 40005, "Request entity too large")
            files[numbered[1]] = Upload(value.filename, content, value.content_type)
        elif key == "payload_json":
            payload = _read_json(value.encode() if isinstance(value, str) else bytes(value))
    return payload, files


def _json(body: Any, status: int, headers: Mapping[str, str] | None = None) -> web.Response:
    """A JSON answer. Its type is bare, as Discord's: discord.py reads no other spelling as JSON."""
    text = json.dumps(body, separators=(",", ":")).encode()
    return web.Response(body=text, status=status, headers=headers, content_type="application/json")
