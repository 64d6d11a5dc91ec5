"""The sync loop: what the homeserver tells becomes events, each handled once, none before its turn.

nio moves its own token before anybody has handled anything, so the position saved here is the newest
before which every event is handled or recorded as failed, and room keys are stored before the next
request tells the server to forget them. What is urgent starts at once, before queue and storage.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import logging
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

import nio

from bot.sdk.ports import Handled, Vault

from .client import Client, retry_after
from .gap import fetch_gap
from .inbox import Batch, Inbox, Listener
from .read import Heard, Missed, Removed, Said, Unreadable, own_join, read, read_invite
from .rooms import Rooms

log = logging.getLogger(__name__)

ROOMS = "matrix/rooms"
TIMELINE = 50
LONG_POLL = 30.0
FIRST_BACKOFF, LONGEST_BACKOFF = 1.0, 60.0
KEY_PATIENCE = 10.0
"""Seconds a message may wait for its key before its room is told that it cannot be read."""
STORE_PATIENCE, HOLD, POLL = 0.1, 60.0, 0.25
"""While room keys cannot be stored the same stretch is asked for again, every POLL seconds, at most HOLD."""
LAST_WORDS = 5.0
"""Seconds that handlers get to finish when the run ends."""
_FILTER: dict[str, Any] = {
    "presence": {"types": []},
    "account_data": {"types": []},
    "room": {
        "timeline": {"limit": TIMELINE},
        "ephemeral": {"types": []},
        "account_data": {"types": []},
    },
}
# A name no room has: an empty list would leave out the invitations as well (Synapse 1.163).
_PENDING_INVITES = '{"room":{"rooms":["!none:none"]},"presence":{"types":[]},"account_data":{"types":[]}}'


class SignedOut(Exception):
    """The homeserver no longer knows this device: its token is void."""


class Sync:
    """Runs until stopped. One instance a run."""

    def __init__(
        self,
        client: Client,
        rooms: Rooms,
        handled: Handled,
        vault: Vault,
        listener: Listener,
        *,
        now: Callable[[], datetime.datetime],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        dice: random.Random | None = None,
    ) -> None:
        self._client, self._rooms, self._handled = client, rooms, handled
        self._vault = vault
        self._now, self._sleep, self._monotonic = now, sleep, monotonic
        self._dice = dice or random.Random()  # noqa: S311 - jitter, not a secret
        self._inbox = Inbox(handled, listener, self._keep, sleep=sleep, monotonic=monotonic)
        self._token: str | None = None
        self._first = True
        self._stopping = False
        self._arrived: asyncio.Queue[tuple[Any, str | None, Batch]] = asyncio.Queue()
        self._parked: list[tuple[str, Any, Batch]] = []
        self._unreadable: set[str] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._chores_due = False
        self._arrivals: set[str] = set()
        self._to_greet: set[str] = set()
        self._chores: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self.synced = asyncio.Event()
        """Set once the first answer of this run is taken in: rooms are known, messages can be sent."""
        self.failing = False
        """Whether the last request failed."""

    async def run(self) -> None:
        """Sync until `stop`. Raises SignedOut; everything else is waited out."""
        self._token = await self._handled.position()
        self._rooms.load(await self._vault.load(ROOMS))
        taking = asyncio.create_task(self._take_in())
        keeping = asyncio.create_task(self._inbox.keep_position())
        try:
            await self._pending_invites()
            await self._loop()
        finally:
            await self._finish(taking, keeping)

    def stop(self) -> None:
        """Ask `run` to end: what is being handled is finished, for a few seconds at most."""
        self._stopping = True
        self._changed.set()

    async def until(self, known: Callable[[], bool]) -> None:
        """Wait until something is true of the rooms; looked at after every answer of the server."""
        while not known():
            self._changed.clear()
            await self._changed.wait()

    # --- asking --------------------------------------------------------------------------------

    async def _loop(self) -> None:
        committing: asyncio.Future[None] | None = None
        held_since: float | None = None
        held = 0
        while not self._stopping:
            since = self._token
            # Synapse answers the very same request from a cache for two minutes: each must differ.
            held = held % 1000 + 1 if held_since is not None else 0
            response = await self._ask(held / 1000 if self._first or held else LONG_POLL)
            if response is None:
                continue
            batch = self._inbox.begin(response.next_batch, first=self._first)
            self._first = False
            self._observe(response, since)
            self._arrived.put_nowait((response, since, batch))
            self.synced.set()
            self._changed.set()
            self._do_chores()
            if response.to_device_events and self._client.keys.dirty and committing is None:
                committing = asyncio.ensure_future(self._client.keys.commit())
            if committing is not None:
                await asyncio.wait({committing}, timeout=STORE_PATIENCE)
                if committing.done():
                    failed = committing.cancelled() or committing.exception() is not None
                    committing = None
                    if failed and held_since is None:
                        held_since = self._monotonic()
                    if failed:
                        committing = asyncio.ensure_future(self._again(self._client.keys.commit))
                elif held_since is None:
                    held_since = self._monotonic()
            if committing is None or (held_since is not None and self._monotonic() - held_since > HOLD):
                held_since = None
                self._token = response.next_batch
            else:
                await self._sleep(POLL)

    async def _again(self, commit: Callable[[], Awaitable[None]]) -> None:
        await self._sleep(POLL)
        await commit()

    async def _ask(self, wait: float) -> Any:
        """One answer to /sync; failures are waited out with growing pauses. None when asked to stop."""
        failures = 0
        while not self._stopping:
            asking = asyncio.ensure_future(self._once(wait))
            stopping = asyncio.ensure_future(self._until_stopping())
            try:
                await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                stopping.cancel()
                if not asking.done():
                    asking.cancel()
                    await asyncio.gather(asking, return_exceptions=True)
            if asking.cancelled():
                return None
            found = asking.result()
            self.failing = isinstance(found, float)
            if not isinstance(found, float):
                return found
            failures += 1
            grown = min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** min(failures - 1, 10))
            await self._sleep(found or grown * (0.5 + self._dice.random() / 2))
        return None

    async def _once(self, wait: float) -> Any:
        """A SyncResponse, or the seconds to wait (0.0: as long as seems right)."""
        try:
            async with asyncio.timeout(300 if self._first else wait + 60):
                response = await self._client.sync(
                    timeout=int(wait * 1000),
                    sync_filter=_FILTER,
                    since=self._token,
                    full_state=True if self._first else None,
                )
        except OSError as error:
            log.warning("matrix: sync failed (%s)", type(error).__name__)
            return 0.0
        except nio.LocalProtocolError:
            # Another request was told first that the token is void, and nio dropped it.
            raise SignedOut from None
        if isinstance(response, nio.SyncResponse):
            return response
        status = response.transport_response.status
        if response.status_code in ("M_UNKNOWN_TOKEN", "M_MISSING_TOKEN"):
            raise SignedOut
        log.warning("matrix: sync failed (HTTP %s)", status)
        if status == 429:
            told = {"retry_after_ms": response.retry_after_ms} if response.retry_after_ms else {}
            return max(0.001, retry_after(response.transport_response.headers, told))
        return 0.0

    async def _until_stopping(self) -> None:
        while not self._stopping:
            self._changed.clear()
            await self._changed.wait()

    async def _pending_invites(self) -> None:
        """Invitations that were there before the saved position: their senders are checked anew."""
        if self._token is None:
            return
        with contextlib.suppress(OSError):
            answer = await self._client.request(
                "GET", _path("/_matrix/client/v3/sync", filter=_PENDING_INVITES)
            )
            invited = answer.body.get("rooms", {}).get("invite", {}) if answer.status == 200 else {}
            batch = self._inbox.begin(None, first=True)
            for room_id, info in invited.items():
                found = read_invite(
                    room_id, info.get("invite_state", {}).get("events", []), self._me, self._ms()
                )
                if found is not None:
                    self._inbox.dispatch(found, batch)
            self._inbox.close(batch)

    # --- taking in -----------------------------------------------------------------------------

    @property
    def _me(self) -> str:
        return str(self._client.user_id)

    def _ms(self) -> int:
        return int(self._now().timestamp() * 1000)

    def _observe(self, response: Any, since: str | None) -> None:
        """At once, without waiting for anything: what is true of the rooms now, and who needs help."""
        gone: set[str] = set()
        for room_id in response.rooms.leave:
            self._rooms.forget(room_id)
            self._client.rooms.pop(room_id, None)
            self._client.keys.forget_room(room_id)
            self._client.end_session(room_id)
        for room_id, info in response.rooms.join.items():
            for event in (*info.state, *info.timeline.events):
                source = _source(event)
                if "state_key" not in source:
                    continue
                self._rooms.learn(room_id, source)
                if own_join(source, self._me):
                    self._arrivals.add(room_id)
                content = source.get("content")
                if isinstance(content, dict) and content.get("membership") in ("leave", "ban"):
                    gone.add(source["state_key"])
            if since is not None:
                for event in _after_join(info.timeline.events, self._me):
                    self._inbox.rescue_if_urgent(self._read(room_id, event))
        for room_id in self._arrivals:
            partner = self._rooms.partner(room_id)
            if partner is not None:
                self._to_greet.add(partner)
        self._arrivals.clear()
        for person in gone - {self._me}:
            if not self._rooms.shared_with(person):
                self._client.forget(person)

    async def _take_in(self) -> None:
        while True:
            response, since, batch = await self._arrived.get()
            for room_id, info in response.rooms.invite.items():
                sources = [_source(event) for event in info.invite_state]
                found = read_invite(room_id, sources, self._me, self._ms())
                if found is not None:
                    self._inbox.dispatch(found, batch)
            for room_id, info in response.rooms.leave.items():
                for event in info.timeline.events:
                    removed = read(room_id, _source(event), self._me)
                    if isinstance(removed, Removed):
                        self._inbox.dispatch(removed, batch)
            if since is not None:
                for room_id, info in response.rooms.join.items():
                    await self._take_room(room_id, info.timeline, since, batch)
            if response.to_device_events:
                self._open_parked()
            for room_id in self._inbox.overflowed():
                self._inbox.dispatch(self._missed(room_id, batch), batch)
            self._inbox.close(batch)

    async def _take_room(self, room_id: str, timeline: Any, since: str, batch: Batch) -> None:
        events, missed = list(timeline.events), False
        known = any(self._inbox.seen(getattr(event, "event_id", "")) for event in events)
        if timeline.limited and timeline.prev_batch and not known:
            older, missed = await fetch_gap(
                self._client, room_id, timeline.prev_batch, since, self._me, self._ms(), self._sleep
            )
            events = older + events
        heard = _after_join(events, self._me)
        if missed and len(heard) == len(events):
            self._inbox.dispatch(self._missed(room_id, batch), batch)
        room = self._rooms.get(room_id)
        not_before = room.joined_at - 60_000 if room is not None and room.joined_at else 0
        for event in heard:
            if getattr(event, "server_timestamp", 0) < not_before:
                continue
            if isinstance(event, nio.MegolmEvent | nio.UnknownEncryptedEvent):
                self._park(room_id, event, batch)
                continue
            found = self._read(room_id, event)
            if found is not None:
                if getattr(event, "decrypted", False):
                    self._unreadable.discard(room_id)
                if isinstance(found, Said):
                    self._rooms.wrote(room_id, found.at)
                self._inbox.dispatch(found, batch)

    def _read(self, room_id: str, event: Any) -> Heard | None:
        return read(room_id, _source(event), self._me, encrypted=bool(getattr(event, "decrypted", False)))

    def _missed(self, room_id: str, batch: Batch) -> Missed:
        return Missed(room_id, f"missed:{room_id}:{batch.position}", "", self._ms())

    # --- messages whose key has not come -------------------------------------------------------

    def _park(self, room_id: str, event: Any, batch: Batch) -> None:
        if event.sender == self._me or self._inbox.seen(event.event_id):
            return
        entry = (room_id, event, batch)
        self._inbox.wait_for(batch)
        self._parked.append(entry)
        self._spawn(self._give_up(entry))

    def _open_parked(self) -> None:
        for entry in list(self._parked):
            room_id, event, batch = entry
            opened = None
            if isinstance(event, nio.MegolmEvent) and self._client.olm is not None:
                opened = self._client.olm._decrypt_megolm_no_error(event, room_id)
            if opened is None:
                continue
            self._parked.remove(entry)
            self._unreadable.discard(room_id)
            found = self._read(room_id, opened)
            if found is not None:
                self._inbox.dispatch(found, batch)
            self._inbox.done(batch)

    async def _give_up(self, entry: tuple[str, Any, Batch]) -> None:
        await self._sleep(KEY_PATIENCE)
        if entry not in self._parked:
            return
        self._parked.remove(entry)
        room_id, event, batch = entry
        if room_id not in self._unreadable:
            self._unreadable.add(room_id)
            self._inbox.dispatch(
                Unreadable(room_id, event.event_id, event.sender, event.server_timestamp), batch
            )
        self._inbox.done(batch)

    # --- around it -----------------------------------------------------------------------------

    def _do_chores(self) -> None:
        self._chores_due = True
        if self._chores is None or self._chores.done():
            self._chores = self._spawn(self._run_chores())

    async def _run_chores(self) -> None:
        while self._chores_due:
            self._chores_due = False
            await self._keep_up()

    async def _keep_up(self) -> None:
        """What nio leaves to its caller: one-time keys, other people's devices, broken sessions."""
        client = self._client
        if client.plain:
            return
        try:
            if client.should_upload_keys:
                await client.keys_upload()
            if client.should_query_keys:
                await client.keys_query()
            client.olm.mend()
            while self._to_greet:
                client.greet(self._to_greet.pop())
            if client.should_claim_keys:
                await client.keys_claim(client.get_users_for_key_claiming())
            if client.outgoing_to_device_messages:
                await client.save_keys()
                await client.send_to_device_messages()
        except Exception as error:  # tried again after the next answer
            log.warning("matrix: keeping keys up failed (%s)", type(error).__name__)

    def _spawn(self, work: Any) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _keep(self) -> None:
        # Keys first: a position beyond a room key that is not kept would lose it.
        await self._client.keys.commit()
        await self._vault.save({ROOMS: self._rooms.dump()})

    async def _finish(self, taking: asyncio.Task[None], keeping: asyncio.Task[None]) -> None:
        taking.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(taking, *self._tasks, return_exceptions=True)
        await self._inbox.finish(LAST_WORDS)
        with contextlib.suppress(Exception):
            async with asyncio.timeout(LAST_WORDS):
                await self._client.keys.commit()
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


def _source(event: Any) -> dict[str, Any]:
    source = getattr(event, "source", None)
    if not isinstance(source, dict):
        return {}
    # nio takes the content out of an invited room's member events.
    return source if "content" in source else source | {"content": getattr(event, "content", None)}


def _after_join(events: list[Any], me: str) -> list[Any]:
    """The events after the bot last came in: what was said before is none of its business."""
    for i in range(len(events) - 1, -1, -1):
        if own_join(_source(events[i]), me):
            return events[i + 1 :]
    return events


def _path(path: str, **query: str) -> str:
    return f"{path}?{urlencode(query)}"
