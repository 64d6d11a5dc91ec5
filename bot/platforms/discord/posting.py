"""What goes out by itself: posts to rooms and single people, and looking up whether one is there.

https://docs.discord.com/developers/resources/message#create-message. A post carries its mark twice: as
nonce, by which Discord knows a repetition for the next few minutes, and in the ids of its first two
components, by which it is found later among the bot's own messages (whose components Discord always gives
back to their author, without the Message Content intent). A post of several messages is known by its first;
the ids in each say whether another follows, so that all of them are edited or taken away.
"""

from __future__ import annotations

import asyncio
import collections
import dataclasses
import datetime
import hashlib
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any

from bot.sdk.people import Person, Place, PlaceKind
from bot.sdk.ports import Delivery, Later, NotSent, Sent, Unknown, Why
from bot.sdk.words import Shown

from . import limits, write
from .channels import RETRY, UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, Channels
from .rest import Dropped, Failed, Limited, Refusal, Rest, Trouble, Unsent

_EPOCH_MS = 1420070400000  # reference#snowflakes
_DIRECTS = 20_000
_PAGES = 20
_CLOCKS_APART = datetime.timedelta(minutes=2)
"""Clocks of ours and Discord's may differ by so much when a post is looked for."""
_NO_CONNECTION = 5.0
_TROUBLE = 15.0

_WHY: Mapping[int, Why] = {
    UNKNOWN_CHANNEL: Why.GONE,
    10004: Why.GONE,  # unknown guild
    UNKNOWN_MESSAGE: Why.GONE,
    10013: Why.CLOSED,  # unknown user: the account was deleted
    50001: Why.FORBIDDEN,  # missing access
    50007: Why.CLOSED,  # takes no direct messages
    50013: Why.FORBIDDEN,  # missing permissions
    50083: Why.FORBIDDEN,  # archived thread
    50278: Why.CLOSED,  # no server in common
    160005: Why.FORBIDDEN,  # locked thread
}
"""Discord's codes: topics/opcodes-and-status-codes#json-json-error-codes."""


def refused(refusal: Refusal) -> Delivery:
    """What a refusal means for a post."""
    if refusal.status == 401:
        return Later(60.0)  # the token is being replaced; the gateway says so louder
    why = _WHY.get(refusal.code)
    if why is None:
        why = {403: Why.FORBIDDEN, 404: Why.GONE}.get(refusal.status, Why.INVALID)
    return NotSent(why)


async def _told(work: Awaitable[Delivery]) -> Delivery:
    """What came of it, and what did not come of it."""
    try:
        return await work
    except Refusal as refusal:
        return refused(refusal)
    except Limited as limited:
        return Later(limited.seconds)
    except Failed:
        return Later(_TROUBLE)


def nonce_of(mark: str, at: int) -> str:
    """The nonce of part `at` of a post: the mark itself for the first."""
    if at == 0 and 1 <= len(mark) <= limits.NONCE:
        return mark
    return hashlib.blake2s(f"{mark} {at}".encode(), digest_size=12).hexdigest()


