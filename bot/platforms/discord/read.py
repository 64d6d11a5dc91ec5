"""Events in: raw interactions and messages become what the core understands. No request is made here.

https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.sdk.errors import Refused
from bot.sdk.people import Level, Person, Place, PlaceKind
from bot.sdk.ports import Called, Event, Front, Pressed, Submitted, Typed, Wrote
from bot.sdk.words import Message, Upload

from . import limits, menus
from .forms import answers
from .names import Names
from .rest import Failed, Rest
from .write import EPHEMERAL

Json = Mapping[str, Any]

PLATFORM = "discord"

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
"""Kinds of interaction: …#interaction-object-interaction-type."""
_SUBCOMMAND, _GROUP, _USER, _ATTACHMENT = 1, 2, 6, 11
_DM = 1
_THREADS = frozenset({10, 11, 12})

ADMINISTRATOR = 1 << 3
MANAGE_GUILD = 1 << 5
MANAGE_MESSAGES = 1 << 13
MODERATE_MEMBERS = 1 << 40
"""topics/permissions#permissions-bitwise-permission-flags."""


def level_of(permissions: int) -> Level:
    """The level that Discord's permissions (in the channel where somebody speaks) amount to.

    Who may time members out, or manage the server, moderates it. Who may manage other people's messages
    *in this channel* facilitates there: that is the permission a room's host is given, and a channel can
    give it. Nobody becomes operator by a server's permissions: whoever runs Hearth does.
    """
    if permissions & (ADMINISTRATOR | MANAGE_GUILD | MODERATE_MEMBERS):
        return Level.MODERATOR
    if permissions & MANAGE_MESSAGES:
        return Level.FACILITATOR
    return Level.MEMBER


class Attachment(Upload):
    """A file in Discord's store, read when it is wanted."""

    def __init__(self, raw: Json, rest: Rest) -> None:
        self.name = str(raw.get("filename") or "")
        self.type = str(raw.get("content_type") or "application/octet-stream").split(";")[0]
        self.size = int(raw.get("size") or 0)
        self._url = str(raw["url"])
        self._rest = rest

    async def read(self) -> bytes:
        """The file's bytes. Raises `Refused` when it is gone, too large, or out of reach."""
        if self.size > limits.DOWNLOAD:
            raise Refused("answer-file")
        try:
            held = await self._rest.download(self._url, limits.DOWNLOAD)
        except Failed:
            raise Refused("answer-file") from None
        if held is None:
            raise Refused("answer-file")
        return held


