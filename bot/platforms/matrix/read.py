"""Matrix events in: raw JSON becomes plain values. Pure, and without nio.

Rules: `matrix-conventions.md` 1, 3, 4, 5 (notices, mentions, threads and replies, edits).
"""

from __future__ import annotations

import html.parser
import re
import urllib.parse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .visible import html_of, visible, without_quote


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that happened in a room. `at`: the sending server's time, milliseconds since 1970 (UTC)."""

    room_id: str = field(repr=False)
    event_id: str = field(repr=False)
    sender: str = field(repr=False)
    at: int = field(repr=False)


@dataclass(frozen=True, slots=True)
class Media:
    """A file somebody sent. `crypt` is the `file` object of an encrypted attachment (key, iv, hashes)."""

    url: str = field(repr=False)
    name: str = field(repr=False)
    mime: str
    size: int
    crypt: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written(Heard):
    """What somebody wrote or sent.

    `line` is the body without a quoted reply, pills replaced by the ids they stand for. `mentions` are ids
    meant by `m.mentions`; `content` is what came, as it came.
    """

    line: str = field(repr=False)
    mentions: frozenset[str] = field(default=frozenset(), repr=False)
    encrypted: bool = False
    media: Media | None = field(default=None, repr=False)
    content: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def visible(self) -> str:
        """What readers may see of it."""
        return visible(self.content)

    @property
    def everyone(self) -> bool:
        """Whether it means the whole room."""
        return _everyone(self.content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Written):
    """Words (`m.text`), never a notice.

    `body` is the same as `line` with pills as written. `thread` is the root of the thread it stands in,
    `reply_to` the event it answers on purpose.
    """

    body: str = field(repr=False)
    thread: str | None = field(default=None, repr=False)
    reply_to: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed(Written):
    """An edit: the words of `target` are now `line`. Never a second command."""

    target: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Withdrawn(Heard):
    """A redaction of `target`."""

    target: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reacted(Heard):
    """A reaction `key` (an emoji, mostly) to `target`."""

    target: str = field(repr=False)
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Invited(Heard):
    """Somebody wants the bot in a room. `direct`: as a conversation between two."""

    direct: bool = False


@dataclass(frozen=True, slots=True)
class Member(Heard):
    """Somebody else's membership changed: `join`, `invite`, `leave` or `ban` of `person`."""

    person: str = field(repr=False)
    membership: str = ""


@dataclass(frozen=True, slots=True)
class Removed(Heard):
    """The bot is out of the room: kicked, banned, or the invitation was taken back."""

    banned: bool = False


@dataclass(frozen=True, slots=True)
class Upgraded(Heard):
    """The room says that it goes on as `replacement`. Whether its sender may say so is checked elsewhere."""

    replacement: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Encrypted(Heard):
    """The room became encrypted, which nobody can undo."""


@dataclass(frozen=True, slots=True)
class Unreadable(Heard):
    """A message came that cannot be decrypted. Told once a room, until something there is readable again."""


@dataclass(frozen=True, slots=True)
class Missed(Heard):
    """More was said while the bot was away than it fetches; what is older than the limits is lost."""


def read(room_id: str, source: Mapping[str, Any], me: str, *, encrypted: bool = False) -> Heard | None:
    """One event of a timeline as a plain value; None for what concerns nobody here.

    `source` is the event as the server (or the decryption) gave it. The bot's own events, notices and
    anything malformed are None.
    """
    content = source.get("content")
    kind, sender, event_id = source.get("type"), source.get("sender"), source.get("event_id")
    at = source.get("origin_server_ts")
    if not isinstance(content, Mapping) or not isinstance(at, int) or isinstance(at, bool):
        return None
    if not (isinstance(kind, str) and isinstance(sender, str) and isinstance(event_id, str)):
        return None
    where = (room_id, event_id, sender, at)
    if kind == "m.room.member":
        return _member(where, source, content, me)
    if sender == me:
        return None
    if kind == "m.room.message":
        return _message(where, content, encrypted)
    if kind == "m.reaction":
        relation = _relation(content)
        target, key = relation.get("event_id"), relation.get("key")
        if relation.get("rel_type") == "m.annotation" and isinstance(target, str) and isinstance(key, str):
            return Reacted(*where, target=target, key=key)
        return None
    if kind == "m.room.redaction":
        # Room versions before 11 carry the target outside the content.
        target = content.get("redacts", source.get("redacts"))
        return Withdrawn(*where, target=target) if isinstance(target, str) else None
    if kind == "m.room.tombstone" and source.get("state_key") == "":
        target = content.get("replacement_room")
        return Upgraded(*where, replacement=target) if isinstance(target, str) else None
    if kind == "m.room.encryption" and source.get("state_key") == "":
        return Encrypted(*where)
    return None