class Poster:
    """Posts, changes and looks up. One for each connection."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._channels = Channels(rest)
        self._directs: collections.OrderedDict[str, str] = collections.OrderedDict()

    async def post(self, place: Place, shown: Shown, mark: str) -> Delivery:
        """Post to a room or in a thread, which is opened when it is not there; the outcome as
        `Platform.post` tells it."""
        return await _told(self._post_at(place, shown, mark))

    async def direct(self, person: Person, shown: Shown, mark: str) -> Delivery:
        """Send to one person; the outcome as `Platform.direct` tells it. A closed door is not knocked at
        again: Discord counts refused requests."""
        channel = await self.direct_channel(person.account)
        if not isinstance(channel, str):
            return channel
        return await _told(self._post(channel, shown, mark, people=True))

    async def direct_channel(self, account: str) -> str | Delivery:
        """The id of the direct conversation with an account, opened once; else why there is none."""
        known = self._directs.get(account)
        if known is not None:
            self._directs.move_to_end(account)
            return known
        try:
            made = await self._rest.call(
                "POST", "/users/@me/channels", {"recipient_id": account}, bucket="POST /users/@me/channels"
            )
        except Refusal as refusal:
            return refused(refusal)
        except Limited as limited:
            return Later(limited.seconds)
        except Failed:
            return Later(_NO_CONNECTION)  # an opened conversation is no message: trying again is safe
        self._directs[account] = str(made["id"])
        while len(self._directs) > _DIRECTS:
            self._directs.popitem(last=False)
        return str(made["id"])

    def forget(self, account: str) -> None:
        """Forget whose direct conversation is which."""
        self._directs.pop(account, None)

    async def _post_at(self, place: Place, shown: Shown, mark: str) -> Delivery:
        try:
            return await self._post(place.id, shown, mark, people=False)
        except Refusal as refusal:
            # The first message shows whether the channel is there, so nothing was posted.
            if refusal.code != UNKNOWN_CHANNEL or place.kind is not PlaceKind.THREAD or not place.parent:
                raise
        channel = await self._channels.open(place)
        if not isinstance(channel, str):
            return channel
        if channel == place.parent:
            # No thread holds it together there, so each says what it is below.
            shown = dataclasses.replace(shown, title=f"{place.name}\n{shown.title}".strip())
        return await self._post(channel, shown, mark, people=False)

    async def _post(self, channel: str, shown: Shown, mark: str, *, people: bool) -> Delivery:
        flags = 0 if shown.rouse else write.SILENT
        first: Delivery | None = None
        for at, part in enumerate(write.messages(shown, mark)):
            body = part.body(flags, nonce=nonce_of(mark, at), enforce_nonce=True)
            delivery = await self._part(channel, body, part, people=people)
            if not isinstance(delivery, Sent):
                # A later try sends all parts again; Discord takes those it has for what they are.
                return delivery
            first = first or delivery
        return first or NotSent(Why.INVALID)

    async def _part(
        self, channel: str, body: Mapping[str, Any], part: write.Message, *, people: bool
    ) -> Delivery:
        """Post one message. Raises `Refusal`."""
        path = f"/channels/{channel}/messages"
        for pause in (*RETRY, None):
            try:
                made = await self._rest.call("POST", path, body, part.files, people=people, bucket=path)
                return Sent(str(made["id"]))
            except Limited as limited:
                return Later(limited.seconds)
            except Unsent:
                return Later(_NO_CONNECTION)
            except Dropped:
                return Unknown()
            except Trouble:
                if pause is None:
                    return Unknown()
                # The same nonce makes this safe even where the failed request was carried out.
                await asyncio.sleep(pause)
        return Unknown()

    async def say(self, channel: str, message: write.Message, nonce: str, **more: Any) -> Delivery:
        """Answer somebody's message: people first, and the same nonce is the same answer."""
        body = message.body(0, nonce=nonce, enforce_nonce=True, **more)
        return await _told(self._part(channel, body, message, people=True))

    # --- changing what was posted ---------------------------------------------------------------------

    async def edit(self, place: Place, ref: str, shown: Shown) -> Delivery:
        """Put a view where a post of ours stands. It keeps its mark and takes no more messages than it has;
        a text that is too long for them is shortened."""
        return await _told(self._channels.within(place, lambda channel: self._edit(channel, ref, shown)))

    async def _edit(self, channel: str, ref: str, shown: Shown) -> Delivery:
        ids, following = await self._standing(channel, ref)
        try:
            parts = write.messages_within(shown, ids, 1 + len(following))
        except ValueError:
            return NotSent(Why.INVALID)
        for number, part in zip((ref, *following), parts, strict=False):
            # Files that are not named are taken away, so those before go with what they belonged to.
            body = {"attachments": [], **part.body()}
            await self._channels.change("PATCH", channel, number, body, files=part.files)
        for number in following[len(parts) - 1 :]:
            await self._delete(channel, number)
        return Sent(ref)

    async def remove(self, place: Place, ref: str) -> Delivery:
        """Delete a message, with all that belongs to it; one that is gone is as good as deleted."""
        delivery = await _told(self._channels.within(place, lambda channel: self._remove(channel, ref)))
        return Sent(ref) if delivery == NotSent(Why.GONE) else delivery

    async def _remove(self, channel: str, ref: str) -> Delivery:
        _, following = await self._standing(channel, ref)
        # The first goes last: while it stands, a second try finds the others.
        for number in (*reversed(following), ref):
            await self._delete(channel, number)
        return Sent(ref)

    async def _delete(self, channel: str, ref: str) -> None:
        try:
            await self._channels.change("DELETE", channel, ref)
        except Refusal as refusal:
            if refusal.code != UNKNOWN_MESSAGE:
                raise

    async def _standing(self, channel: str, ref: str) -> tuple[write.Ids | None, Sequence[str]]:
        """The mark of a message, if it is a post of ours, and the post's further messages. Nothing is known
        of them without Read Message History. Raises a kind of `Failed`."""
        path = f"/channels/{channel}/messages"
        try:
            message = await self._channels.again("GET", f"{path}/{ref}", bucket=f"GET {path}")
        except Refusal as refusal:
            if refusal.status != 403:
                raise
            return None, ()
        ids, following = write.ids_of(message), list[str]()
        while ids is not None and write.goes_on(message):
            wanted = write.part_ids(ids, len(following) + 1)
            page = await self._page(path, {"after": str(message["id"]), "limit": str(limits.HISTORY)})
            found = next((one for one in page if write.ids_of(one) == wanted), None)
            if found is None:
                break
            message = found
            following.append(str(message["id"]))
        return ids, following

    async def time_out(self, guild: str, account: str, until: datetime.datetime | None) -> Delivery:
        """Let a member of a server not write until a moment (at most 28 days ahead), or again."""
        return await _told(self._time_out(guild, account, until))

    async def _time_out(self, guild: str, account: str, until: datetime.datetime | None) -> Delivery:
        moment = until.isoformat() if until is not None else None
        path = f"/guilds/{guild}/members/{account}"
        await self._channels.again("PATCH", path, {"communication_disabled_until": moment})
        return Sent(account)

    async def readers(self, place: Place) -> int | None:
        """How many people read there; None where that cannot be known."""
        return await self._channels.readers(place)

    # --- looking up -----------------------------------------------------------------------------------

    async def find(self, to: Place | Person, mark: str, since: datetime.datetime) -> Delivery | None:
        """Whether a post is there; as `Platform.find` tells it."""
        since -= _CLOCKS_APART
        try:
            if isinstance(to, Place):
                return await self._channels.within(to, lambda channel: self._find(channel, mark, since))
            channel = await self.direct_channel(to.account)
            return await self._find(channel, mark, since) if isinstance(channel, str) else channel
        except Refusal as refusal:
            delivery = refused(refusal)
            if delivery != NotSent(Why.GONE):
                return Unknown()
            # In a thread that was never opened nothing can have been posted.
            below = isinstance(to, Place) and to.kind is PlaceKind.THREAD and to.parent is not None
            return None if below else delivery
        except Limited as limited:
            return Later(limited.seconds)
        except Failed:
            return Later(_TROUBLE)

    async def _find(self, channel: str, mark: str, since: datetime.datetime) -> Delivery | None:
        path = f"/channels/{channel}/messages"
        after = max(0, int(since.timestamp() * 1000) - _EPOCH_MS) << 22
        start = after
        for _ in range(_PAGES):
            page = await self._page(path, {"after": str(after), "limit": str(limits.HISTORY)})
            for message in page:
                if write.carries(message, mark):
                    return Sent(str(message["id"]))
            if len(page) < limits.HISTORY:
                return None if page or after > start or await self._empty_since(channel, start) else Unknown()
            after = max(int(message["id"]) for message in page)
        return Unknown()

    async def _empty_since(self, channel: str, after: int) -> bool:
        """Whether nothing being there means just that. Without Read Message History Discord shows an empty
        history; then only the channel's newest id tells."""
        about = await self._rest.call("GET", f"/channels/{channel}", people=False)
        newest = about.get("last_message_id")
        if newest is None or int(newest) <= after:
            return True
        return bool(await self._page(f"/channels/{channel}/messages", {"limit": "1"}))

    async def _page(self, path: str, query: dict[str, str]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self._rest.call(
            "GET", path, query=query, people=False, bucket=f"GET {path}"
        )
        return found
