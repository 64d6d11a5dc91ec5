"""Requests to Discord's REST API, each with one of a few outcomes.

discord.py's own client sleeps through rate limits and repeats what failed; whoever posts here has to know
instead whether something was sent, surely not, or perhaps, and when to come back. So requests of Hearth's
own go this way; logging in, the gateway and its address stay with discord.py. No error repeats what was
sent or what Discord said about it: that may be a member's words.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import json
import weakref
from collections.abc import Sequence
from typing import Any

import aiohttp
from discord.http import Route
from yarl import URL

from bot.sdk.words import ShownFile

from .pace import Pace

Json = dict[str, Any]

_TIMEOUT = aiohttp.ClientTimeout(total=30.0, sock_connect=10.0)
_CONNECTIONS = 200
_BUCKETS = 4096
SHORT_WAIT = 1.0
"""Seconds that a post waits for its room's limit by itself; longer ones come back later."""
_written = json.JSONEncoder(separators=(",", ":")).encode
USER_AGENT = "DiscordBot (https://github.com/hearth-bot/hearth, 0.1)"
"""Discord asks for this form: reference#user-agent."""


class Failed(Exception):
    """A request that had no success."""


class Refusal(Failed):
    """Discord refused for good. `status` is HTTP's, `code` one of topics/opcodes-and-status-codes#json."""

    def __init__(self, status: int, code: int) -> None:
        super().__init__(f"refused with status {status} and code {code}")
        self.status = status
        self.code = code


class Limited(Failed):
    """Too many requests; nothing was done. `seconds` says how long to wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"limited for {seconds:.1f} s")
        self.seconds = seconds


class Trouble(Failed):
    """A 5xx: Discord may have done it or not."""


class Dropped(Failed):
    """The connection was lost after the request had gone: Discord may have done it or not."""


class Unsent(Failed):
    """No connection was made: Discord surely did nothing."""


class Rest:
    """Requests under one token. Use between `open` and `close`."""

    def __init__(self, token: str, pace: Pace) -> None:
        self._token = token
        self._pace = pace
        self._session: aiohttp.ClientSession | None = None
        self._blocked: collections.OrderedDict[str, float] = collections.OrderedDict()
        self._queues: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    async def open(self) -> None:
        """Make ready."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=_CONNECTIONS)
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=_TIMEOUT, headers={"User-Agent": USER_AGENT}
            )

    async def close(self) -> None:
        """Close every connection."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def answer(
        self, method: str, path: str, body: Any = None, files: Sequence[ShownFile] = (), *, wait: float = 0.0
    ) -> Any:
        """A request that answers an interaction: outside the global limit, authorised by its path. A limit
        of at most `wait` seconds is waited for. Raises a kind of `Failed`."""
        try:
            return await self._send(method, path, body, files, {}, None, None)
        except Limited as limited:
            if limited.seconds > wait:
                raise
            await asyncio.sleep(limited.seconds)
            return await self._send(method, path, body, files, {}, None, None)

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        files: Sequence[ShownFile] = (),
        *,
        query: dict[str, str] | None = None,
        people: bool = True,
        bucket: str | None = None,
    ) -> Any:
        """A request under the global limit. Requests with the same `bucket` go one after another and keep
        its limit as Discord tells it. Raises a kind of `Failed`."""
        async with contextlib.AsyncExitStack() as stack:
            if bucket is not None:
                queue = self._queues.get(bucket)
                if queue is None:
                    queue = self._queues[bucket] = asyncio.Lock()
                await stack.enter_async_context(queue)
                await self._unblocked(bucket)
            await stack.enter_async_context(self._pace.place(people=people))
            headers = {"Authorization": f"Bot {self._token}"}
            return await self._send(method, path, body, files, headers, query, bucket)

    async def download(self, url: str, most: int) -> bytes | None:
        """A file from Discord's own store; None if it is gone or longer than `most` bytes. Raises a kind
        of `Failed` when it cannot be reached."""
        assert self._session is not None
        try:
            async with self._session.get(url) as response:
                if response.status != 200:
                    return None
                held = bytearray()
                async for piece in response.content.iter_chunked(1 << 16):
                    held += piece
                    if len(held) > most:
                        return None
                return bytes(held)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Dropped("a file could not be fetched") from error

    async def _unblocked(self, bucket: str) -> None:
        loop = asyncio.get_running_loop()
        left = self._blocked.get(bucket, 0.0) - loop.time()
        if left > SHORT_WAIT:
            raise Limited(left)
        if left > 0:
            await asyncio.sleep(left)

    async def _send(
        self,
        method: str,
        path: str,
        body: Any,
        files: Sequence[ShownFile],
        headers: dict[str, str],
        query: dict[str, str] | None,
        bucket: str | None,
    ) -> Any:
        if self._session is None:
            raise Unsent("not connected")
        data: Any = None
        if files:
            data = _multipart(body, files)
        elif body is not None:
            data = _written(body).encode()
            headers["Content-Type"] = "application/json"
        try:
            async with self._session.request(
                method, URL(Route.BASE + path, encoded=True), data=data, headers=headers, params=query
            ) as response:
                held = await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Unsent("no connection") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Dropped("connection lost") from error
        if bucket is not None:
            self._note(bucket, response.headers)
        if response.status < 300:
            return json.loads(held) if held else None
        raise self._failure(response, held, bucket)

    def _failure(self, response: aiohttp.ClientResponse, held: bytes, bucket: str | None) -> Failed:
        said: Any = None
        with contextlib.suppress(ValueError):
            said = json.loads(held)
        told: Json = said if isinstance(said, dict) else {}
        if response.status == 429:
            seconds = _seconds(told.get("retry_after"), response.headers.get("Retry-After"))
            if told.get("global") or response.headers.get("X-RateLimit-Global"):
                self._pace.pause(seconds)
            elif bucket is not None:
                self._block(bucket, seconds)
            return Limited(seconds)
        if response.status >= 500:
            return Trouble(f"status {response.status}")
        code = told.get("code")
        return Refusal(response.status, code if isinstance(code, int) else 0)

    def _note(self, bucket: str, headers: Any) -> None:
        if headers.get("X-RateLimit-Remaining") == "0":
            self._block(bucket, _seconds(headers.get("X-RateLimit-Reset-After"), "1"))

    def _block(self, bucket: str, seconds: float) -> None:
        self._blocked[bucket] = asyncio.get_running_loop().time() + seconds
        self._blocked.move_to_end(bucket)
        while len(self._blocked) > _BUCKETS:
            self._blocked.popitem(last=False)


def _seconds(*told: Any) -> float:
    """The first that is a number of seconds; else a minute."""
    for one in told:
        with contextlib.suppress(TypeError, ValueError):
            return max(0.0, float(one))
    return 60.0


def _multipart(body: Any, files: Sequence[ShownFile]) -> aiohttp.FormData:
    """JSON and files in one body: reference#uploading-files."""
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", json.dumps(body), content_type="application/json")
    for at, file in enumerate(files):
        form.add_field(f"files[{at}]", file.data, filename=file.name, content_type=file.type)
    return form
