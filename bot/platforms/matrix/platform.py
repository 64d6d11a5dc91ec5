"""Hearth on Matrix: the `Platform` that the core sees."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime
import functools
import json
import logging
from collections.abc import Callable, Collection, Coroutine
from typing import Any

from bot.sdk.people import Person, Place
from bot.sdk.ports import Delivery, Front, Handled, Later, NotSent, Sent, Unknown, Vault, Why
from bot.sdk.words import Shown

from . import account, levels, write
from .delivery import NOT_YET, delivery, done, where
from .direct import InvitePolicy, NoWay, Opening
from .face import Ear, Face
from .history import History, Unreachable
from .keys import Keys
from .line import Line, Settings
from .mail import Mail
from .memory import Memory
from .offers import Offer, Offers, keycap
from .places import PLATFORM, Places
from .purse import Urgency
from .replies import URGENCY, Knocks, acted
from .rooms import Room
from .signing import State
from .sync import SignedOut

log = logging.getLogger("hearth.matrix")

SHOWN = "matrix/recovery-key-shown"
APART = "HEARTHCRISIS"
"""The device that crisis-only mode logs in as by password: the same at each start, so that they do not pile
up, and never the one whose keys are in the storage that cannot be opened."""
_FINISH = 6.0
"""Seconds that what is under way has to end when Hearth stops."""
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_LOGIN_PAUSE = 330.0
"""Seconds between two logins: a default Synapse grants one in 333 seconds after the first five."""
_RESOLVE_EVERY = 3600.0
_CLOCKS_APART = datetime.timedelta(minutes=2)
"""Clocks of ours and the server's may differ by so much when a post is looked for."""
_SEEDS = 10


def utc_now() -> datetime.datetime:
    """The time now, aware, in UTC."""
    return datetime.datetime.now(datetime.UTC)