def read_invite(room_id: str, events: Sequence[Mapping[str, Any]], me: str, at: int) -> Invited | None:
    """An invitation from its stripped state. `at` stands in where the server gives no time."""
    for source in events:
        content = source.get("content")
        if (
            source.get("type") == "m.room.member"
            and source.get("state_key") == me
            and isinstance(content, Mapping)
            and content.get("membership") == "invite"
            and isinstance(source.get("sender"), str)
        ):
            sender, when = source["sender"], source.get("origin_server_ts", at)
            event_id = source.get("event_id") or f"invite:{room_id}:{sender}"
            return Invited(room_id, event_id, sender, when, direct=content.get("is_direct") is True)
    return None


def own_join(source: Mapping[str, Any], me: str) -> bool:
    """Whether this is the moment the bot itself came in (a change of name is a join event too)."""
    if source.get("type") != "m.room.member" or source.get("state_key") != me:
        return False
    content = source.get("content")
    if not isinstance(content, Mapping) or content.get("membership") != "join":
        return False
    unsigned = source.get("unsigned")
    before = unsigned.get("prev_content") if isinstance(unsigned, Mapping) else None
    return not (isinstance(before, Mapping) and before.get("membership") == "join")


def addressed(said: Said, me: str, name: str) -> str | None:
    """The rest of a line that begins with the bot's id or its display name; None if it does not.

    A name alone counts only when the bot is mentioned too, or a colon or comma follows.
    """
    for called in filter(None, (me, name)):
        if said.line[: len(called)].casefold() != called.casefold():
            continue
        rest = said.line[len(called) :]
        if rest[:1] in (":", ","):
            return rest[1:].strip()
        if me in said.mentions and (not rest or rest[0].isspace()):
            return rest.strip()
    return None


def _member(
    where: tuple[str, str, str, int], source: Mapping[str, Any], content: Mapping[str, Any], me: str
) -> Heard | None:
    person, membership = source.get("state_key"), content.get("membership")
    if not isinstance(person, str) or membership not in ("join", "invite", "leave", "ban"):
        return None
    if person == me:
        gone = membership in ("leave", "ban") and where[2] != me
        return Removed(*where, banned=membership == "ban") if gone else None
    unsigned = source.get("unsigned")
    before = unsigned.get("prev_content") if isinstance(unsigned, Mapping) else None
    if isinstance(before, Mapping) and before.get("membership") == membership:
        return None
    return Member(*where, person=person, membership=str(membership))


_WORDS = frozenset({"m.text", "m.emote"})
_FILES = frozenset({"m.image", "m.file", "m.audio", "m.video"})


