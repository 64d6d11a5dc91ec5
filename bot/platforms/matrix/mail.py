"""Letters on their way: into a room, or to one person alone, now or once they have opened the door."""

from __future__ import annotations

import dataclasses
import json
import logging
import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from bot.sdk.ports import Vault

from .client import Client
from .direct import Doors, NoWay, Opening, Ready
from .fading import Fading
from .history import History
from .media import NotUploaded, content_of
from .offers import FORM_OPEN, Offer, Offers
from .purse import Urgency
from .rooms import Rooms
from .send import Message, Outcome, Refused, Sent, Speaker, Unknown, relation_of
from .write import KEY, Letter

log = logging.getLogger(__name__)

WAITING = "matrix/waiting"
KEPT = 24 * 3600 * 1000
"""Milliseconds for which an answer waits for its person to join the direct room."""
_MOST_WAITING, _MOST_EACH = 200, 5
_MOST_BYTES = 1024 * 1024
"""Bytes of files in a waiting answer; larger ones are left out, and can be asked for again."""


@dataclass(frozen=True, slots=True)
class Waits:
    """A letter for somebody who has not opened the direct room yet. `until` in milliseconds since 1970."""

    account: str = field(repr=False)
    cause: str = field(repr=False)
    letter: Letter
    until: int