class MatrixPlatform:
    """One Matrix account. Fulfils `bot.sdk.ports.Platform`.

    `rooms`: the ids and addresses of rooms and Matrix spaces that the configuration gives to communities.
    `on_recovery_key` shows the account's recovery key to a person, once; without it, it is shown another
    time. `now` is real time: it is compared with the server's.
    """

    name = PLATFORM
    native_forms = False

    def __init__(
        self,
        settings: Settings,
        *,
        rooms: Collection[str] = (),
        policy: InvitePolicy | None = None,
        on_recovery_key: Callable[[str], None] | None = None,
        now: Callable[[], datetime.datetime] = utc_now,
    ) -> None:
        self._settings = settings
        self._bound = frozenset(rooms)
        self._policy = policy or InvitePolicy()
        self._on_recovery_key = on_recovery_key
        self._now = now
        self._vault: Vault | None = None
        self._handled: Handled | None = None
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()
        self._ended.set()
        self._line: Line | None = None
        self._opened = asyncio.Event()
        """Set while there is a line."""
        self._places: Places | None = None
        self._mail: Mail | None = None
        self._front: Front | None = None
        self._knocks = Knocks()
        self._tasks: set[asyncio.Task[Any]] = set()
        self.face: Face | None = None

    def equip(self, vault: Vault | None, handled: Handled | None) -> None:
        """Say where device, keys and position are kept. Without, rooms without encryption alone are served:
        the keys of the encrypted ones are where they cannot be read."""
        self._vault, self._handled = vault, handled

    @property
    def connected(self) -> bool:
        """Whether events come in now."""
        line = self._line
        return line is not None and line.sync.synced.is_set() and not line.sync.failing

    async def until_connected(self) -> None:
        """Come back once events come in, on this connection or on one that follows it."""
        while not self.connected:
            await self._opened.wait()
            if self._line is not None:
                await self._line.sync.until(functools.partial(self._hears_or_went, self._line))

    def _hears_or_went(self, line: Line) -> bool:
        return self.connected or self._line is not line

    # --- the connection -------------------------------------------------------------------------

    async def run(self, front: Front) -> None:
        """Connect, hand in events until stopped; comes back by itself after whatever may pass."""
        self._front = front
        self._stopping.clear()
        self._ended.clear()
        memory = Memory()
        vault = self._vault if self._vault is not None else memory
        handled = self._handled if self._handled is not None else memory
        plain = self._vault is None or self._handled is None
        if plain:
            log.critical(
                "Matrix serves only /crisis, and only in rooms without encryption, until storage opens"
            )
            await self._stand_apart(memory)
        pause = _FIRST_PAUSE
        try:
            while not self._stopping.is_set():
                began = asyncio.get_running_loop().time()
                wait = await self._once(front, vault, handled, plain)
                if asyncio.get_running_loop().time() - began > _LONGEST_PAUSE:
                    pause = _FIRST_PAUSE
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), max(pause, wait))
                pause = min(_LONGEST_PAUSE, pause * 2)
        finally:
            self._ended.set()

    async def _once(self, front: Front, vault: Vault, handled: Handled, plain: bool) -> float:
        """One connection, from its beginning to its end. The seconds to wait before the next, at least."""
        listener = Ear(lambda: self.face)
        try:
            line = await Line.open(self._settings, vault, handled, listener, now=self._now, plain=plain)
        except SignedOut:
            log.critical("Matrix: this device was signed out; a new one is made")
            await self._start_over(vault)
            return 0.0
        except account.CannotLogIn as error:
            log.critical("Matrix: the homeserver does not take the account (%s)", error.code)
            return max(error.retry_after or 0.0, _LOGIN_PAUSE)
        except OSError as error:
            log.warning("Matrix: the homeserver cannot be reached (%s); trying again", type(error).__name__)
            return 0.0
        except Exception as error:  # storage may be back later; the error's own words stay out of the log
            log.error("Matrix: the connection could not be opened (%s)", type(error).__name__)
            return 0.0
        try:
            await self._serve(line, front, vault)
        except SignedOut:
            log.critical("Matrix: this device was signed out; a new one is made")
            await self._start_over(vault)
            return 0.0
        except Exception as error:  # as above
            log.error("Matrix: the connection ended (%s); trying again", type(error).__name__)
        finally:
            self._line = self.face = self._mail = None
            self._opened.clear()
            line.stop()  # whoever waits for something on it looks once more
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await line.close()
        return 0.0

    async def _serve(self, line: Line, front: Front, vault: Vault) -> None:
        places = Places(front, line.rooms, self._bound)
        line.rooms.communal = places.communal
        offers = Offers(History(line.client), vault, self._ms)
        mail = Mail(
            line.client, line.rooms, line.speaker, line.doors, offers, vault, now=self._ms, spawn=self._spawn
        )
        await places.resolve(line.client, vault)
        await offers.load()
        await mail.fading.load()
        self.face = Face(
            line,
            front,
            places,
            mail,
            self._policy,
            resolve=lambda: places.resolve(line.client, vault),
            now=self._ms,
            spawn=self._spawn,
            knocks=self._knocks,
        )
        self._line, self._places, self._mail = line, places, mail
        self._opened.set()
        await self._show_recovery_key(line, vault)
        running = asyncio.create_task(line.run())
        if self._stopping.is_set():
            line.stop()
        self._spawn(self._after_start(line, places, mail, vault))
        try:
            await running
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def _after_start(self, line: Line, places: Places, mail: Mail, vault: Vault) -> None:
        await line.sync.synced.wait()
        if not line.client.plain:
            await mail.deliver_all()
            self._spawn(mail.fading.run())
        while True:
            await asyncio.sleep(_RESOLVE_EVERY)
            with contextlib.suppress(OSError):
                await places.resolve(line.client, vault)
            await self._prune(line)

    @staticmethod
    async def _prune(line: Line) -> None:
        if not line.client.plain:
            try:
                await line.client.prune()
            except Exception as error:  # storage may be away: the next commit keeps it
                log.warning("Matrix: old room keys are not given up yet (%s)", type(error).__name__)

    async def _show_recovery_key(self, line: Line, vault: Vault) -> None:
        """Shown once to a person. The server keeps what it opens, nobody keeps the key itself."""
        if line.client.plain or line.identity.state not in (State.NEW, State.SIGNED):
            return
        if await vault.load(SHOWN) is not None:
            return
        if self._on_recovery_key is None:
            log.warning(
                "Matrix: the recovery key was not shown yet: start Hearth once at a terminal to see it"
            )
            return
        try:
            key = line.identity.recovery_key or await line.signing.new_recovery_key()
        except OSError as error:
            log.warning("Matrix: the recovery key could not be made (%s)", error)
            return
        self._on_recovery_key(key)
        await vault.save({SHOWN: b"yes"})

    async def _stand_apart(self, memory: Memory) -> None:
        if self._settings.password is not None:
            known = {
                "homeserver": self._settings.homeserver,
                "asked": self._settings.user_id,
                "device_id": APART,
            }
            await memory.save({account.ACCOUNT: json.dumps(known).encode()})

    async def _start_over(self, vault: Vault) -> None:
        try:
            await account.start_over(vault)
            await Keys.discard(vault)
        except Exception as error:  # storage is away: the next try ends here again
            log.error("Matrix: the old device could not be dropped (%s)", type(error).__name__)

    async def stop(self) -> None:
        """Finish what is under way, some seconds at most, and disconnect."""
        self._stopping.set()
        if self._line is not None:
            self._line.stop()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), _FINISH)

    async def forget(self, person: Person) -> bool:
        """Forget the direct rooms with somebody, their devices and keys, and what waits for them.

        Who asks for it just now still hears the answer: then it is finished behind that, and False.
        """
        line, mail, face = self._line, self._mail, self.face
        if line is None or mail is None or face is None or not line.sync.synced.is_set():
            return False
        await mail.forget(person.account)
        if URGENCY.get() < Urgency.SCHEDULED:
            face.forget_behind(person.account, lambda: self._forget(line, mail, person.account))
            return False
        return await self._forget(line, mail, person.account)

    @staticmethod
    async def _forget(line: Line, mail: Mail, account_id: str) -> bool:
        for room in line.rooms:
            if line.rooms.partner(room.room_id) == account_id:
                await mail.fading.finish(room.room_id)
        try:
            return await line.forget(account_id)
        except OSError:
            return False

    def _ms(self) -> int:
        return int(self._now().timestamp() * 1000)

    def _spawn(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("Matrix: work beside the answers failed: %s", type(error).__name__)

    # --- what goes out by itself ----------------------------------------------------------------

    async def post(self, place: Place, shown: Shown, mark: str) -> Delivery:
        """Post to a room. The mark makes the transaction id, and is found again in the event."""
        here = self._act_in(place)
        if not isinstance(here, _Here):
            return here
        mail, partner = here.mail, here.partner
        if shown.private and partner is None:
            return NotSent(Why.INVALID)
        letter = here.letter(shown, mark)
        ended, offer = await mail.put(
            here.room.room_id,
            letter,
            cause=mark,
            urgency=URGENCY.get(),
            private_to=partner,
            thread=here.thread,
        )
        if offer is not None and partner is None:
            await mail.offers.asked_in_public(offer)
            self._seed(mail, offer)
        return delivery(ended)

    async def edit(self, place: Place, ref: str, shown: Shown) -> Delivery:
        """Put this where Hearth's own post stands, by an edit."""
        here = self._act_in(place)
        if not isinstance(here, _Here):
            return here
        if place.direct and here.partner is None:
            return NotSent(Why.CLOSED)
        changing = here.mail.change(
            here.room.room_id, ref, here.letter(shown), urgency=URGENCY.get(), private_to=here.partner
        )
        return await done(changing)

    async def remove(self, place: Place, ref: str) -> Delivery:
        """Redact a message, and what belongs to it."""
        here = self._act_in(place)
        if not isinstance(here, _Here):
            return here
        return await done(here.mail.remove(here.room.room_id, ref, URGENCY.get()))

    async def time_out(self, person: Person, place: Place, until: datetime.datetime | None) -> Delivery:
        """Let somebody not write in this room, or again: by their power level. It does not end by itself."""
        here = self._act_in(place)
        if not isinstance(here, _Here):
            return here
        rooms, out = here.line.rooms, until is not None
        return delivery(
            await levels.time_out(here.line.actions, here.room, rooms.me, person.account, out=out)
        )

    async def readers(self, place: Place) -> int | None:
        """Everybody who has joined the room, or was invited; None where whoever wants to can read there."""
        room = self._line.rooms.get(where(place)[0]) if self._line is not None else None
        if room is None or self._line is None or room.open_to_others:
            return None
        return len(room.members.keys() - {self._line.rooms.me})

    async def reads(self, place: Place, person: Person) -> bool | None:
        """Whether they have joined the room; None where the bot is not in it."""
        room = self._line.rooms.get(where(place)[0]) if self._line is not None else None
        return None if room is None else room.members.get(person.account) == "join"

    async def powers(self, person: Person, now: datetime.datetime) -> Person | None:
        """The highest level that somebody has in the rooms of their space. A direct conversation tells it
        only of who shares one community with the bot."""
        if self._places is None:
            return None
        return self._places.person_of(person.account, person.space)

    def _seed(self, mail: Mail, offer: Offer) -> None:
        private = any(one.private for one in offer.choices)
        if self._settings.lifted and not private and len(offer.choices) <= _SEEDS:
            keys = [keycap(n) for n in range(1, len(offer.choices) + 1)]
            mail.seed(offer.room_id, offer.event_id, keys)

    async def direct(self, person: Person, shown: Shown, mark: str) -> Delivery:
        """Send to one person alone. A room is opened for it only if they do something just now: whoever
        left theirs wants to be left alone."""
        ready = self._ready()
        if ready is None:
            return Later(NOT_YET)
        acted()
        line, mail, front = ready

        def say(key: str, **args: str | int) -> str:
            return front.say(key, person, None, **args)

        if line.client.plain:
            return NotSent(Why.CLOSED)
        letter = write.letter(shown, say, direct=True, mark=mark)
        urgency = URGENCY.get()
        if urgency >= Urgency.SCHEDULED:
            room = line.rooms.direct(person.account)
            if room is None:
                return NotSent(Why.CLOSED)
            ended, _ = await mail.put(
                room.room_id, letter, cause=mark, urgency=urgency, private_to=person.account
            )
            return delivery(ended)
        outcome, _ = await mail.privately(person.account, letter, cause=mark, urgency=urgency)
        if isinstance(outcome, Opening):
            return Sent("")  # kept sealed until they join, a day at most
        if isinstance(outcome, NoWay):
            return Later(outcome.seconds) if outcome.seconds else NotSent(Why.CLOSED)
        return delivery(outcome)

    async def find(self, to: Place | Person, mark: str, since: datetime.datetime) -> Delivery | None:
        """Whether the post with this mark is there: read back from the bot's own recent messages."""
        ready = self._ready()
        if ready is None:
            return Later(NOT_YET)
        line, mail, _ = ready
        if isinstance(to, Place):
            room_id, _thread = where(to)
            if room_id not in line.rooms:
                return NotSent(Why.GONE)
        else:
            room = line.rooms.direct(to.account)
            if room is None:
                return Unknown()
            room_id = room.room_id
        try:
            found = await mail.find(room_id, mark, int((since - _CLOCKS_APART).timestamp() * 1000))
        except Unreachable as unreachable:
            return NotSent(Why.GONE) if unreachable.gone else Later(NOT_YET)
        return None if found is None else delivery(found)

    def place(self, name: str, space: str) -> Place | None:
        """The room that a profile calls `name`: its id, its address or its name, among the space's rooms."""
        ready = self._ready()
        return self._places.find(name, space) if ready is not None and self._places is not None else None

    def _act_in(self, place: Place) -> _Here | Delivery:
        """The room in which something is done now; where nothing can be, what becomes of it."""
        ready = self._ready()
        if ready is None:
            return Later(NOT_YET)
        acted()
        line, mail, front = ready
        room_id, thread = where(place)
        room = line.rooms.get(room_id)
        if room is None:
            return NotSent(Why.GONE)
        return _Here(
            line, mail, front, place, room, thread, line.rooms.partner(room_id) if place.direct else None
        )

    def _ready(self) -> tuple[Line, Mail, Front] | None:
        line, mail, front = self._line, self._mail, self._front
        if line is None or mail is None or front is None or not line.sync.synced.is_set():
            return None
        return line, mail, front


@dataclasses.dataclass(frozen=True, slots=True)
class _Here:
    """Where something is done: a room, its thread, and whose alone it is (None for a room of many)."""

    line: Line
    mail: Mail
    front: Front
    place: Place = dataclasses.field(repr=False)
    room: Room = dataclasses.field(repr=False)
    thread: str | None = dataclasses.field(repr=False)
    partner: str | None = dataclasses.field(repr=False)

    def letter(self, shown: Shown, mark: str | None = None) -> write.Letter:
        """A view as it is written here."""
        origin = None if self.partner is not None else (self.room.room_id, self.thread)
        return write.letter(shown, self._say, direct=self.partner is not None, mark=mark, origin=origin)

    def _say(self, key: str, **args: str | int) -> str:
        return self.front.say(key, Person(PLATFORM, "", self.place.space), self.place, **args)