def _message(where: tuple[str, str, str, int], content: Mapping[str, Any], encrypted: bool) -> Heard | None:
    relation = _relation(content)
    if relation.get("rel_type") == "m.replace":
        new, target = content.get("m.new_content"), relation.get("event_id")
        if (
            not isinstance(new, Mapping)
            or not isinstance(target, str)
            or not _one_of(new.get("msgtype"), _WORDS | _FILES)
        ):
            return None
        body = new.get("body")
        if not isinstance(body, str):
            return None
        return Changed(
            *where,
            target=target,
            line=with_ids(body, html_of(new)),
            mentions=_mentions(new),
            encrypted=encrypted,
            media=_media(new, str(new.get("msgtype"))) if new.get("msgtype") in _FILES else None,
            content=new,
        )
    msgtype, body = content.get("msgtype"), content.get("body")
    if not isinstance(body, str) or not _one_of(msgtype, _WORDS | _FILES):
        return None
    thread = relation.get("event_id") if relation.get("rel_type") == "m.thread" else None
    answered = relation.get("m.in_reply_to")
    reply_to = answered.get("event_id") if isinstance(answered, Mapping) else None
    if thread is not None and relation.get("is_falling_back") is True:
        reply_to = None
    if isinstance(answered, Mapping):
        body = without_quote(body)
    media = _media(content, str(msgtype)) if msgtype in _FILES else None
    if msgtype in _FILES and media is None:
        return None
    return Said(
        *where,
        body=body,
        line=with_ids(body, html_of(content)),
        thread=thread if isinstance(thread, str) else None,
        reply_to=reply_to if isinstance(reply_to, str) else None,
        mentions=_mentions(content),
        encrypted=encrypted,
        media=media,
        content=content,
    )


def _one_of(msgtype: object, wanted: frozenset[str]) -> bool:
    return isinstance(msgtype, str) and msgtype in wanted


def _relation(content: Mapping[str, Any]) -> Mapping[str, Any]:
    relation = content.get("m.relates_to")
    return relation if isinstance(relation, Mapping) else {}


def _mentions(content: Mapping[str, Any]) -> frozenset[str]:
    mentions = content.get("m.mentions")
    ids = mentions.get("user_ids") if isinstance(mentions, Mapping) else None
    return frozenset(i for i in ids if isinstance(i, str)) if isinstance(ids, list) else frozenset()


def _everyone(content: Mapping[str, Any]) -> bool:
    mentions = content.get("m.mentions")
    return isinstance(mentions, Mapping) and mentions.get("room") is True


def _media(content: Mapping[str, Any], msgtype: str) -> Media | None:
    crypt, info = content.get("file"), content.get("info")
    url = crypt.get("url") if isinstance(crypt, Mapping) else content.get("url")
    if not isinstance(url, str) or not url.startswith("mxc://"):
        return None
    info = info if isinstance(info, Mapping) else {}
    name = content.get("filename", content.get("body"))
    mime, size = info.get("mimetype"), info.get("size")
    return Media(
        url=url,
        name=name if isinstance(name, str) else msgtype,
        mime=mime if isinstance(mime, str) else "application/octet-stream",
        size=size if isinstance(size, int) else 0,
        crypt=crypt if isinstance(crypt, Mapping) else None,
    )


def with_ids(body: str, formatted: str) -> str:
    """The body with each pill's name replaced by the id it links to, in order."""
    if "matrix" not in formatted:
        return body
    parser = _Pills()
    parser.feed(re.sub(r"(?s)<mx-reply>.*?</mx-reply>", "", formatted))
    parser.close()
    done, rest = "", body
    for name, user_id in parser.found:
        before, seen, after = rest.partition(name)
        if name and seen:
            done, rest = done + before + user_id, after
    return done + rest


class _Pills(html.parser.HTMLParser):
    """Collects (name, user id) of every link to a person."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._id: str | None = None
        self._name = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._id, self._name = person_of(dict(attrs).get("href") or ""), ""

    def handle_data(self, data: str) -> None:
        if self._id is not None:
            self._name += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._id is not None:
            self.found.append((self._name, self._id))
            self._id = None


def person_of(link: str) -> str | None:
    """The user id that a `matrix.to` or `matrix:` link stands for, None for any other link."""
    for start, sigil in (
        ("https://matrix.to/#/@", "@"),
        ("https://matrix.to/#/%40", "@"),
        ("matrix:u/", "@"),
    ):
        if link.startswith(start):
            user_id = sigil + urllib.parse.unquote(link[len(start) :].split("?")[0])
            return user_id if re.fullmatch(r"@[^\s:/]*:[^\s/]+", user_id) else None
    return None