class Mail:
    """Sends letters. `spawn` runs what nobody waits for; `lifted`: the server sets this account no limit."""

    def __init__(
        self,
        client: Client,
        rooms: Rooms,
        speaker: Speaker,
        doors: Doors,
        offers: Offers,
        vault: Vault,
        *,
        now: Callable[[], int],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._client, self._rooms, self._speaker, self._doors = client, rooms, speaker, doors
        self.offers, self._vault, self._now, self._spawn = offers, vault, now, spawn
        self.history = History(client)
        self.fading = Fading(vault, speaker.redact, self._left_open, now, self._mark_said, self._forget_said)
        self._waiting: list[Waits] = []
        self._delivering: set[str] = set()

    # --- into a room ----------------------------------------------------------------------------

    async def put(
        self,
        room_id: str,
        letter: Letter,
        *,
        cause: str,
        urgency: Urgency,
        private_to: str | None = None,
        thread: str | None = None,
        answers: str | None = None,
        mentions: tuple[str, ...] = (),
    ) -> tuple[Outcome, Offer | None]:
        """Say all of a letter, once: the same `cause` is the same letter, whatever breaks in between.

        How it ended (the first part's event, where all is there), and what it offers.
        """
        first: Sent | None = None
        offer: Offer | None = None
        showing: list[str] = []
        room = self._rooms.get(room_id)
        for n, part in enumerate(letter.parts):
            extra = {KEY: part.said} if part.said else {}
            message = Message(
                part.body,
                part.html,
                notice=letter.notice,
                mentions=mentions,
                thread=thread,
                # What goes on answers what it goes on from: so it is found, and taken away with it.
                answers=first.event_id if first is not None and private_to is None else answers,
                extra=extra,
            )
            outcome = await self._speaker.say(
                room_id, message, cause=_nth(cause, n), urgency=urgency, private_to=private_to
            )
            if not isinstance(outcome, Sent):
                return outcome, None
            first = first or outcome
            offer = self.offers.said(room_id, outcome.event_id, extra) or offer
            showing += [outcome.event_id] if letter.passing else []
        if showing or (offer is not None and offer.form is not None):
            await self.fading.note(room_id, showing, self._now() + FORM_OPEN)
        assert first is not None
        for n, file in enumerate(letter.files):
            encrypted = room is not None and room.encrypted
            try:
                content = await content_of(self._client, file, encrypted=encrypted, warning=letter.warning)
            except NotUploaded as error:
                log.warning("matrix: a file could not be sent (%s)", error)
                return Unknown(), offer
            relation = relation_of(thread, first.event_id if private_to is None else None)
            content |= {"m.relates_to": relation} if relation else {}
            outcome = await self._speaker.send(
                room_id,
                "m.room.message",
                content,
                cause=f"{cause}/file{n}",
                urgency=urgency,
                private_to=private_to,
            )
            if not isinstance(outcome, Sent):
                return outcome, offer
        return first, offer

    async def change(
        self, room_id: str, event_id: str, letter: Letter, *, urgency: Urgency, private_to: str | None = None
    ) -> Outcome:
        """Put a letter where one of ours stands; its mark and its choices go on being those of that one. One
        event alone can stand in another's place, so what does not fit into it is left out, and files stay
        as they are. Raises `Unreachable`."""
        # An edit of an edit is no edit (client-server API, "event replacements"): the first one counts.
        found = await self.history.original(room_id, event_id)
        if found is None or found.gone:
            return Refused("gone")
        if found.sender != self._client.user_id:
            return Refused("M_FORBIDDEN")
        before = found.content if found.content is not None else {}
        said = dict(letter.parts[0].said)
        if isinstance(carried := before.get(KEY), dict) and "mark" in carried:
            said["mark"] = carried["mark"]
        part, extra = letter.parts[0], {KEY: said} if said else {}
        message = Message(
            part.body,
            part.html,
            notice=before.get("msgtype") != "m.text",
            replaces=found.event_id,
            extra=extra,
        )
        # Random: a text may come back that stood there before, and done twice is as good as done once.
        cause = f"change:{secrets.token_hex(8)}"
        outcome = await self._speaker.say(
            room_id, message, cause=cause, urgency=urgency, private_to=private_to
        )
        if not isinstance(outcome, Sent):
            return outcome
        await self.offers.changed(room_id, found.event_id, found.at, extra, public=private_to is None)
        return Sent(found.event_id)

    async def remove(self, room_id: str, event_id: str, urgency: Urgency) -> Outcome:
        """Redact a message now, with its edits, and with its files where it is ours: each is an event of its
        own, and would stay. One that is not there is as good as redacted. Raises `Unreachable`."""
        found = await self.history.original(room_id, event_id)
        if found is None:
            # Whatever else there is: a sticker, a poll.
            return _gone(event_id, await self._speaker.redact(room_id, event_id, urgency))
        belonging = await self.history.belonging(room_id, found)
        for one in ([] if found.gone else [found.event_id]) + belonging:
            outcome = _gone(one, await self._speaker.redact(room_id, one, urgency))
            if not isinstance(outcome, Sent):
                return outcome
        await self.offers.changed(room_id, found.event_id, found.at, {}, public=True)
        return Sent(found.event_id)

    # --- to one person --------------------------------------------------------------------------

    async def privately(
        self, account: str, letter: Letter, *, cause: str, urgency: Urgency, thread: str | None = None
    ) -> tuple[Outcome | Opening | NoWay, Offer | None]:
        """Send to one person alone: in their direct room now, or, where one had to be opened, once they
        have joined it."""
        door = await self._doors.direct(account, urgency)
        if isinstance(door, Ready):
            return await self.put(
                door.room_id, letter, cause=cause, urgency=urgency, private_to=account, thread=thread
            )
        if isinstance(door, Opening):
            await self.keep(account, letter, cause)
        return door, None

    async def keep(self, account: str, letter: Letter, cause: str) -> None:
        """Let a letter wait for its person, a day at most."""
        small = [file for file in letter.files if len(file.data) <= _MOST_BYTES]
        kept = dataclasses.replace(letter, files=tuple(small), notice=False)
        others = [one for one in self._waiting if one.cause != cause]
        own = [one for one in others if one.account == account]
        surplus = own[: max(0, len(own) + 1 - _MOST_EACH)]
        self._waiting = [one for one in others if one not in surplus]
        self._waiting.append(Waits(account, cause, kept, self._now() + KEPT))
        self._waiting = self._waiting[-_MOST_WAITING:]
        await self._save()

    def waits(self, account: str) -> bool:
        """Whether something waits for somebody."""
        return any(one.account == account and one.until > self._now() for one in self._waiting)

    async def deliver(self, account: str) -> None:
        """Send what waits for somebody who has come into their direct room."""
        if not self.waits(account) or account in self._delivering:
            return
        self._delivering.add(account)
        try:
            for one in [one for one in self._waiting if one.account == account]:
                room = self._rooms.direct(account)
                if room is None:
                    return
                outcome: Outcome | None = None
                if one.until > self._now():
                    outcome, _ = await self.put(
                        room.room_id, one.letter, cause=one.cause, urgency=Urgency.PERSON, private_to=account
                    )
                if outcome is None or isinstance(outcome, Sent | Refused):
                    self._waiting = [other for other in self._waiting if other is not one]
                    await self._save()
        finally:
            self._delivering.discard(account)

    async def deliver_all(self) -> None:
        """Send everything that can be sent: after a start."""
        await self.load()
        for account in dict.fromkeys(one.account for one in self._waiting):
            await self.deliver(account)

    async def forget(self, account: str) -> None:
        """Drop what waits for somebody."""
        if any(one.account == account for one in self._waiting):
            self._waiting = [one for one in self._waiting if one.account != account]
            await self._save()

    async def load(self) -> None:
        """Take back what waits."""
        saved = await self._vault.load(WAITING)
        known = {one.cause for one in self._waiting}
        for account, cause, packed, until in json.loads(saved) if saved else ():
            if cause not in known and until > self._now():
                self._waiting.append(Waits(account, cause, Letter.unpacked(packed), until))

    async def _save(self) -> None:
        packed = [
            [one.account, one.cause, one.letter.packed(), one.until]
            for one in self._waiting
            if one.until > self._now()
        ]
        try:
            await self._vault.save({WAITING: json.dumps(packed).encode() if packed else None})
        except Exception as error:  # it is still sent in this run
            log.warning("matrix: a waiting answer is not kept (%s)", type(error).__name__)

    # --- taking away ----------------------------------------------------------------------------

    def take_away(self, room_id: str, event_id: str) -> None:
        """Redact an event when there is time for it, where the bot may."""
        self._spawn(self._redact(room_id, event_id))

    async def hide(self, room_id: str, event_id: str) -> None:
        """The same, and a restart in between does not save it: somebody's private words."""
        await self.fading.hide(room_id, event_id, self._spawn)

    def may_redact(self, room_id: str) -> bool:
        """Whether the bot may take other people's events away."""
        room = self._rooms.get(room_id)
        me = self._client.user_id
        return room is not None and room.may(me, "redact") and room.may(me, "m.room.redaction")

    async def _redact(self, room_id: str, event_id: str) -> None:
        outcome = await self._speaker.redact(room_id, event_id)
        if not isinstance(outcome, Sent):
            log.warning("matrix: an event could not be taken away (%s)", type(outcome).__name__)

    async def end_form(self, room_id: str, upto: int) -> None:
        """A form in a direct room has ended: what showed its answers goes, and the room key with it. `upto`
        is how much `fading` had noted before the answer that ended it: that one may give words back."""
        self._left_open(room_id)
        await self.fading.end(room_id, upto)

    def _left_open(self, room_id: str) -> None:
        self.offers.form_ended(room_id)

    def _mark_said(self, room_id: str) -> None:
        """Only of a direct room: in a community's, what the bot said is looked up by its mark for days."""
        if self._rooms.partner(room_id) is not None:
            self._client.mark_said(room_id)

    async def _forget_said(self, room_id: str) -> None:
        if self._rooms.partner(room_id) is not None:
            await self._client.forget_said(room_id)

    def seed(self, room_id: str, event_id: str, keys: list[str]) -> None:
        """Put reactions under a message, to be pressed, when there is time for it."""
        self._spawn(self._seed(room_id, event_id, keys))

    async def _seed(self, room_id: str, event_id: str, keys: list[str]) -> None:
        for key in keys:
            await self._speaker.react(
                room_id, event_id, key, cause=f"seed:{event_id}:{key}", urgency=Urgency.CLEANUP
            )

    # --- looking up -----------------------------------------------------------------------------

    async def find(self, room_id: str, mark: str, since: int) -> Sent | Unknown | None:
        """The message with this mark, said since a moment (milliseconds); None if there surely is none.

        Raises `Unreachable`."""
        doubtful = False
        async for own in self.history.own(room_id, since=since):
            if own is None or own.content is None:
                doubtful = True
                continue
            said = own.content.get(KEY)
            if isinstance(said, dict) and said.get("mark") == mark:
                return Sent(own.event_id)
        return Unknown() if doubtful else None


def _gone(event_id: str, outcome: Outcome) -> Outcome:
    there = isinstance(outcome, Sent) or outcome == Refused("M_NOT_FOUND")
    return Sent(event_id) if there else outcome


def _nth(cause: str, n: int) -> str:
    return cause if n == 0 else f"{cause}/{n}"
