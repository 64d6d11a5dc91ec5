"""The author of a share, looked for by somebody who has Hearth's disk, the homeserver's, and all that Hearth
asked of it. The rooms are encrypted, the server is a real Synapse.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import sqlite3
import urllib.parse
from typing import Any

import nio
import pytest

from bot.platforms.matrix.client import Client
from bot.platforms.matrix.keys import Keys
from bot.platforms.matrix.platform import utc_now
from bot.platforms.matrix.send import transaction
from bot.platforms.terminal import Seen
from bot.testing.chat import Chat
from bot.testing.matrix_world import World
from bot.testing.turns import until
from tests.cogs.sharing.scene import code_in, handle_in, opens, post, sends, words, writes

from . import canaries
from .community import COGS, PROFILE, REPLY
from .conversation import database, home, rows

LEAST = datetime.timedelta(minutes=1)
IN_CLEAR = {"algorithm", "ciphertext", "device_id", "sender_key", "session_id", "m.relates_to"}
"""What anybody sees of an encrypted event (client-server API, m.room.encrypted)."""

pytestmark = [
    pytest.mark.faces("matrix"),
    pytest.mark.hearth(cogs=COGS, profile=PROFILE),
]


@dataclasses.dataclass
class Asked:
    """One request to the homeserver; `at` by the conversation's clock."""

    method: str
    path: str
    body: str
    at: datetime.datetime | None = None

    @property
    def parts(self) -> list[str]:
        path = urllib.parse.urlsplit(self.path).path
        return [urllib.parse.unquote(part) for part in path.split("/")]


class Recorder:
    """Notes what Hearth asks of the homeserver."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[Asked] = []
        self.chat: Chat | None = None
        real = Client.send

        async def send(
            client: Client, method: str, path: str, data: Any = None, *more: Any, **named: Any
        ) -> Any:
            at = self.chat.clock.now if self.chat is not None else None
            body = data.decode("utf-8", "replace") if isinstance(data, bytes) else str(data or "")
            self.asked.append(Asked(method, path, body, at))
            return await real(client, method, path, data, *more, **named)

        monkeypatch.setattr(Client, "send", send)


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """Laid before `chat` opens."""
    return Recorder(monkeypatch)


@dataclasses.dataclass
class Story:
    """What came of it, and what the author is known by."""

    world: World
    ring: str
    desk: str
    direct: str
    author: str
    sent: datetime.datetime
    receipt: Seen
    post: str


async def story(chat: Chat) -> Story:
    """A share typed in public by mistake, then one as it should be, a reply, a look at the panel."""
    one, other, mod = (chat.person(name) for name in (canaries.ONE, canaries.OTHER, "mod"))
    ring = chat.room(canaries.ROOM)
    for who in (one, other, mod, chat.person("rosalind")):
        await who.joins(ring)
    await mod.joins(chat.room("desk"))
    await one.says(ring, f"/share {canaries.CARELESS}")
    await one.says(None, "/stop")
    await writes(one, None, canaries.NOTE)
    receipt, sent = await sends(one), chat.clock.now
    await chat.clock.on(minutes=11)
    await other.presses("Reply anonymously", on=post(ring))
    await other.answers(REPLY)
    await sends(other)
    await chat.clock.on(minutes=11)
    await opens(one, None, code_in(receipt))
    world: World = chat._clock.worlds["matrix"]
    somebody = world.people[canaries.ONE]
    ref = post(ring).ref
    assert ref is not None
    return Story(
        world, world.rooms[canaries.ROOM], world.rooms["desk"], somebody.direct, somebody.client.user_id,
        sent, receipt, ref,
    )  # fmt: skip


def events(world: World, query: str, *args: object) -> list[tuple[Any, ...]]:
    """What the homeserver's own database holds."""
    path = world.server.folder / "homeserver.db"
    raw = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        return raw.execute(query, args).fetchall()
    finally:
        raw.close()


async def test_no_disk_and_no_request_knows_the_author(recorder: Recorder, chat: Chat) -> None:
    recorder.chat = chat
    told = await story(chat)
    its = [id for (id,) in events(told.world, "SELECT event_id FROM events WHERE room_id = ?", told.direct)]
    assert len(its) > 15
    no_request_tells(recorder, chat, told, its)
    the_homeserver_links_nothing(told, its)
    nothing_lies_open(chat, told, its)
    what_was_typed_in_public_is_gone(told, chat)
    await no_key_opens_it_any_more(chat, told)


def no_request_tells(recorder: Recorder, chat: Chat, told: Story, its: list[str]) -> None:
    """No typing, no receipt, no reaction; what goes to the room is named by chance, at its own moment."""
    for one in recorder.asked:
        assert not {"typing", "receipt", "read_markers", "presence", "m.reaction"} & set(one.parts), one.path
    sends_ = [one for one in recorder.asked if one.method == "PUT" and told.ring in one.parts]
    assert {one.parts[6] for one in sends_} <= {"send", "redact"}
    mark = chat.app.pipeline.showing.mark
    causes = [cause for id in its for n in range(4) for cause in (id, f"{id}#{n}", mark(id, n))]
    derived = {transaction(cause) for cause in causes}
    said = [one for one in sends_ if one.parts[6] == "send"]
    assert len(said) >= 2
    assert not {one.parts[-1] for one in said} & derived
    for one in said:
        assert one.parts[7] == "m.room.encrypted"
        assert set(json.loads(one.body)) <= IN_CLEAR
    after = [one.at for one in said if one.at is not None and one.at >= told.sent]
    assert min(after) >= told.sent + LEAST
    secrets = [told.author, told.direct, *its]
    for one in sends_:
        wire = f"{one.path} {one.body}".encode()
        if one.parts[6] == "redact":  # what its author typed there in public goes, by its id
            assert one.body == "{}"
        assert canaries.found_in(wire, secrets) == []


