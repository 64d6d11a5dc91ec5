"""A proxy before a test's Synapse that does on purpose what networks do by accident."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web
from yarl import URL


@dataclass(slots=True)
class Request:
    """One request that came by: method, path without query, what the proxy did (`passed`, `502`, ...)."""

    method: str
    path: str
    query: str = field(repr=False)
    what: str
    status: int = 0


@dataclass(slots=True)
class _Fault:
    pattern: re.Pattern[str]
    times: int
    act: str
    status: int = 502
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    gate: asyncio.Event | None = None
    arrived: asyncio.Event = field(default_factory=asyncio.Event)


class Proxy:
    """Forwards to `target`, except where a fault was asked for. A fault is used up by matching requests."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.url = ""
        self.requests: list[Request] = []
        self._faults: list[_Fault] = []
        self._news = asyncio.Condition()

    async def __aenter__(self) -> Proxy:
        self._session = aiohttp.ClientSession(auto_decompress=False)
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/{tail:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        for fault in self._faults:
            if fault.gate is not None:
                fault.gate.set()
        await self._runner.cleanup()
        await self._session.close()

    def fail(
        self,
        pattern: str,
        *,
        times: int = 1,
        status: int = 502,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"<html>Bad Gateway</html>",
    ) -> None:
        """Answer the next `times` matching requests (`METHOD path`) with this, without forwarding them."""
        self._faults.append(
            _Fault(re.compile(pattern), times, "answer", status=status, headers=headers or {}, body=body)
        )

    def lose_answer(self, pattern: str, *, times: int = 1) -> None:
        """Forward the next matching requests, then cut the connection: the answer is lost."""
        self._faults.append(_Fault(re.compile(pattern), times, "lose"))

    def cut(self, pattern: str, *, times: int = 1) -> None:
        """Cut the connection of the next matching requests before forwarding them."""
        self._faults.append(_Fault(re.compile(pattern), times, "cut"))

    def hold(self, pattern: str, *, times: int = 1) -> tuple[asyncio.Event, asyncio.Event]:
        """Hold back matching requests until the second event is set; the first is set when one arrives."""
        fault = _Fault(re.compile(pattern), times, "hold", gate=asyncio.Event())
        self._faults.append(fault)
        assert fault.gate is not None
        return fault.arrived, fault.gate

    def count(self, pattern: str) -> int:
        """How many requests matched so far."""
        wanted = re.compile(pattern)
        return sum(1 for r in self.requests if wanted.search(f"{r.method} {r.path}"))

    async def until(self, true: Callable[[], bool], *, patience: float = 15.0) -> None:
        """Wait until something is true; looked at after every request. Raises TimeoutError."""
        async with asyncio.timeout(patience), self._news:
            await self._news.wait_for(true)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        name = f"{request.method} {request.path}"
        fault = next((f for f in self._faults if f.times > 0 and f.pattern.search(name)), None)
        noted = Request(request.method, request.path, request.query_string, fault.act if fault else "passed")
        self.requests.append(noted)
        body = await request.read()
        if fault is not None:
            fault.times -= 1
            fault.arrived.set()
        try:
            if fault is None or fault.act == "hold":
                if fault is not None and fault.gate is not None:
                    await fault.gate.wait()
                return await self._forward(request, body, noted)
            if fault.act == "answer":
                noted.status = fault.status
                return web.Response(status=fault.status, headers=dict(fault.headers), body=fault.body)
            if fault.act == "lose":
                await self._forward(request, body, noted)
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        finally:
            async with self._news:
                self._news.notify_all()

    async def _forward(self, request: web.Request, body: bytes, noted: Request) -> web.Response:
        skip = {"host", "content-length", "connection", "transfer-encoding"}
        headers = {k: v for k, v in request.headers.items() if k.lower() not in skip}
        url = self.target + request.raw_path
        try:
            async with self._session.request(
                request.method, URL(url, encoded=True), data=body, headers=headers, allow_redirects=False
            ) as answer:
                content = await answer.read()
                noted.status = answer.status
                kept = {k: v for k, v in answer.headers.items() if k.lower() not in skip}
                return web.Response(status=answer.status, headers=kept, body=content)
        except aiohttp.ClientError:
            noted.status = 502
            return web.Response(status=502)
