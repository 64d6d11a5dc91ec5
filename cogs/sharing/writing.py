"""Writing something anonymous: the promise, a private look at it, and the moment it is really sent."""

from __future__ import annotations

import collections
import dataclasses
import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.sdk import Cause, Person, Place, Refused, account_text

from . import moments
from .plans import Plan, What
from .records import (
    Records,
    address_of,
    either,
    fits,
    handle_of,
    is_of,
    new_code,
    new_secret,
    panel_key,
    thread_of,
    voice_mark,
)
from .said import Said, Wants, Where
from .screening import Rules, Screened, Screening
from .settings import SharingSettings
from .standing import Goal, Stand, State
from .tables import Member, Pending, Reply, Share, Shown, Voice

LOOKED_AT = datetime.timedelta(minutes=30)
"""How long a preview can be sent, and the receipt's code be shown once more."""
_WAITS = datetime.timedelta(days=30)
"""How long something is kept that has not come out: under review, declined, held."""
_OPEN = 500


@dataclasses.dataclass(frozen=True, slots=True)
class Preview:
    """What was written, before it is sent. `agreed`: its writer knows the promise already."""

    id: str
    said: Said
    screened: Screened
    agreed: bool
    room: str
    group: str
    reply: bool = False
    author: bool = False
    first: bool = False
    """Whether its writer has no voice in the thread yet."""
    picture: dict[str, str] | None = dataclasses.field(default=None, repr=False)
    rules: tuple[str, ...] = ()
    advice: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Receipt:
    """What the author of a share gets, or of a `reply`: that has the `name` of the voice, and the handle of
    the share. The code is shown, never kept."""

    id: str
    handle: str = dataclasses.field(repr=False)
    code: str = dataclasses.field(default="", repr=False)
    key: str = dataclasses.field(default="", repr=False)
    pending: str = ""
    name: str = dataclasses.field(default="", repr=False)
    author: bool = False
    plans: tuple[Plan, ...] = ()
    review: bool = False
    reply: bool = False