class Reader:
    """Reads events, with what it takes to know people and places."""

    def __init__(self, front: Front, names: Names, rest: Rest) -> None:
        self.me = ""
        """Hearth's own account, once it is known."""
        self.menu: Mapping[str, str] = {}
        """The paths of the commands in the menus of messages, by name."""
        self._front = front
        self._names = names
        self._rest = rest

    def direct(self, data: Json) -> bool:
        """Whether nobody but its person and Hearth sees where this happens."""
        return data.get("guild_id") is None and (data.get("channel") or {}).get("type", _DM) == _DM

    def interaction(self, data: Json, restricted: Callable[[str], bool]) -> Event | None:
        """A command, pressed button or filled form; None for what Hearth does not offer. `restricted`
        tells whether a command's default permissions are registered with Discord."""
        person, place = self.who_where(data)
        inner = data["data"]
        own = place.direct or bool((data.get("message") or {}).get("flags", 0) & EPHEMERAL)
        what: Called | Pressed | Submitted
        match data["type"]:
            case 2 if inner.get("type") == menus.MESSAGE:
                path = self.menu.get(str(inner["name"]), str(inner["name"]))
                author = self._writer(menus.writer(inner), place)
                what = Called(
                    path,
                    let_through=not place.direct and restricted(path),
                    about=menus.target(inner, place, author),
                )
            case 2:
                path, options = path_and_options(inner)
                args = {
                    option["name"].replace("-", "_"): self._value(option, inner, person) for option in options
                }
                # In direct messages Discord checks no permissions, so none were passed there.
                what = Called(path, args, let_through=not place.direct and restricted(path))
            case 3 if "custom_id" in inner:
                what = Pressed(inner["custom_id"], own)
            case 5:
                # A modal stands on the screen of its own person and nobody else's.
                what = Submitted(inner["custom_id"], answers(inner, self._upload), own=True)
            case _:
                return None
        return Event(str(data["id"]), person, place, what)

    def message(self, data: Json, me: str) -> Event | None:
        """A direct message, or one that begins by mentioning Hearth; None for all others."""
        author = data["author"]
        if author.get("bot") or data.get("webhook_id") or data.get("type", 0) not in (0, 19):
            return None
        words = data.get("content") or ""
        command: str | None = None
        mention = next((one for one in (f"<@{me}>", f"<@!{me}>") if words.startswith(one)), None)
        if mention is not None:
            command = words.removeprefix(mention).strip()
        elif data.get("guild_id") is not None:
            return None
        elif words.lstrip().startswith(("!", "/")):
            command = words.lstrip().lstrip("!/")
        files = data.get("attachments") or ()
        if not words.strip() and not files:
            return None
        person, place = self.who_where(
            {**data, "user": author, "member": {**(data.get("member") or {}), "user": author}}
        )
        upload = self._upload(files[0]) if files else None
        return Event(
            str(data["id"]), person, place, Typed(words, command, upload, self._replied_to(data, place))
        )

    def _replied_to(self, data: Json, place: Place) -> Message | None:
        """The message that another replies to."""
        raw = data.get("referenced_message")
        if not raw:
            return None
        return Message(place, str(raw["id"]), self._writer(raw["author"], place), menus.words(raw))

    def _writer(self, author: Json, place: Place) -> Person | None:
        """Who wrote a message; None where that was Hearth."""
        mine = str(author["id"]) == self.me
        return None if mine else self._person(author, {}, place.space, None, None)

    def stopped(self, data: Json, by: str) -> Event:
        """A message that AutoMod stopped, by the filter `by`. Its text comes only with Message Content; the
        word that was met always does."""
        person, place = self.who_where({**data, "member": {"user": {"id": data["user_id"]}}})
        keyword = str(data.get("matched_keyword") or "")
        words = str(data.get("content") or "")
        wrote = Wrote(Message(place, "", person, words), stopped_by=by, keyword=keyword)
        return Event(f"automod-{secrets.token_hex(12)}", person, place, wrote)

    def who_where(self, data: Json) -> tuple[Person, Place]:
        """The person and the place of an interaction or message."""
        guild = data.get("guild_id")
        space = self._front.space_of(PLATFORM, str(guild)) if guild is not None else ""
        channel = data.get("channel") or {}
        id = str(data.get("channel_id") or channel.get("id") or "")
        name = str(channel.get("name") or "")
        if guild is None:
            place = Place(PLATFORM, id, space, PlaceKind.DIRECT if self.direct(data) else PlaceKind.ROOM)
            return self._person(data["user"], {}, space, None, data.get("locale")), place
        parent = None
        kind = PlaceKind.ROOM
        if channel.get("type") in _THREADS:
            kind, parent = PlaceKind.THREAD, str(channel.get("parent_id") or "") or None
            room = self._names.room(str(guild), parent) if parent is not None else None
            if room is not None:
                # A group's room stays its room in every thread of it.
                name = self._front.called(space, name, room[1])
        if not name and (known := self._names.room(str(guild), id)) is not None:
            name = known[1]
        place = Place(PLATFORM, id, space, kind, name, parent)
        member = data["member"]
        return self._person(member["user"], member, space, str(guild), data.get("locale")), place

    def _person(
        self, user: Json, member: Json, space: str, guild: str | None, language: str | None
    ) -> Person:
        name = member.get("nick") or user.get("global_name") or user.get("username") or ""
        return Person(
            PLATFORM,
            str(user["id"]),
            space,
            name=str(name),
            language=language,
            roles=self._names.roles(guild, member.get("roles") or ()) if guild is not None else frozenset(),
            level=level_of(int(member.get("permissions") or 0)),
        )

    def _value(self, option: Json, inner: Json, asker: Person) -> object:
        value, resolved = option.get("value"), inner.get("resolved") or {}
        if option["type"] == _USER:
            user = (resolved.get("users") or {}).get(value) or {"id": value}
            member = (resolved.get("members") or {}).get(value) or {}
            return self._person(user, member, asker.space, None, None)
        if option["type"] == _ATTACHMENT:
            found = (resolved.get("attachments") or {}).get(value)
            return self._upload(found) if found is not None else None
        return value

    def _upload(self, raw: Json) -> Upload:
        return Attachment(raw, self._rest)


def path_and_options(inner: Json) -> tuple[str, Sequence[Json]]:
    """What was called, as `group command`, and the options it was given."""
    path, options = [str(inner["name"])], inner.get("options") or ()
    while options and options[0]["type"] in (_SUBCOMMAND, _GROUP):
        path.append(str(options[0]["name"]))
        options = options[0].get("options") or ()
    return " ".join(path), options
