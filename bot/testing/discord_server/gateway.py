"""Gateway v10 over a WebSocket: sessions, sharding, intents, resume, zlib-stream.

Source: https://docs.discord.com/developers/events/gateway and …/events/gateway-events
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
import zlib
from collections import deque
from typing import TYPE_CHECKING, Any

from aiohttp import WSCloseCode, WSMsgType, web

from . import limits
from .errors import Json

if TYPE_CHECKING:
    from .state import Guild
    from .world import World

GUILDS, GUILD_MEMBERS, GUILD_PRESENCES = 1 << 0, 1 << 1, 1 << 8
GUILD_MESSAGES, GUILD_REACTIONS = 1 << 9, 1 << 10
DIRECT_MESSAGES, DIRECT_REACTIONS, MESSAGE_CONTENT = 1 << 12, 1 << 13, 1 << 15
AUTOMOD_CONFIGURATION, AUTOMOD_EXECUTION = 1 << 20, 1 << 21
PRIVILEGED = {"members": GUILD_MEMBERS, "presences": GUILD_PRESENCES, "message_content": MESSAGE_CONTENT}
ALL_INTENTS = (1 << 26) - 1

# Application flags that say which privileged intents an unverified app may use (resources/application).
APPLICATION_FLAGS = {"presences": 1 << 13, "members": 1 << 15, "message_content": 1 << 19}

REPLAY_LIMIT = 10_000  # events kept for a resume; Discord's own number is unpublished


class Connection:
    """One open socket: frames go out in order through a queue, so dispatching never waits."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request, server: World) -> None:
        self.socket = socket
        self.request = request
        self._server = server
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._zlib = zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None
        self._writer = asyncio.create_task(self._write())
        self.session: Session | None = None

    def send(self, frame: str) -> None:
        """Queue a frame."""
        self._queue.put_nowait(frame)

    async def _write(self) -> None:
        while (frame := await self._queue.get()) is not None:
            try:
                if self._zlib is None:
                    self._server.stats.gateway_bytes_out += len(frame)
                    await self.socket.send_str(frame)
                else:
                    data = self._zlib.compress(frame.encode()) + self._zlib.flush(zlib.Z_SYNC_FLUSH)
                    self._server.stats.gateway_bytes_out += len(data)
                    await self.socket.send_bytes(data)
            except ConnectionError:
                return

    async def flush_and_stop(self) -> None:
        """Send what is queued, then stop writing."""
        self._queue.put_nowait(None)
        await self._writer

    def stop(self) -> None:
        """Stop writing at once."""
        self._writer.cancel()


class Session:
    """A client's session: survives its connection so that it can be resumed."""

    def __init__(self, shard: tuple[int, int], intents: int) -> None:
        self.id = secrets.token_hex(16)
        self.shard = shard
        self.intents = intents
        self.sequence = 0
        self.connection: Connection | None = None
        self.replay: deque[tuple[int, str]] = deque(maxlen=REPLAY_LIMIT)

    def dispatch(self, event: str, body: str) -> None:
        """Send an event (`body` is JSON text) now, or keep it for a resume."""
        self.sequence += 1
        frame = f'{{"t":"{event}","s":{self.sequence},"op":0,"d":{body}}}'
        self.replay.append((self.sequence, frame))
        if self.connection is not None:
            self.connection.send(frame)

    def seen(self, sequence: int) -> None:
        """Forget events the client has confirmed."""
        while self.replay and self.replay[0][0] <= sequence:
            self.replay.popleft()

    def owns(self, guild_id: int | None) -> bool:
        """Whether events of this server (None: direct messages) go to this shard."""
        index, count = self.shard
        return index == 0 if guild_id is None else (guild_id >> 22) % count == index


