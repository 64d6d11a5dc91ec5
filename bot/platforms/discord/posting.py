"""What goes out by itself: posts to rooms and single people, and looking up whether one is there.

https://docs.discord.com/developers/resources/message#create-message. A post carries its mark twice: as
nonce, by which Discord knows a repetition for the next few minutes, and in the ids of its first two
components, by which it is found later among the bot's own messages (whose components Discord always gives
back to their author, without the Message Content intent).
"""

from __future__ import annotations

import asyncio
import collections
import datetime
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from bot.sdk.people import Person, Place
from bot.sdk.ports import Delivery, Later, NotSent, Sent, Unknown, Why
from bot.sdk.words import Shown

from . import limits, write
from .rest import Dropped, Failed, Limited, Refusal, Rest, Trouble, Unsent

_EPOCH_MS = 1420070400000  # reference#snowflakes
_DIRECTS = 20_000
_PAGES = 20
_CLOCKS_APART = datetime.timedelta(minutes=2)
"""Clocks of ours and Discord's may differ by so much when a post is looked for."""
_RETRY = (0.5, 1.5)
_NO_CONNECTION = 5.0
_TROUBLE = 15.0

_WHY: Mapping[int, Why] = {
    10003: Why.GONE,  # unknown channel
    10004: Why.GONE,  # unknown guild
    10008: Why.GONE,  # unknown message
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


def nonce_of(mark: str, at: int) -> str:
    """The nonce of part `at` of a post: the mark itself for the first."""
    if at == 0 and 1 <= len(mark) <= limits.NONCE:
        return mark
    return hashlib.blake2s(f"{mark} {at}".encode(), digest_size=12).hexdigest()


class Poster:
    """Posts and looks up. One for each connection."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._directs: collections.OrderedDict[str, str] = collections.OrderedDict()

    async def post(self, place: Place, shown: Shown, mark: str) -> Delivery:
        """Post to a room; the outcome as `Platform.post` tells it."""
        return await self._post(place.id, write.messages(shown, mark), shown, mark, people=False)

    async def direct(self, person: Person, shown: Shown, mark: str) -> Delivery:
        """Send to one person; the outcome as `Platform.direct` tells it. A closed door is not knocked at
        again: Discord counts refused requests."""
        channel = await self.direct_channel(person.account)
        if not isinstance(channel, str):
            return channel
        return await self._post(channel, write.messages(shown, mark), shown, mark, people=True)

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

    async def _post(
        self, channel: str, parts: Sequence[write.Message], shown: Shown, mark: str, *, people: bool
    ) -> Delivery:
        flags = 0 if shown.rouse or people else write.SILENT
        first: Delivery | None = None
        for at, part in enumerate(parts):
            delivery = await self._part(channel, part.body(
                flags, nonce=nonce_of(mark, at), enforce_nonce=True
            ), part, people=people)  # fmt: skip
            if not isinstance(delivery, Sent):
                # A later try sends all parts again; Discord takes those it has for what they are.
                return delivery
            first = first or delivery
        return first or NotSent(Why.INVALID)

    async def _part(
        self, channel: str, body: Mapping[str, Any], part: write.Message, *, people: bool
    ) -> Delivery:
        path = f"/channels/{channel}/messages"
        for pause in (*_RETRY, None):
            try:
                made = await self._rest.call("POST", path, body, part.files, people=people, bucket=path)
                return Sent(str(made["id"]))
            except Refusal as refusal:
                return refused(refusal)
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
        return await self._part(channel, body, message, people=True)

    async def edit(self, place: Place, ref: str, shown: Shown) -> Delivery:
        """Put a view where a post of ours stands; what no longer fits into one message is left out."""
        part = write.messages(shown, ref)[0]
        path = f"/channels/{place.id}/messages/{ref}"
        return await self._change("PATCH", path, part.body(), part)

    async def remove(self, place: Place, ref: str) -> Delivery:
        """Delete a message; one that is gone is as good as deleted."""
        delivery = await self._change("DELETE", f"/channels/{place.id}/messages/{ref}")
        return Sent(ref) if delivery == NotSent(Why.GONE) else delivery

    async def _change(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, part: write.Message | None = None
    ) -> Delivery:
        bucket = f"{method} {path.rpartition('/')[0]}"
        for pause in (*_RETRY, None):
            try:
                files = part.files if part is not None else ()
                await self._rest.call(method, path, body, files, people=False, bucket=bucket)
                return Sent(path.rpartition("/")[2])
            except Refusal as refusal:
                return refused(refusal)
            except Limited as limited:
                return Later(limited.seconds)
            except Failed:
                if pause is None:
                    return Later(_TROUBLE)
                await asyncio.sleep(pause)  # done twice is as good as done once
        return Later(_TROUBLE)

    async def time_out(self, guild: str, account: str, until: datetime.datetime | None) -> Delivery:
        """Let a member of a server not write until a moment (at most 28 days ahead), or again."""
        path = f"/guilds/{guild}/members/{account}"
        moment = until.isoformat() if until is not None else None
        return await self._change("PATCH", path, {"communication_disabled_until": moment})

    async def readers(self, place: Place) -> int | None:
        """How many people a server has, as Discord estimates it; None where not all of them read."""
        try:
            about = await self._rest.call("GET", f"/channels/{place.id}", people=False)
        except Failed:
            return None
        # Who is let into a single channel cannot be known without the members' list.
        if not about.get("guild_id") or about.get("permission_overwrites"):
            return None
        try:
            path = f"/guilds/{about['guild_id']}"
            guild = await self._rest.call("GET", path, query={"with_counts": "true"}, people=False)
        except Failed:
            return None
        counted = guild.get("approximate_member_count")
        return None if counted is None else max(0, int(counted) - 1)

    # --- looking up -----------------------------------------------------------------------------------

    async def find(self, to: Place | Person, mark: str, since: datetime.datetime) -> Delivery | None:
        """Whether a post is there; as `Platform.find` tells it."""
        channel: str | Delivery = to.id if isinstance(to, Place) else await self.direct_channel(to.account)
        if not isinstance(channel, str):
            return channel
        try:
            return await self._find(channel, mark, since - _CLOCKS_APART)
        except Refusal as refusal:
            delivery = refused(refusal)
            return delivery if delivery == NotSent(Why.GONE) else Unknown()
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
