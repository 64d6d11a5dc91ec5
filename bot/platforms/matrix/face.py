"""Events in: what is said, pressed and changed in rooms, and what the core is told of it."""

from __future__ import annotations

import collections
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from bot.sdk.people import Person, Place
from bot.sdk.ports import Answered, Event, Front, Pressed, Typed, What, Wrote
from bot.sdk.words import Shown, ShownButton

from . import write
from .arrivals import Arrivals
from .direct import InvitePolicy
from .hearing import Hearing
from .line import Line
from .mail import Mail
from .media import SentFile
from .offers import Offer, number_in, number_of
from .places import PLATFORM, Places
from .purse import Urgency
from .read import (
    Changed,
    Heard,
    Invited,
    Member,
    Missed,
    Reacted,
    Removed,
    Said,
    Unreadable,
    Upgraded,
)
from .replies import URGENCY, Asked, Knocks, MatrixReplies, Means, acting
from .send import Sent
from .watching import Watch

log = logging.getLogger(__name__)

_STOP = "stop"
_REMEMBERED = 2000
_TOLD_EVERY = 24 * 3600 * 1000
"""Milliseconds between two notes that a room cannot be read."""


class Face:
    """What the lower layer tells of everything that happens. Fulfils `inbox.Listener`."""

    def __init__(
        self,
        line: Line,
        front: Front,
        places: Places,
        mail: Mail,
        policy: InvitePolicy,
        *,
        resolve: Callable[[], Coroutine[Any, Any, None]],
        now: Callable[[], int],
        spawn: Callable[[Coroutine[Any, Any, object]], None],
        knocks: Knocks,
    ) -> None:
        self._line, self._front, self._places, self._mail = line, front, places, mail
        self._rooms, self._me = line.rooms, line.client.user_id
        self._now, self._spawn = now, spawn
        self._hearing = Hearing(front, self._me)
        self._means = Means(line.client, line.rooms, mail, front, knocks, spawn)
        self._offered: collections.OrderedDict[tuple[str, str], None] = collections.OrderedDict()
        self._arrivals = Arrivals(
            line, places, mail, policy, resolve=resolve, spawn=spawn, say=self._say, called=self._called
        )
        self._watch = Watch(line.client, line.rooms, places, mail.history, front)
        self._leaving: dict[str, Callable[[], Coroutine[Any, Any, object]]] = {}
        self._unread: collections.OrderedDict[str, int] = collections.OrderedDict()

    # --- listening ------------------------------------------------------------------------------

    def urgent(self, event: Said) -> bool:
        """Whether somebody asks for help in a crisis."""
        command = self._command(event)
        if command is not None:
            return self._front.urgent(command)
        return self._between_two(event) and self._front.urgent(event.line)

    async def rescue(self, event: Said) -> None:
        """Answer that, at once."""
        command = self._command(event)
        await self._typed(event, command, Urgency.RESCUE)
        if command is not None:
            self._spawn(self._hide(event, command))  # storage may be slow

    async def handle(self, event: Heard) -> bool:
        """Take an event; True when something was done that must not be done twice."""
        match event:
            case Said():
                return await self._said(event)
            case Reacted():
                return await self._reacted(event)
            case Invited():
                return await self._arrivals.invited(event)
            case Member(person=person):
                self._watch.moved(event.room_id, person)
                if event.membership == "join" and self._rooms.partner(event.room_id) == person:
                    await self._mail.deliver(person)
                return False
            case Removed():
                # Whoever throws the bot out wants it out: it does not come back by itself.
                await self._mail.offers.forget_room(event.room_id)
                return False
            case Upgraded():
                return await self._arrivals.upgraded(event)
            case Unreadable():
                return await self._cannot_read(event)
            case Missed():
                return await self._missed(event)
            case Changed():
                return await self._changed(event)
            case _:
                return False  # redactions are no commands; a room may become encrypted

    # --- words ----------------------------------------------------------------------------------

    def _name(self, room_id: str) -> str:
        room = self._rooms.get(room_id)
        return room.names.get(self._me, "") if room is not None else ""

    def _called(self, room_id: str) -> str:
        return self._name(room_id) or self._me[1:].partition(":")[0]

    def _between_two(self, event: Heard) -> bool:
        return self._rooms.pair(event.room_id) == event.sender

    def _command(self, said: Said) -> str | None:
        name = self._name(said.room_id)
        return self._hearing.command(said, name, direct=self._between_two(said))

    async def _said(self, said: Said) -> bool:
        command = self._command(said)
        if self._between_two(said):
            if self._rooms.partner(said.room_id) == said.sender:
                await self._mail.deliver(said.sender)
            return await self._said_directly(said, command)
        if command is not None:
            await self._typed(said, command, Urgency.PERSON)
            await self._hide(said, command)
            return True
        number = number_in(said.line)
        if number is not None and said.reply_to is not None:
            offer = await self._mail.offers.public(said.room_id, said.reply_to, number)
            if offer is not None and await self._chosen_in_public(said, offer, number):
                return True
        return await self._wrote(said, lambda: self._watch.said(said))

    async def _changed(self, changed: Changed) -> bool:
        """An edit is never a command; who watches a room sees it."""
        if self._between_two(changed):
            return False
        return await self._wrote(changed, lambda: self._watch.changed(changed))

    async def _wrote(self, event: Heard, read: Callable[[], Awaitable[Wrote | None]]) -> bool:
        """Show what people write to each other to whoever watches. True only when something was done about
        it: then, and only then, it must be remembered that it is handled."""
        if not self._watch.watches(event.room_id) or (wrote := await read()) is None:
            return False
        asked = Asked(event.event_id, event.room_id, None, (event.room_id, None))
        author, place = wrote.message.author, wrote.message.place
        assert author is not None
        with acting() as acted:
            await self._hand_in(event, author, place, wrote, asked, Urgency.PERSON)
        return acted()

    async def _said_directly(self, said: Said, command: str | None) -> bool:
        form = await self._mail.offers.open_form(said.room_id)
        if command is not None and (form is None or command.strip().casefold() != _STOP):
            await self._typed(said, command, Urgency.PERSON)
            return True
        number = number_in(said.line) if said.media is None else None
        if form is not None:
            beside = await self._beside(said, form, number)
            if beside is not None:
                return await self._pressed(said, beside, number)
            await self._answered(said, form, command)
            return True
        if said.media is None:
            offer = await self._meant(said, number)
            if offer is not None:
                return await self._pressed(said, offer, number)
        before = self._mail.fading.count
        replies = await self._typed(said, None, Urgency.PERSON)
        if replies.shown and not replies.opened and self._mail.fading.holds(said.room_id):
            # After a restart only the core knows of a form whose question is not the last thing said.
            await self._mail.end_form(said.room_id, before)
        return True

    async def _beside(self, said: Said, form: Offer, number: int | None) -> Offer | None:
        """What a number chooses while a form is open, if it is not meant for the form: what it replies to,
        or what was listed since the question."""
        if number is None:
            return None
        offers = self._mail.offers
        if said.reply_to is not None:
            found = await offers.at(said.room_id, said.reply_to)
            return found if found is not None and found.choices else None
        here = await offers.latest(said.room_id)
        return here if here is not None and here.at > form.at and number <= len(here.choices) else None

    def _line_of(self, said: Said) -> str:
        # The words of a file are its name, unless somebody wrote some.
        return "" if said.media is not None and said.line == said.media.name else said.line

    async def _typed(self, said: Said, command: str | None, urgency: Urgency) -> MatrixReplies:
        upload = SentFile(self._line.client, said.media) if said.media is not None else None
        about = None
        if command is not None and said.reply_to is not None and self._hearing.is_about(command):
            about = await self._watch.message(said.room_id, said.reply_to)
        what = Typed(self._line_of(said), command, upload, about)
        if self._between_two(said):
            person, place = self._places.person(said.sender), self._places.direct(said.room_id, said.sender)
            asked = Asked(said.event_id, said.room_id, said.thread)
        else:
            person = self._places.person(said.sender, said.room_id)
            place = self._places.place(said.room_id, said.thread)
            beside = ""
            if command is not None and urgency is not Urgency.RESCUE and self._hearing.tells(command):
                beside = "typed-gone" if self._mail.may_redact(said.room_id) else "typed-stays"
            origin = (said.room_id, said.thread)
            asked = Asked(said.event_id, said.room_id, said.thread, origin, beside=beside)
        return await self._hand_in(said, person, place, what, asked, urgency)

    async def _hide(self, said: Said, command: str) -> None:
        """Take a private command away that was typed where others read it, whatever became of it."""
        if (
            not self._between_two(said)
            and self._hearing.is_private(command)
            and self._mail.may_redact(said.room_id)
        ):
            await self._mail.hide(said.room_id, said.event_id)

    # --- forms ----------------------------------------------------------------------------------

    async def _answered(self, said: Said, form: Offer, command: str | None) -> None:
        upload = SentFile(self._line.client, said.media) if said.media is not None else None
        words = self._line_of(said)
        stops = command is not None or (words.strip().casefold() == _STOP and upload is None)
        await self._answer(said, form, Typed(_STOP) if stops else Answered(words, upload), said.thread)

    async def _answer(self, event: Heard, form: Offer, what: What, thread: str | None) -> None:
        origin = self._origin(form, event.sender)
        person = self._places.person(event.sender, origin[0] if origin is not None else None)
        place = self._places.direct(event.room_id, event.sender)
        asked = Asked(event.event_id, event.room_id, thread, origin, answers=True)
        before = self._mail.fading.count
        replies = await self._hand_in(event, person, place, what, asked, Urgency.PERSON)
        if replies.shown and not replies.opened:
            await self._mail.end_form(event.room_id, before)

    def _origin(self, offer: Offer, account: str) -> tuple[str, str | None] | None:
        """The community's room an answer belongs to, if its person is still there."""
        room = self._rooms.get(offer.origin[0]) if offer.origin is not None else None
        return offer.origin if room is not None and room.members.get(account) == "join" else None

    # --- choices --------------------------------------------------------------------------------

    async def _meant(self, said: Said, number: int | None) -> Offer | None:
        """What a line in a direct room chooses from; None for a line that chooses nothing."""
        offers = self._mail.offers
        if said.reply_to is not None and number is not None:
            offer = await offers.at(said.room_id, said.reply_to)
            if offer is not None and offer.choices:
                return offer
        here = await offers.latest(said.room_id)
        rooms = self._places.shared_rooms(said.sender)
        if number is None:
            if here is not None and _by_label(here, said.line) is not None:
                return here
            # Whoever wants to change an answer names it: numbers mean what was said since.
            asked = [] if self._hearing.begins(said.line) else offers.open_in(rooms, 0)
            fitting = [one for one in asked if _by_label(one, said.line) is not None]
            return self._one_of(said, fitting, None) if fitting else None
        asked = offers.open_in(rooms, here.at if here is not None else 0)
        if not asked and here is not None and number > len(here.choices):
            asked = [one for one in offers.open_in(rooms, 0) if number <= len(one.choices)]
        return self._one_of(said, asked, number) if asked else here

    def _one_of(self, said: Said, asked: list[Offer], number: int | None) -> Offer:
        """The one room's question that was asked; where several were asked together, a choice between
        them, each with the number or the words that were meant."""
        numbers = [number or _by_label(one, said.line) or 0 for one in asked]
        if len(asked) == 1 or any(n > len(one.choices) for n, one in zip(numbers, asked, strict=True)):
            return asked[0]
        choices = []
        for n, one in zip(numbers, asked, strict=True):
            chosen = one.choices[n - 1]
            label = f"{self._places.label(one.room_id)}: {chosen.label}".removeprefix(": ")
            choices.append(type(chosen)(label, chosen.token, True))
        return Offer(said.room_id, "", self._now(), tuple(choices))

    async def _pressed(self, said: Said, offer: Offer, number: int | None) -> bool:
        if not offer.event_id:
            await self._ask_which(said, offer)
            return True
        n = number if number is not None else _by_label(offer, said.line)
        await self._press(said, offer, n or 0, said.thread)
        return True

    async def _ask_which(self, said: Said, offer: Offer) -> None:
        person, place = self._places.person(said.sender), self._places.direct(said.room_id, said.sender)
        buttons = tuple(ShownButton(one.label, one.token) for one in offer.choices)
        asked = Asked(said.event_id, said.room_id, said.thread)
        words = self._front.say("which-question", person, place)
        await self._replies(person, place, asked).show(Shown(text=words, buttons=buttons))

    async def _press(self, event: Heard, offer: Offer, n: int, thread: str | None) -> None:
        """Press choice `n` of an offer that this person may press."""
        origin = self._origin(offer, event.sender)
        own = self._rooms.partner(offer.room_id) == event.sender
        if origin is not None:
            person, place = self._places.person(event.sender, origin[0]), self._places.place(*origin)
        elif self._between_two(event):
            person = self._places.person(event.sender)
            place = self._places.direct(event.room_id, event.sender)
        else:
            person = self._places.person(event.sender, event.room_id)
            place = self._places.place(event.room_id, thread)
        asked = Asked(event.event_id, event.room_id, thread, origin)
        if not 1 <= n <= len(offer.choices):
            words = self._front.say("answer-choice", person, place)
            await self._replies(person, place, asked).show(Shown(text=words))
            return
        what = Pressed(offer.choices[n - 1].token, own=own)
        await self._hand_in(event, person, place, what, asked, Urgency.PERSON)

    async def _reacted(self, reacted: Reacted) -> bool:
        number = number_of(reacted.key)
        if not self._between_two(reacted):
            public = await self._mail.offers.public(reacted.room_id, reacted.target, number)
            return public is not None and await self._chosen_in_public(reacted, public, number)
        offer = await self._mail.offers.at(reacted.room_id, reacted.target)
        if offer is None:
            return False
        if offer.form is not None:
            form = await self._mail.offers.open_form(reacted.room_id)
            if form is None or form.event_id != offer.event_id:
                return False
            n = number or next((n for n, one in enumerate(offer.form, 1) if one == reacted.key), None)
            if n is None:
                return False
            await self._answer(reacted, form, Answered(str(n)), None)
            return True
        n = number or _by_label(offer, reacted.key)
        if n is None:
            return False
        await self._press(reacted, offer, n, None)
        return True

    async def _chosen_in_public(self, event: Said | Reacted, offer: Offer, number: int | None) -> bool:
        """Somebody answers in the room a question was asked in. What is private is not answered there: it
        is offered to them alone, and what they have shown is taken away where the bot may."""
        chosen = offer.choices[number - 1] if number and number <= len(offer.choices) else None
        if chosen is not None and not chosen.private:
            await self._press(event, offer, number or 0, event.thread if isinstance(event, Said) else None)
            return True
        if not any(one.private for one in offer.choices):
            return False
        if chosen is not None and self._mail.may_redact(event.room_id):
            self._mail.take_away(event.room_id, event.event_id)
        if not await self._lies_before(event.sender, offer):
            await self._offer_alone(event, offer)
        return True

    async def _lies_before(self, account: str, offer: Offer) -> bool:
        """Whether these very choices are the last that somebody was offered alone."""
        room = self._rooms.direct(account)
        here = await self._mail.offers.latest(room.room_id) if room is not None else None
        if here is not None:
            return [one.token for one in here.choices] == [one.token for one in offer.choices]
        key = (account, offer.event_id)
        if key in self._offered:
            return True
        self._offered[key] = None
        while len(self._offered) > _REMEMBERED:
            self._offered.popitem(last=False)
        return False

    async def _offer_alone(self, event: Heard, offer: Offer) -> None:
        thread = offer.origin[1] if offer.origin is not None else None
        person = self._places.person(event.sender, event.room_id)
        place = self._places.place(event.room_id, thread)
        room = self._places.label(event.room_id)
        if room:
            words = self._front.say("answer-alone", person, place, room=room)
        else:
            words = self._front.say("answer-alone-somewhere", person, place)
        buttons = tuple(ShownButton(one.label, one.token) for one in offer.choices)
        asked = Asked(event.event_id, event.room_id, thread, (event.room_id, thread))
        await self._replies(person, place, asked).show(Shown(text=words, buttons=buttons))

    # --- handing in -----------------------------------------------------------------------------

    def _replies(
        self, person: Person, place: Place, asked: Asked, urgency: Urgency = Urgency.PERSON
    ) -> MatrixReplies:
        return MatrixReplies(self._means, person, place, asked, urgency)

    async def _hand_in(
        self, event: Heard, person: Person, place: Place, what: What, asked: Asked, urgency: Urgency
    ) -> MatrixReplies:
        replies = self._replies(person, place, asked, urgency)
        token = URGENCY.set(urgency)
        try:
            await self._front.handle(Event(event.event_id, person, place, what), replies)
        finally:
            URGENCY.reset(token)
        if (forget := self._leaving.pop(event.sender, None)) is not None:
            self._spawn(forget())
        return replies

    def forget_behind(self, account: str, forget: Callable[[], Coroutine[Any, Any, object]]) -> None:
        """Forget somebody once what they do just now is answered."""
        self._leaving[account] = forget

    # --- rooms ----------------------------------------------------------------------------------

    async def _cannot_read(self, event: Unreadable) -> bool:
        told = self._unread.get(event.room_id, 0)
        if told and self._now() - told < _TOLD_EVERY:
            return False
        self._unread[event.room_id] = self._now()
        while len(self._unread) > _REMEMBERED:
            self._unread.popitem(last=False)
        return await self._say(event, "cannot-read")

    async def _missed(self, event: Missed) -> bool:
        """In a room of many nobody knows whose words were missed: only one person alone is told."""
        partner = self._rooms.partner(event.room_id)
        if partner is None:
            log.warning("matrix: more was said in a room than was read back")
            return False
        return await self._say(event, "missed")

    async def _say(self, event: Heard, key: str, **args: str | int) -> bool:
        """One sentence of the core's, in the room that an event happened in."""
        partner = self._rooms.pair(event.room_id)
        if partner is not None:
            person, place = self._places.person(partner), self._places.direct(event.room_id, partner)
        else:
            place = self._places.place(event.room_id)
            person = Person(PLATFORM, event.sender, place.space)
        words = self._front.say(key, person, place, **args)

        def say(key: str, **args: str | int) -> str:
            return self._front.say(key, person, place, **args)

        letter = write.letter(Shown(text=words), say, direct=partner is not None)
        ended, _ = await self._mail.put(
            event.room_id, letter, cause=f"{event.event_id}/{key}", urgency=Urgency.PERSON
        )
        return isinstance(ended, Sent)


def _by_label(offer: Offer, words: str) -> int | None:
    """The number of the choice whose label somebody wrote."""
    wanted = " ".join(words.split()).casefold()
    found = [n for n, one in enumerate(offer.choices, 1) if " ".join(one.label.split()).casefold() == wanted]
    return found[0] if len(found) == 1 else None


class Ear:
    """Hands on to the face of the connection that is being served, while there is one. A `Listener`."""

    def __init__(self, face: Callable[[], Face | None]) -> None:
        self._face = face

    def urgent(self, event: Said) -> bool:
        """Whether somebody asks for help in a crisis."""
        face = self._face()
        return face is not None and face.urgent(event)

    async def rescue(self, event: Said) -> None:
        """Answer that."""
        if (face := self._face()) is not None:
            await face.rescue(event)

    async def handle(self, event: Heard) -> bool:
        """Take an event; False where nobody does."""
        face = self._face()
        return face is not None and await face.handle(event)
