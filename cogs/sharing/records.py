"""What every part of sharing works with: secrets, codes and names, mutes, today's counts."""

from __future__ import annotations

import base64
import datetime
import hmac
import secrets
from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.sdk import Person, Place, Refused, Store, Supplies, account_parts, account_text

from .names import REACH, TRIES, Names, folded, read_names
from .standing import IN_SIGHT, Stand, State
from .tables import Address, Count, Mute, MuteHandle, Pending, Reply, Secret, Share, Shown, Tap, Voice

COUNTED = ("share", "reply")
"""What is counted by the day."""
_CODES = "codes"
_DAY = "day:"
_ONE_DAY = datetime.timedelta(days=1)
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's 32: none is taken for another when it is written down by hand."""
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_CODE_LENGTH, _CODE_GROUP = 12, 4
_PANEL_KEY = 10


class Records:
    """The common ground. Sessions are handed in, so that each act is one transaction."""

    def __init__(self, supplies: Supplies) -> None:
        self._supplies = supplies
        self._names = read_names(supplies.data / "names")
        self._secrets: dict[str, bytes] = {}

    @property
    def store(self) -> Store:
        """The cog's part of the database."""
        return self._supplies.store

    @property
    def supplies(self) -> Supplies:
        """What the service was built from."""
        return self._supplies

    def names(self, language: str) -> Names:
        """The words for names in a language; English ones where there are none."""
        return self._names.get(language.split("-")[0], self._names["en"])

    # --- secrets and look-ups -------------------------------------------------------------------------

    async def under(self, space: str, *parts: str) -> bytes:
        """A keyed hash under the community's own secret, to look something up by."""
        if space not in self._secrets:
            async with self.store.read() as session:
                row = await _secret(session, space, _CODES)
            if row is None:
                async with self.store.write() as session:
                    row = await _secret(session, space, _CODES)
                    if row is None:
                        row = Secret(space=space, name=_CODES, unsaved=False, value=secrets.token_hex(32))
                        session.add(row)
            self._secrets[space] = bytes.fromhex(row.value)
        return _hmac(self._secrets[space], *parts)

    async def ready(self, space: str) -> None:
        """Have the community's secret at hand. Before a write that looks something up: it cannot make one."""
        await self.under(space)

    async def code_hash(self, space: str, code: str) -> bytes:
        """By which a receipt's code is found."""
        return await self.under(space, "code", code)

    async def handle_hash(self, space: str, handle: str) -> bytes:
        """By which a share's or reply's short name is found."""
        return await self.under(space, "handle", folded(handle))

    async def message_hash(self, place: Place, ref: str) -> bytes:
        """By which the platform's own id of a post is found."""
        return await self.under(place.space, "message", place.platform, ref)

    # --- finding --------------------------------------------------------------------------------------

    async def share(self, session: AsyncSession, id: str) -> Share:
        """A share by its id. Raises `Refused("no-such-share")`."""
        row = await session.get(Share, id)
        if row is None or Stand.read(row.stand).state is State.GONE:
            raise Refused("no-such-share")
        return row

    async def share_in_sight(self, session: AsyncSession, id: str) -> tuple[Share, Stand]:
        """One that stands in its room, covered or not. Raises what `not_there` says."""
        row = await self.share(session, id)
        stand = Stand.read(row.stand)
        if stand.state not in IN_SIGHT:
            raise not_there(stand, "no-such-share")
        return row, stand

    async def takes_replies(self, session: AsyncSession, id: str) -> tuple[Share, Stand]:
        """One that can be answered. Raises `Refused("replies-closed")` too."""
        row, stand = await self.share_in_sight(session, id)
        if not stand.open or stand.state is not State.POSTED:
            raise Refused("replies-closed")
        return row, stand

    async def find(self, session: AsyncSession, space: str, handle: str) -> Share | Reply:
        """A share or reply by its short name. Raises `Refused("no-such-handle")`."""
        wanted = await self.handle_hash(space, handle)
        row: Share | Reply | None = await session.scalar(select(Share).where(Share.handle == wanted))
        if row is None:
            row = await session.scalar(select(Reply).where(Reply.handle == wanted))
        if row is None:
            raise Refused("no-such-handle")
        return row

    async def about(self, session: AsyncSession, place: Place, ref: str) -> Share | Reply:
        """The share or reply that a message in a room is. Raises `Refused("not-a-share")`."""
        wanted = await self.message_hash(place, ref)
        row: Share | Reply | None = await session.scalar(select(Share).where(Share.message == wanted))
        if row is None:
            row = await session.scalar(select(Reply).where(Reply.message == wanted))
        if row is None:
            raise Refused("not-a-share")
        return row

    async def free_handle(self, session: AsyncSession, space: str, language: str) -> tuple[str, bytes]:
        """A short name that no share of the community bears, and its hash. There is always one more."""
        names, reach = self.names(language), REACH
        while True:
            for _ in range(TRIES):
                handle = names.share(reach)
                hashed = await self.handle_hash(space, handle)
                if await session.scalar(select(Share.id).where(Share.handle == hashed)) is None:
                    return handle, hashed
            reach *= 10

    # --- what may not be written ----------------------------------------------------------------------

    async def refuse_muted(
        self, session: AsyncSession, person: Person, share: str, at: datetime.datetime
    ) -> None:
        """Raise `Refused("muted")` where this person's voice may not be heard here now.

        Every mute in force is opened: nothing in the file tells which of them are one person's.
        """
        end = await self.muted_until(session, person, share, at)
        if end is not None:
            raise Refused("muted", days=-((at - end) // _ONE_DAY))

    async def muted_until(
        self, session: AsyncSession, person: Person, share: str, at: datetime.datetime
    ) -> datetime.datetime | None:
        """The end (UTC) of the last mute in force for a person in a thread (`share`), or in the community."""
        asked = select(Mute).where(Mute.space == person.space, Mute.until >= at.date())
        ends = [
            datetime.datetime.fromisoformat(row.terms["end"])
            for row in await session.scalars(asked)
            if is_of(row.account, person) and row.terms["share"] in ("", share)
        ]
        return max((end for end in ends if end > at), default=None)

    async def count(
        self, session: AsyncSession, person: Person, kind: str, most: int, day: datetime.date
    ) -> None:
        """Count one more of a kind today. Raises `Refused("enough-today")`, and counts nothing then."""
        name = f"{_DAY}{day.isoformat()}"
        secret = await _secret(session, person.space, name)
        if secret is None:
            await self.end_days(session, person.space)
            secret = Secret(space=person.space, name=name, unsaved=True, value=secrets.token_hex(32))
            session.add(secret)
            await session.flush()
        mark = _hmac(bytes.fromhex(secret.value), kind, *_who(person))
        row = await session.scalar(select(Count).where(Count.day == secret.id, Count.mark == mark))
        if row is None:
            row = Count(day=secret.id, mark=mark, unsaved=True, number=0)
            session.add(row)
        if row.number >= most:
            raise Refused("enough-today", most=most)
        row.number = row.number + 1

    async def forget_counts(self, session: AsyncSession, person: Person) -> None:
        """Forget how much somebody wrote today, in every community; nobody else's count changes."""
        for secret in (await session.scalars(select(Secret))).all():
            if secret.name.startswith(_DAY):
                key = bytes.fromhex(secret.value)
                marks = [_hmac(key, kind, *_who(person)) for kind in COUNTED]
                await session.execute(delete(Count).where(Count.day == secret.id, Count.mark.in_(marks)))

    async def end_days(self, session: AsyncSession, space: str, keep: Collection[str] = ()) -> None:
        """Destroy the secrets of days but those in `keep` (ISO dates), and what was counted under them."""
        for secret in await session.scalars(select(Secret).where(Secret.space == space)):
            if secret.name.startswith(_DAY) and secret.name.removeprefix(_DAY) not in keep:
                await session.execute(delete(Count).where(Count.day == secret.id))
                await session.delete(secret)

    # --- taking away ----------------------------------------------------------------------------------

    async def cut(self, session: AsyncSession, row: Share | Reply, share: Share, stand: Stand) -> None:
        """Destroy what leads from a share, or a reply to it, to whoever wrote that, the mute handle left out;
        older panels are stale."""
        address = await session.scalar(select(Address).where(Address.of == row.id))
        if address is not None:
            marks = voice_mark(share.secret, person_of(address.account))
            await session.execute(delete(Voice).where(Voice.share == share.id, Voice.mark == marks))
            await session.delete(address)
        await self._forget_pending(session, {row.id})
        stand.generation += 1

    async def end(self, session: AsyncSession, share: Share, *, keep_to_remove: bool = False) -> None:
        """Everything of a share goes: words, picture, replies, voices, taps, address, the thread's secret.

        What stays where it must: by which a mute can still be made until its day, and (`keep_to_remove`) what
        takes the posts away.
        """
        replies = (await session.scalars(select(Reply).where(Reply.share == share.id))).all()
        for reply in replies:
            await session.execute(delete(Address).where(Address.of == reply.id))
            await self._end_row(session, reply, keep_to_remove)
        await session.execute(delete(Voice).where(Voice.share == share.id))
        await session.execute(delete(Tap).where(Tap.share == share.id))
        await session.execute(delete(Address).where(Address.of == share.id))
        await session.execute(delete(Shown).where(Shown.id == share.id))
        await self._forget_pending(session, {share.id, *(reply.id for reply in replies)}, below=share.id)
        await self._end_row(session, share, keep_to_remove)

    async def end_reply(self, session: AsyncSession, reply: Reply, *, keep_to_remove: bool = False) -> None:
        """Everything of a reply goes; what stays is as above."""
        await session.execute(delete(Address).where(Address.of == reply.id))
        await self._forget_pending(session, {reply.id})
        await self._end_row(session, reply, keep_to_remove)

    async def _forget_pending(self, session: AsyncSession, sent: Collection[str], below: str = "") -> None:
        """What still shows the codes of these, and what is just being written below a share."""
        for pending in (await session.scalars(select(Pending))).all():
            if pending.words.get("sent") in sent or (below and pending.words.get("share") == below):
                await session.delete(pending)

    async def _end_row(self, session: AsyncSession, row: Share | Reply, keep_to_remove: bool) -> None:
        handle = await session.scalar(select(MuteHandle).where(MuteHandle.of == row.id))
        if handle is None and not keep_to_remove:
            await session.delete(row)
            return
        stand = Stand.read(row.stand)
        stand.state = State.GONE
        row.stand = stand.kept()
        row.words, row.unsaved = {}, False
        if handle is not None:
            row.until = handle.until
        if isinstance(row, Share):
            row.secret = ""
            row.code = secrets.token_bytes(32)
        else:
            row.code = None


async def _secret(session: AsyncSession, space: str, name: str) -> Secret | None:
    found: Secret | None = await session.scalar(
        select(Secret).where(Secret.space == space, Secret.name == name)
    )
    return found


def _hmac(key: bytes, *parts: str) -> bytes:
    return hmac.digest(key, "\0".join(parts).encode(), "sha256")


def _who(person: Person) -> tuple[str, str]:
    return person.platform, person.account


def new_code() -> str:
    """A receipt's code: twelve of 32 letters (60 bits), in groups, as `ABCD-EFGH-JKMN`."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))
    return "-".join(letters[at : at + _CODE_GROUP] for at in range(0, _CODE_LENGTH, _CODE_GROUP))


def code_read(typed: str) -> str | None:
    """A code as it was shown, from what somebody typed; None where it cannot be one."""
    plain = "".join(char for char in typed.upper().translate(_MISREAD) if char.isalnum())
    if len(plain) != _CODE_LENGTH or not set(plain) <= set(_LETTERS):
        return None
    return "-".join(plain[at : at + _CODE_GROUP] for at in range(0, _CODE_LENGTH, _CODE_GROUP))


def new_secret() -> str:
    """A thread's own secret."""
    return secrets.token_hex(32)


def voice_mark(secret: str, person: Person) -> bytes:
    """A person's voice in a thread; without the thread's secret it is nobody's."""
    return _hmac(bytes.fromhex(secret), "voice", *_who(person))


def tap_mark(secret: str, person: Person, kind: str) -> bytes:
    """A person's tap of a kind in a thread, likewise."""
    return _hmac(bytes.fromhex(secret), "tap", kind, *_who(person))


def panel_key(share: Share, reply: Reply | None = None) -> str:
    """What the buttons of a panel (of a share, or of a reply to it) carry: given out for the code only, stale
    after a cut."""
    generation = str(Stand.read((reply or share).stand).generation)
    parts = (generation,) if reply is None else (generation, reply.id)
    made = _hmac(bytes.fromhex(share.secret), "panel", *parts)
    return base64.b32encode(made).decode().lower()[:_PANEL_KEY]


def fits(key: str, share: Share, reply: Reply | None = None) -> bool:
    """Whether a panel's key is the one of this share, or of this reply to it, now."""
    return bool(share.secret) and hmac.compare_digest(panel_key(share, reply).encode(), key.encode())


async def either(session: AsyncSession, id: str) -> Share | Reply | None:
    """The share or reply of this id."""
    return await session.get(Share, id) or await session.get(Reply, id)


async def thread_of(session: AsyncSession, row: Share | Reply) -> Share | None:
    """The share itself, or the one that a reply answers; None where that is gone."""
    return row if isinstance(row, Share) else await session.get(Share, row.share)


def not_there(stand: Stand | None, why: str) -> Refused:
    """What to say of a button on something that is not as the button takes it to be. Its post can be seen a
    little before it is recorded, and for minutes where the platform's answer was lost."""
    return Refused("just-arrived" if stand is not None and stand.state is State.POSTING else why)


def is_of(account: str, person: Person) -> bool:
    """Whether a sealed account is this person's."""
    platform, held, _ = account_parts(account)
    return (platform, held) == (person.platform, person.account)


def person_of(account: str, language: str | None = None) -> Person:
    """The person a sealed account names."""
    platform, held, space = account_parts(account)
    return Person(platform, held, space, language=language)


def address_of(share: str, person: Person, *, replies: bool) -> Address:
    """Where somebody can be told what becomes of a share (and, with `replies`, who answers it)."""
    return Address(
        of=share, unsaved=True, account=account_text(person),
        wish={"language": person.language, "replies": replies, "notices": [], "due": "", "slot": ""},
    )  # fmt: skip


def handle_of(of: str, person: Person, until: datetime.date) -> MuteHandle:
    """From which a mute of this voice can be made until that day."""
    return MuteHandle(of=of, until=until, account=account_text(person))