class Gateway:
    """All sessions of the bot."""

    def __init__(self, server: World) -> None:
        self._server = server
        self.sessions: dict[str, Session] = {}
        self.connections: set[Connection] = set()
        self.accepting = True
        self.identifies = 0
        self.resumes = 0
        self.starts_left = 1000
        self.recommended_shards = 1

    def connected(self) -> list[Session]:
        """The sessions with a live connection."""
        return [one for one in self.sessions.values() if one.connection is not None]

    def dispatch(
        self,
        event: str,
        body: Json,
        *,
        guild: Guild | None = None,
        intent: int = 0,
        restricted: Json | None = None,
    ) -> int:
        """Send an event to the shards it concerns; returns to how many sessions.

        `intent` 0 means everyone gets it. Sessions without the Message Content intent get `restricted`
        instead, where given.
        """
        guild_id = guild.id if guild is not None else None
        text: dict[bool, str] = {}
        count = 0
        for session in self.sessions.values():
            if not session.owns(guild_id) or (intent and not session.intents & intent):
                continue
            less = restricted is not None and not session.intents & MESSAGE_CONTENT
            if less not in text:
                text[less] = json.dumps(restricted if less else body, separators=(",", ":"))
            session.dispatch(event, text[less])
            count += 1
        self._server.stats.events[event] += 1
        return count

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Handle one WebSocket connection."""
        if not self.accepting:
            raise web.HTTPServiceUnavailable
        if (
            request.query.get("compress") not in (None, "zlib-stream")
            or request.query.get("encoding") == "etf"
        ):
            raise web.HTTPBadRequest(text="this stand-in speaks JSON, plain or as zlib-stream")
        socket = web.WebSocketResponse(autoping=True, compress=False, max_msg_size=0)
        await socket.prepare(request)
        connection = Connection(socket, request, self._server)
        self.connections.add(connection)
        connection.send(json.dumps({"op": 10, "d": {"heartbeat_interval": limits.HEARTBEAT_MILLISECONDS}}))
        try:
            await self._listen(connection)
        finally:
            connection.stop()
            self.connections.discard(connection)
            session = connection.session
            if session is not None and session.connection is connection:
                session.connection = None
                if socket.close_code in (1000, 1001):  # #initiating-a-disconnect: these end the session
                    self.sessions.pop(session.id, None)
            self._server.changed()
        return socket

    async def _listen(self, connection: Connection) -> None:
        sends: deque[float] = deque()
        async for message in connection.socket:
            if message.type is not WSMsgType.TEXT:
                await self.close(connection, 4002, "text frames only")
                return
            now = time.monotonic()
            sends.append(now)
            while now - sends[0] > limits.GATEWAY_SENDS_SECONDS:
                sends.popleft()
            if len(sends) > limits.GATEWAY_SENDS:
                await self.close(connection, 4008, "You are being rate limited.")
                return
            try:
                frame = json.loads(message.data)
                operation = frame["op"]
            except (ValueError, KeyError, TypeError):
                await self.close(connection, 4002, "Error while decoding payload.")
                return
            if len(message.data) > limits.GATEWAY_PAYLOAD_BYTES:
                await self.close(connection, 4002, "Payload too long.")
                return
            problem = self._handle(connection, operation, frame.get("d"))
            if problem is not None:
                await self.close(connection, *problem)
                return

    async def close(self, connection: Connection, code: int, reason: str) -> None:
        """Close a connection after what is queued."""
        await connection.flush_and_stop()
        await connection.socket.close(code=code, message=reason.encode())

    def _handle(self, connection: Connection, operation: int, data: Any) -> tuple[int, str] | None:
        """One frame of the client's; a close code and reason when it breaks the protocol."""
        if operation == 1:
            if connection.session is not None and isinstance(data, int):
                connection.session.seen(data)
            connection.send('{"op":11}')
        elif operation == 2:
            return self._identify(connection, data)
        elif operation == 6:
            return self._resume(connection, data)
        elif connection.session is None:
            return 4003, "Not authenticated."
        elif operation == 8:
            self._request_members(connection.session, data)
        elif operation not in (3, 4, 31):  # presence, voice state and soundboard requests need no answer
            return 4001, "Unknown opcode."
        return None

    def _identify(self, connection: Connection, data: Json) -> tuple[int, str] | None:
        server = self._server
        if connection.session is not None:
            return 4005, "Already authenticated."
        if data.get("token") != server.token:
            return 4004, "Authentication failed."
        index, count = data.get("shard", (0, 1))
        if not 0 <= index < count:
            return 4010, "Invalid shard."
        intents = data.get("intents")
        if not isinstance(intents, int) or intents & ~ALL_INTENTS:
            return 4013, "Invalid intent(s)."
        granted = sum(PRIVILEGED[name] for name in server.privileged_intents)
        if intents & sum(PRIVILEGED.values()) & ~granted:
            return 4014, "Disallowed intent(s)."
        if (
            sum((guild.id >> 22) % count == index for guild in server.guilds.values())
            > limits.GUILDS_PER_SHARD
        ):
            return 4011, "Sharding required."
        self.identifies += 1
        self.starts_left -= 1
        # A session of this shard whose client is gone can only be a dead process's: forget it.
        for old in [
            one for one in self.sessions.values() if one.shard == (index, count) and not one.connection
        ]:
            del self.sessions[old.id]
        session = Session((index, count), intents)
        session.connection = connection
        connection.session = session
        self.sessions[session.id] = session
        mine = [guild for guild in server.guilds.values() if session.owns(guild.id)]
        ready = {
            "v": 10,
            "user": server.bot_user.payload() | {"verified": True, "mfa_enabled": True, "email": None},
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in mine],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": server.gateway_url,
            "shard": [index, count],
            "application": {"id": str(server.application_id), "flags": server.application_flags},
            "private_channels": [],
            "relationships": [],
            "user_settings": {},
            "presences": [],
            "guild_join_requests": [],
            "geo_ordered_rtc_regions": [],
            "_trace": [],
        }
        session.dispatch("READY", json.dumps(ready))
        if intents & GUILDS:
            for guild in mine:
                session.dispatch("GUILD_CREATE", self.guild_create(guild, session))
        server.changed()
        return None

    def guild_create(self, guild: Guild, session: Session, *, joined: bool = False) -> str:
        """GUILD_CREATE as JSON text; without the presence intent it holds the bot's own member only.

        `joined` is for a server the bot was just added to: such an event does not say "unavailable".
        """
        everyone = bool(session.intents & GUILD_PRESENCES) and guild.member_count <= 75_000
        body = guild.payload(self._server.bot_user, all_members=everyone)
        if joined:
            del body["unavailable"]
        return json.dumps(body, separators=(",", ":"))

    def _resume(self, connection: Connection, data: Json) -> tuple[int, str] | None:
        if data.get("token") != self._server.token:
            return 4004, "Authentication failed."
        session = self.sessions.get(data.get("session_id") or "")
        last = data.get("seq") or 0
        if session is None or last > session.sequence or (session.replay and session.replay[0][0] > last + 1):
            connection.send('{"op":9,"d":false}')
            return None
        if session.connection is not None and session.connection is not connection:
            session.connection.session = None
        session.seen(last)
        session.connection = connection
        connection.session = session
        for _, frame in session.replay:
            connection.send(frame)
        session.dispatch("RESUMED", '{"_trace":[]}')
        self.resumes += 1
        self._server.changed()
        return None

    def _request_members(self, session: Session, data: Json) -> None:
        wanted = data["guild_id"]
        guild = self._server.guilds.get(int(wanted[0] if isinstance(wanted, list) else wanted))
        if guild is None:
            return
        members = list(guild.members.values())
        missing: list[str] = []
        if data.get("user_ids"):
            ids = data["user_ids"] if isinstance(data["user_ids"], list) else [data["user_ids"]]
            members = [guild.members[int(one)] for one in ids if int(one) in guild.members]
            missing = [str(one) for one in ids if int(one) not in guild.members]
        elif data.get("query"):
            query = data["query"].lower()
            members = [one for one in members if one.user.name.lower().startswith(query)][
                : data["limit"] or 100
            ]
        elif not session.intents & GUILD_MEMBERS:  # #request-guild-members: the whole list needs the intent
            members = []
        pieces = [members[at : at + 1000] for at in range(0, len(members), 1000)] or [[]]
        for index, piece in enumerate(pieces):
            body = {
                "guild_id": str(guild.id),
                "members": [member.payload() for member in piece],
                "chunk_index": index,
                "chunk_count": len(pieces),
                "not_found": missing,
                "nonce": data.get("nonce"),
            }
            session.dispatch("GUILD_MEMBERS_CHUNK", json.dumps(body))

    async def drop(self, *, resumable: bool, how: str = "close") -> int:
        """Break every connection; returns how many. See `DiscordServer.drop_gateway`."""
        dropped = list(self.connections)
        if not resumable:
            self.sessions.clear()
        for connection in dropped:
            if connection.session is not None:
                connection.session.connection = None
            if how == "abort":
                if connection.request.transport is not None:
                    connection.request.transport.abort()
            elif how == "reconnect":
                connection.send('{"op":7,"d":null}')
            elif how == "invalid":
                connection.send(json.dumps({"op": 9, "d": resumable}))
            else:
                await self.close(connection, 4000 if resumable else 4009, "Unknown error.")
        return len(dropped)

    async def stop(self) -> None:
        """Close all connections for good."""
        self.accepting = False
        for connection in list(self.connections):
            connection.stop()
            await connection.socket.close(code=WSCloseCode.GOING_AWAY)