class Writing:
    """From words to something that waits for its moment."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._screening = Screening(records.supplies.data)
        self._looked_at: collections.OrderedDict[str, Said] = collections.OrderedDict()

    # --- looking at it --------------------------------------------------------------------------------

    def being_changed(self, pending: str) -> Said | None:
        """What a preview says, from memory: to fill in the form when it is changed."""
        return self._looked_at.get(pending)

    async def screen(
        self, person: Person, place: Place | None, said: Said, language: str
    ) -> tuple[Screened, list[str]]:
        """Look at words before they go anywhere; what the rules of their place say, privately (None: they are
        for moderators alone). Raises `Refused` naming the field where they may not go out like this."""
        found = self._screening.look(said.text, person)
        if not found.text:
            raise Refused("nothing-written", field="text")
        about = self._screening.look(said.warning, person)
        if found.contacts or about.contacts:
            raise Refused("has-contacts", field="text" if found.contacts else "warning")
        told: list[str] = []
        rules = self._records.supplies.other("rules")
        if place is not None and isinstance(rules, Rules):
            for one in await rules.privately(
                person, place, f"{found.text}\n{said.warning}".strip(), language
            ):
                if one.stops:
                    raise Refused("rules-stop", field="text", says=one.says)
                told.append(one.says)
        return dataclasses.replace(found, own_name=found.own_name or about.own_name), told

    async def share(
        self,
        person: Person,
        said: Said,
        where: Where,
        place: Place,
        language: str,
        *,
        at: datetime.datetime,
        picture: dict[str, str] | None = None,
        instead_of: str = "",
        cause: Cause | None = None,
    ) -> Preview:
        """Take down what somebody would like to share, and show it to them. Raises `Refused`."""
        await self.refuse_newcomer(person, where.settings, at)
        screened, told = await self.screen(person, place, said, language)
        said = dataclasses.replace(
            said, text=screened.text, warning=self._screening.look(said.warning, person).text
        )
        words = said.kept() | {"kind": "share", "room": where.room, "group": where.group}
        pending = await self._keep(person, words, picture, "", instead_of, at, cause)
        self._remember(pending.id, said)
        agreed = await self.has_agreed(person)
        return Preview(
            pending.id, said, screened, agreed, where.room, where.group,
            picture=pending.picture, rules=tuple(told),
        )  # fmt: skip

    async def reply(
        self,
        person: Person,
        share: str,
        said: Said,
        where: Where,
        place: Place,
        language: str,
        *,
        at: datetime.datetime,
        key: str = "",
        instead_of: str = "",
        cause: Cause | None = None,
    ) -> Preview:
        """Take down an anonymous reply; with the panel's `key`, or in place of one that had it, it speaks as
        the author. Raises `Refused`."""
        records = self._records
        spoke = False
        if instead_of:
            spoke = bool((await self.kind_of(person, instead_of, at)).get("author"))
        async with records.store.read() as session:
            row, stand = await records.takes_replies(session, share)
            if key and not fits(key, row):
                raise Refused("stale-panel")
            asked = Wants(row.words["wants"])
            known = await session.scalar(
                select(Voice).where(Voice.share == share, Voice.mark == voice_mark(row.secret, person))
            )
        shown = bool(key) or spoke
        author = shown or (known is not None and bool(known.name["author"]))
        if not author:
            await self.refuse_newcomer(person, where.settings, at)
        screened, told = await self.screen(person, place, said, language)
        said = dataclasses.replace(said, text=screened.text)
        words = said.kept() | {"kind": "reply", "share": share, "author": shown}
        pending = await self._keep(person, words, None, share, instead_of, at, cause)
        self._remember(pending.id, said)
        return Preview(
            pending.id, said, screened, await self.has_agreed(person), stand.room, stand.group,
            reply=True, author=author, first=known is None, rules=tuple(told),
            advice=screened.advice and asked is Wants.LISTEN and not author,
        )  # fmt: skip

    async def openly(
        self,
        person: Person,
        share: str,
        said: Said,
        place: Place,
        language: str,
        *,
        at: datetime.datetime,
        instead_of: str = "",
        cause: Cause | None = None,
    ) -> Preview:
        """Look at a reply under somebody's own name, which goes out at once. Only where it gives advice and
        none was asked for, it is kept to ask them first, once; else the preview's id is empty."""
        async with self._records.store.read() as session:
            row, stand = await self._records.takes_replies(session, share)
            asked = Wants(row.words["wants"])
        screened, told = await self.screen(person, place, said, language)
        said = dataclasses.replace(said, text=screened.text)
        if instead_of:
            await self.throw_away(person, instead_of)
        advice, id = screened.advice and asked is Wants.LISTEN and not instead_of, ""
        if advice:
            expires = (at + LOOKED_AT).isoformat()
            words = said.kept() | {"kind": "openly", "share": share, "expires": expires}
            kept = Pending(unsaved=True, account=account_text(person), picture=None, words=words)
            async with self._records.store.write(cause) as session:
                session.add(kept)
            self._remember(kept.id, said)
            id = kept.id
        return Preview(
            id, said, screened, True, stand.room, stand.group,
            reply=True, rules=tuple(told), advice=advice,
        )  # fmt: skip

    async def send_openly(
        self, person: Person, pending: str, *, at: datetime.datetime, cause: Cause | None = None
    ) -> tuple[str, str]:
        """The share and the words of a reply that was kept to ask about it; it is kept no longer."""
        async with self._records.store.write(cause) as session:
            row = await self._own(session, person, pending, at)
            if row.words.get("kind") != "openly":
                raise Refused("preview-gone")
            await self._records.takes_replies(session, row.words["share"])
            await session.delete(row)
        self._looked_at.pop(pending, None)
        return str(row.words["share"]), str(row.words["text"])

    async def throw_away(self, person: Person, pending: str, *, cause: Cause | None = None) -> None:
        """Forget what was written. It is the same whether or not it was there."""
        async with self._records.store.write(cause) as session:
            row = await session.get(Pending, pending)
            if row is not None and is_of(row.account, person) and "sent" not in row.words:
                await session.delete(row)
        self._looked_at.pop(pending, None)

    async def has_agreed(self, person: Person) -> bool:
        """Whether somebody read the promise before."""
        row = await self.member(person)
        return row is not None and bool(row.wish.get("agreed"))

    async def member(self, person: Person) -> Member | None:
        """What is kept about somebody who agreed, or chose what they do not want to see."""
        who = await self._records.store.who(person)
        async with self._records.store.read() as session:
            found: Member | None = await session.scalar(select(Member).where(Member.who == who))
            return found

    async def refuse_newcomer(self, person: Person, settings: SharingSettings, at: datetime.datetime) -> None:
        """Raise `Refused("known-days")` where somebody has not been here long enough to share."""
        if not settings.known_days:
            return
        row = await self.member(person)
        since = row.wish.get("agreed") if row is not None else None
        if since is None:
            raise Refused("agree-first", days=settings.known_days)
        days = settings.known_days - (at.date() - datetime.date.fromisoformat(since)).days
        if days > 0:
            raise Refused("known-days", days=days)

    async def agree(self, person: Person, *, at: datetime.datetime, cause: Cause | None = None) -> None:
        """Note that somebody read the promise, with the day. In a transaction of its own: it lies beside no
        share."""
        who = await self._records.store.who(person)
        async with self._records.store.write(cause) as session:
            row = await session.scalar(select(Member).where(Member.who == who))
            if row is None:
                row = Member(space=person.space, who=who, account=account_text(person), wish={})
                session.add(row)
            if not row.wish.get("agreed"):
                row.wish = row.wish | {"agreed": at.date().isoformat()}

    async def filtered(self, person: Person) -> frozenset[str]:
        """The themes somebody does not want to see unfolded."""
        row = await self.member(person)
        return frozenset(row.wish.get("filter", ())) if row is not None else frozenset()

    async def turn_filter(self, person: Person, theme: str, *, cause: Cause | None = None) -> frozenset[str]:
        """Choose a theme not to be shown, or take that back; all that are chosen then."""
        who = await self._records.store.who(person)
        async with self._records.store.write(cause) as session:
            row = await session.scalar(select(Member).where(Member.who == who))
            if row is None:
                row = Member(space=person.space, who=who, account=account_text(person), wish={})
                session.add(row)
            chosen = set(row.wish.get("filter", ())) ^ {theme}
            row.wish = row.wish | {"filter": sorted(chosen)}
        return frozenset(chosen)

    # --- sending it -----------------------------------------------------------------------------------

    async def kind_of(self, person: Person, pending: str, at: datetime.datetime) -> dict[str, Any]:
        """What is about to be sent. Raises `Refused("preview-gone")`."""
        async with self._records.store.read() as session:
            return dict((await self._own(session, person, pending, at)).words)

    async def send_share(
        self,
        person: Person,
        pending: str,
        where: Where,
        *,
        at: datetime.datetime,
        today: datetime.date,
        cause: Cause | None = None,
    ) -> Receipt:
        """Accept a share: from now on it comes out once. Pressed again it is the same share, the same code.

        `today` is the day on the community's clock. Raises `Refused`.
        """
        records, settings = self._records, where.settings
        await records.ready(person.space)
        async with records.store.write(cause) as session:
            row = await self._own(session, person, pending, at)
            if "sent" in row.words:
                return await self._again(session, row)
            await records.refuse_muted(session, person, "", at)
            await records.count(session, person, "share", settings.a_day, today)
            code = new_code()
            handle, hashed = await records.free_handle(session, person.space, where.language)
            review = settings.policy == "review-first"
            stand = Stand(
                State.QUEUED, Goal.REVIEW if review else Goal.ROOM, reviewed=review,
                due=moments.when(at, settings.delay, settings.hours, where.zone).isoformat(),
                room=where.room, group=where.group, handle=handle, keep=settings.keep,
            )  # fmt: skip
            share = Share(
                space=person.space, code=await records.code_hash(person.space, code), handle=hashed,
                message=None, until=today + _WAITS, unsaved=True,
                words=Said.read(row.words).kept() | {"added": []},
                stand=stand.kept(), secret=new_secret(),
            )  # fmt: skip
            session.add(share)
            session.add(address_of(share.id, person, replies=False))
            session.add(handle_of(share.id, person, today + datetime.timedelta(days=settings.mute_days)))
            if row.picture is not None:
                session.add(Shown(id=share.id, unsaved=True, picture=row.picture))
            row.words = {"sent": share.id, "code": code, "expires": row.words["expires"]}
            row.picture = None
        self._looked_at.pop(pending, None)
        assert stand.due_at is not None
        plan = Plan(What.POST, share.id, stand.due_at)
        return Receipt(share.id, handle, code, panel_key(share), pending, plans=(plan,), review=review)

    async def send_reply(
        self,
        person: Person,
        pending: str,
        where: Where,
        *,
        at: datetime.datetime,
        today: datetime.date,
        cause: Cause | None = None,
    ) -> Receipt:
        """Accept an anonymous reply, under the one name that this person's voice has in the thread."""
        records, settings = self._records, where.settings
        await records.ready(person.space)
        async with records.store.write(cause) as session:
            row = await self._own(session, person, pending, at)
            if "sent" in row.words:
                return await self._again(session, row)
            share, stand = await records.takes_replies(session, row.words["share"])
            await records.refuse_muted(session, person, share.id, at)
            await records.count(session, person, "reply", settings.replies_a_day, today)
            name, author = "", bool(row.words["author"])
            if not author:
                name, author = await self._voice(session, share, person, where)
            due = moments.when(at, settings.delay, settings.hours, where.zone)
            code, review = new_code(), settings.policy == "review-first"
            goal = Goal.REVIEW if review else Goal.ROOM
            reply = Reply(
                share=share.id, code=await records.code_hash(person.space, code), message=None, handle=None,
                until=today + _WAITS, unsaved=True,
                words={"text": row.words["text"], "name": name, "author": author},
                stand=Stand(State.QUEUED, goal, reviewed=review, due=due.isoformat()).kept(),
            )  # fmt: skip
            session.add(reply)
            session.add(address_of(reply.id, person, replies=False))
            session.add(handle_of(reply.id, person, today + datetime.timedelta(days=settings.mute_days)))
            row.words = {"sent": reply.id, "code": code, "expires": row.words["expires"]}
        self._looked_at.pop(pending, None)
        return Receipt(
            reply.id, stand.handle, code, panel_key(share, reply), pending, name, author,
            (Plan(What.POST, reply.id, due),), review, reply=True,
        )  # fmt: skip

    async def code_again(self, person: Person, pending: str, at: datetime.datetime) -> Receipt:
        """The receipt once more, to send it as a message: only within its half hour."""
        async with self._records.store.read() as session:
            row = await self._own(session, person, pending, at)
            if "code" not in row.words:
                raise Refused("preview-gone")
            return await self._again(session, row)

    async def _again(self, session: AsyncSession, row: Pending) -> Receipt:
        sent = await either(session, row.words["sent"])
        share = await thread_of(session, sent) if sent is not None else None
        if sent is None or share is None or not share.secret:
            raise Refused("no-such-share")
        stand = Stand.read(sent.stand)
        if stand.state is State.GONE:
            raise Refused("no-such-share")
        plans: tuple[Plan, ...] = ()
        if stand.state is State.QUEUED and stand.due_at is not None:
            plans = (Plan(What.POST, sent.id, stand.due_at),)
        reply = sent if isinstance(sent, Reply) else None
        return Receipt(
            sent.id, Stand.read(share.stand).handle, row.words["code"], panel_key(share, reply), row.id,
            str(reply.words["name"]) if reply else "", bool(reply and reply.words["author"]),
            plans, stand.goal is Goal.REVIEW, reply is not None,
        )  # fmt: skip

    async def _voice(
        self, session: AsyncSession, share: Share, person: Person, where: Where
    ) -> tuple[str, bool]:
        mark = voice_mark(share.secret, person)
        voices = (await session.scalars(select(Voice).where(Voice.share == share.id))).all()
        for voice in voices:
            if voice.mark == mark:
                return str(voice.name["name"]), bool(voice.name["author"])
        taken = [str(voice.name["name"]) for voice in voices]
        name = self._records.names(where.language).voice(taken, numbered=where.settings.names == "numbers")
        session.add(Voice(share=share.id, mark=mark, name={"name": name, "author": False}))
        return name, False

    async def _keep(
        self,
        person: Person,
        words: dict[str, Any],
        picture: dict[str, str] | None,
        share: str,
        instead_of: str,
        at: datetime.datetime,
        cause: Cause | None,
    ) -> Pending:
        pending = Pending(
            unsaved=True, account=account_text(person), picture=picture,
            words=words | {"expires": (at + LOOKED_AT).isoformat()},
        )  # fmt: skip
        async with self._records.store.write(cause) as session:
            await self._records.refuse_muted(session, person, share, at)
            before = await session.get(Pending, instead_of) if instead_of else None
            if before is not None and is_of(before.account, person) and "sent" not in before.words:
                if picture is None:
                    pending.picture = before.picture
                await session.delete(before)
            session.add(pending)
        self._looked_at.pop(instead_of, None)
        return pending

    async def _own(self, session: AsyncSession, person: Person, id: str, at: datetime.datetime) -> Pending:
        row = await session.get(Pending, id)
        if row is None or not is_of(row.account, person):
            raise Refused("preview-gone")
        if datetime.datetime.fromisoformat(row.words["expires"]) <= at:
            raise Refused("preview-gone")
        return row

    def _remember(self, pending: str, said: Said) -> None:
        self._looked_at[pending] = said
        while len(self._looked_at) > _OPEN:
            self._looked_at.popitem(last=False)