def the_homeserver_links_nothing(told: Story, its: list[str]) -> None:
    """Neither the events nor what it keeps of them name the author or the direct room beside the share."""
    bot = told.world.bot.user_id
    query = (
        "SELECT e.event_id, j.json, e.type FROM events e JOIN event_json j USING (event_id) "
        "WHERE e.room_id IN (?, ?) AND e.sender = ?"
    )
    for _, written, type in events(told.world, query, told.ring, told.desk, bot):
        held = json.loads(written)
        shown = json.dumps({name: held[name] for name in ("content", "unsigned", "sender") if name in held})
        if type != "m.room.member":
            assert canaries.found_in(shown.encode(), [told.author, told.direct, *its]) == []
    related = events(
        told.world, "SELECT relates_to_id FROM event_relations r JOIN events e USING (event_id) "
        "WHERE e.room_id = ?", told.ring,
    )  # fmt: skip
    assert not {id for (id,) in related} & set(its)
    assert events(told.world, "SELECT * FROM receipts_linearized WHERE user_id = ?", bot) == []
    query = "SELECT txn_id FROM event_txn_id_device_id WHERE user_id = ?"
    txns = [id for (id,) in events(told.world, query, bot)]
    assert txns
    assert len(txns) == len(set(txns))


def nothing_lies_open(chat: Chat, told: Story, its: list[str]) -> None:
    """Both disks together, and no key: no word, no code, no name; of Hearth's own not even an id."""
    code = code_in(told.receipt)
    unlocked = [canaries.NOTE, REPLY, code, code.replace("-", ""), handle_in(told.receipt)]
    server = [file for file in canaries.files_under(told.world.server.folder) if "homeserver.db" in file.name]
    assert server
    ours = canaries.files_under(home(chat))
    assert canaries.leaks([*ours, *server], unlocked) == []
    people = [one.client.user_id for one in told.world.people.values()]
    rooms = [told.ring, told.desk, told.direct, *(one.direct for one in told.world.people.values())]
    assert canaries.leaks(ours, [*people, *rooms, *its, told.post, *canaries.NAMES]) == []
    platform = chat.face._platform  # type: ignore[attr-defined]  # the face of the Synapse
    keys = platform._line.client.keys
    held = {one.pickle() for one in keys._inbound} | {keys._account.pickle()}
    assert len(held) > 4
    assert canaries.holding(ours, {one[at : at + 24] for one in held for at in (0, 40)}) == set()
    assert rows(database(chat), "SELECT count(*) FROM core_blob")[0][0]


def what_was_typed_in_public_is_gone(told: Story, chat: Chat) -> None:
    typed = events(
        told.world, "SELECT e.event_id FROM events e LEFT JOIN redactions r ON r.redacts = e.event_id "
        "WHERE e.room_id = ? AND e.sender = ? AND e.type = 'm.room.encrypted' AND r.event_id IS NULL",
        told.ring, told.author,
    )  # fmt: skip
    assert typed == []
    assert canaries.CARELESS not in "\n".join(words(one) for one in chat.seen if not one.private)


async def no_key_opens_it_any_more(chat: Chat, told: Story) -> None:
    """Half an hour later not even Hearth itself, asking the homeserver anew, reads what the author wrote,
    what it showed them, or the receipt. (Their own device does; what is said from now on is read as ever.)"""
    one = chat.person(canaries.ONE)
    platform = chat.face._platform  # type: ignore[attr-defined]  # as above
    client, fading = platform._line.client, platform._mail.fading
    assert canaries.NOTE in await opened(client, told.direct)
    for minutes in (31, 33):
        platform._now = lambda minutes=minutes: utc_now() + datetime.timedelta(minutes=minutes)
        fading._news.set()
        await until(lambda: not any(show.until <= platform._ms() for show in fading._shown))
    await until(lambda: not fading._shown)
    found = await opened(client, told.direct)
    assert canaries.found_in(found.encode(), [canaries.NOTE, code_in(told.receipt)]) == []
    await one.says(None, "/help")
    assert "crisis" in words(one.last)
    await client.keys.commit()
    held = await Keys.open(platform._vault, client.user_id, client.device_id, utc_now)
    client.olm.inbound_group_store = held.load_inbound_group_sessions()
    found = await opened(client, told.direct)
    assert canaries.found_in(found.encode(), [canaries.NOTE, code_in(told.receipt)]) == []


async def opened(client: Client, room: str) -> str:
    """All that the keys which are kept here open of a room."""
    found = await client.room_messages(room, limit=200)
    return "\n".join(str(event.source) for event in found.chunk if not isinstance(event, nio.MegolmEvent))
