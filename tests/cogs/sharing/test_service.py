"""The rules of sharing, on a real database and without a chat."""

from __future__ import annotations

import datetime
import sqlite3
from pathlib import Path

import pytest

from bot.sdk import Fate, Refused
from bot.storage.migrations import differences
from bot.storage.store import Storage
from cogs.sharing.moderating import Scope
from cogs.sharing.records import code_read
from cogs.sharing.said import Said, Wants
from cogs.sharing.service import Sharing
from cogs.sharing.standing import State
from cogs.sharing.tables import Address, Count, Member, MuteHandle, Pending, Reply, Secret, Share, Voice
from cogs.sharing.taps import Kind

from .acts import (
    ADA,
    BEN,
    CLEO,
    DAN,
    DAY,
    HOUR,
    MINUTE,
    NOON,
    ROOM,
    SPACE,
    comes_out,
    opens,
    replies,
    rows,
    shared,
    where,
    writes,
)
from .conftest import SHARING


async def test_the_migrations_make_the_tables(storage: Storage, path: Path) -> None:
    assert differences(path, SHARING, "sharing_") == []


async def test_no_table_lies_in_the_order_of_writing(storage: Storage, path: Path) -> None:
    with sqlite3.connect(path) as raw:
        made = raw.execute("SELECT name, sql FROM sqlite_master WHERE type='table' AND name LIKE 'sharing_%'")
        assert {name for name, sql in made if "WITHOUT ROWID" not in sql} == set()


# --- writing and sending --------------------


async def test_a_share_comes_out_once_at_a_random_moment_of_its_delay(sharing: Sharing) -> None:
    dues = set()
    for number in range(3):
        receipt = await writes(sharing, ADA, f"words {number}")
        (plan,) = receipt.plans
        assert MINUTE <= plan.due - NOON <= 10 * MINUTE
        dues.add(plan.due)
    assert len(dues) > 1
    card = await comes_out(sharing, receipt.id)
    assert card.said.text == "words 2"
    assert await sharing.outbox.hand_out(receipt.id, plan.due + HOUR, ROOM) is None
    assert [one.name for one in await sharing.outbox.waiting(SPACE, NOON)].count(receipt.id) == 0


async def test_pressed_twice_it_is_one_share_with_one_code(sharing: Sharing) -> None:
    there = where()
    seen = await sharing.writing.share(ADA, Said("once"), there, ROOM, "en", at=NOON)
    first = await sharing.writing.send_share(ADA, seen.id, there, at=NOON, today=NOON.date())
    second = await sharing.writing.send_share(ADA, seen.id, there, at=NOON, today=NOON.date())
    assert (first.id, first.code, first.key) == (second.id, second.code, second.key)
    assert len(await rows(sharing, Share)) == 1


async def test_another_person_cannot_send_what_somebody_looks_at(sharing: Sharing) -> None:
    seen = await sharing.writing.share(ADA, Said("mine"), where(), ROOM, "en", at=NOON)
    with pytest.raises(Refused, match="preview-gone"):
        await sharing.writing.send_share(BEN, seen.id, where(), at=NOON, today=NOON.date())
    with pytest.raises(Refused, match="preview-gone"):
        await sharing.writing.send_share(ADA, seen.id, where(), at=NOON + HOUR, today=NOON.date())


async def test_what_is_thrown_away_is_gone(sharing: Sharing) -> None:
    seen = await sharing.writing.share(ADA, Said("mine"), where(), ROOM, "en", at=NOON)
    await sharing.writing.throw_away(BEN, seen.id)
    assert len(await rows(sharing, Pending)) == 1
    await sharing.writing.throw_away(ADA, seen.id)
    assert await rows(sharing, Pending) == []


async def test_a_changed_preview_takes_the_place_of_the_first(sharing: Sharing) -> None:
    first = await sharing.writing.share(
        ADA,
        Said("first"),
        where(),
        ROOM,
        "en",
        at=NOON,
        picture={"type": "image/png", "data": "x", "alt": ""},
    )
    second = await sharing.writing.share(
        ADA, Said("second"), where(), ROOM, "en", at=NOON, instead_of=first.id
    )
    assert len(await rows(sharing, Pending)) == 1
    assert second.picture is not None, "the picture stays with it"


async def test_so_many_a_day_and_no_more(sharing: Sharing) -> None:
    there = where(a_day=2)
    for _ in range(2):
        await writes(sharing, ADA, "words", there)
    with pytest.raises(Refused, match="enough-today"):
        await writes(sharing, ADA, "words", there)
    await writes(sharing, BEN, "words", there)
    await writes(sharing, ADA, "words", there, at=NOON + DAY)
    assert len([one for one in await rows(sharing, Secret) if one.name.startswith("day:")]) == 1
    assert len(await rows(sharing, Count)) == 1, "yesterday's went with its secret"


async def test_hours_put_a_share_off_to_a_random_moment_after_they_begin(sharing: Sharing) -> None:
    receipt = await writes(sharing, ADA, "late", where(hours={"opens": "18:00", "closes": "21:00"}))
    assert NOON.replace(hour=18) <= receipt.plans[0].due <= NOON.replace(hour=18, minute=10)


@pytest.mark.parametrize(
    "text",
    [
        "call me +44 20 7946 0018",
        "0171 2345678 is mine",
        "write to a.b@example.org",
        "I am @ada:example.org there",
    ],
)
async def test_contact_details_are_stopped_before_anyone_sees_them(sharing: Sharing, text: str) -> None:
    with pytest.raises(Refused, match="has-contacts"):
        await writes(sharing, ADA, text)
    assert await rows(sharing, Pending) == []


@pytest.mark.parametrize(
    "text", ["since 12.04.2019", "I slept 3 hours, 20 minutes", "at 19:30 in 2024, room 101"]
)
async def test_dates_and_numbers_are_no_contact_details(sharing: Sharing, text: str) -> None:
    await writes(sharing, ADA, text)


async def test_a_newcomer_agrees_first_and_waits(sharing: Sharing) -> None:
    there = where(known_days=3)
    with pytest.raises(Refused, match="agree-first"):
        await writes(sharing, ADA, "words", there)
    await sharing.writing.agree(ADA, at=NOON)
    with pytest.raises(Refused, match="known-days"):
        await writes(sharing, ADA, "words", there, at=NOON + 2 * DAY)
    await writes(sharing, ADA, "words", there, at=NOON + 3 * DAY)


# --- the receipt --------------------


async def test_only_the_code_opens_the_panel_from_any_account(sharing: Sharing) -> None:
    receipt = await shared(sharing)
    assert code_read(receipt.code) == receipt.code
    assert (await opens(sharing, DAN, receipt.code.lower().replace("-", " "))).id == receipt.id
    with pytest.raises(Refused, match="stale-panel"):
        await sharing.receipts.panel(receipt.id, "aaaaaaaaaa")


async def test_wrong_codes_are_limited_without_a_stored_name(sharing: Sharing) -> None:
    receipt = await shared(sharing)
    for _ in range(5):
        with pytest.raises(Refused, match="no-such-code"):
            await opens(sharing, BEN, "0000-0000-0000")
    with pytest.raises(Refused, match="code-tries"):
        await opens(sharing, BEN, receipt.code)
    assert (await opens(sharing, CLEO, receipt.code)).id == receipt.id
    assert (await opens(sharing, BEN, receipt.code, NOON + HOUR)).id == receipt.id


async def test_the_code_is_kept_nowhere_after_half_an_hour(sharing: Sharing) -> None:
    receipt = await shared(sharing)
    again = await sharing.writing.code_again(ADA, receipt.pending, NOON)
    assert again.code == receipt.code
    await sharing.age_out(NOON + HOUR)
    assert await rows(sharing, Pending) == []


async def test_nothing_leads_to_the_author_once_it_is_out_but_the_mute_handle(sharing: Sharing) -> None:
    receipt = await writes(sharing, ADA, "words")
    assert len(await rows(sharing, Address)) == 1, "until then a failure could be told"
    await comes_out(sharing, receipt.id)
    assert await rows(sharing, Address) == []
    assert len(await rows(sharing, MuteHandle)) == 1


async def test_a_cut_is_at_once_and_makes_older_panels_stale(sharing: Sharing) -> None:
    receipt = await shared(sharing)
    panel = await sharing.receipts.tell_replies(ADA, receipt.id, receipt.key, on=True)
    assert panel.replies
    assert len(await rows(sharing, Voice)) == 1
    await sharing.receipts.cut(receipt.id, panel.key)
    assert await rows(sharing, Address) == []
    assert await rows(sharing, Voice) == []
    assert await rows(sharing, Pending) == []
    assert len(await rows(sharing, MuteHandle)) == 1, "destroyed by nothing before its time"
    with pytest.raises(Refused, match="stale-panel"):
        await sharing.receipts.panel(receipt.id, panel.key)
    fresh = await opens(sharing, DAN, receipt.code)
    again = await sharing.receipts.tell_replies(DAN, receipt.id, fresh.key, on=True)
    assert again.replies, "a new address, for whoever holds the code"


async def test_taking_down_forgets_the_words_and_ends_the_thread(sharing: Sharing) -> None:
    receipt = await shared(sharing)
    reply = await replies(sharing, BEN, receipt.id)
    await comes_out(sharing, reply.id)
    plans = await sharing.receipts.take_down(receipt.id, receipt.key, at=NOON)
    assert {plan.name for plan in plans} == {receipt.id, reply.id}
    gone = await sharing.outbox.shown_anew(receipt.id)
    assert gone is not None
    assert (gone.state, gone.said.text, gone.ref) == (State.GONE, "", f"message-{receipt.id}")
    assert await rows(sharing, Voice) == []
    with pytest.raises(Refused, match="no-such-code"):
        await opens(sharing, ADA, receipt.code)
    with pytest.raises(Refused, match="no-such-share"):
        await sharing.replying.tap(BEN, receipt.id, Kind.ME_TOO, at=NOON)
    muted = await sharing.moderating.mute(SPACE, receipt.id, Scope.WEEK, at=NOON)
    assert muted.handle == receipt.handle, "the voice of what is gone can still be muted"
    await sharing.age_out(NOON + 31 * DAY)
    assert await rows(sharing, Share) == []
    assert await rows(sharing, Reply) == []


async def test_adding_and_editing_change_what_stands_there_a_little_later(sharing: Sharing) -> None:
    receipt = await shared(sharing)
    panel = await sharing.receipts.add(ADA, receipt.id, receipt.key, "And then I did.", where(), at=NOON)
    (plan,) = panel.plans
    assert MINUTE <= plan.due - NOON <= 4 * MINUTE
    card = await sharing.outbox.shown_anew(receipt.id)
    assert card is not None
    assert card.added == ("And then I did.",)
    panel = await sharing.receipts.edit(
        ADA, receipt.id, receipt.key, Said("Other words", Wants.IDEAS), where(), at=NOON
    )
    card = await sharing.outbox.shown_anew(receipt.id)
    assert card is not None
    assert (card.said.text, card.said.wants, card.added) == ("Other words", Wants.IDEAS, ())


# --- taps --------------------


async def test_taps_are_told_in_words_and_from_three_on(sharing: Sharing) -> None:
    receipt = await shared(sharing)
    plans = []
    for who in (ADA, BEN):
        plans += (await sharing.replying.tap(who, receipt.id, Kind.ME_TOO, at=NOON)).plans
    assert plans == []
    tapped = await sharing.replying.tap(CLEO, receipt.id, Kind.ME_TOO, at=NOON)
    (plan,) = tapped.plans
    assert 5 * MINUTE <= plan.due - NOON <= 20 * MINUTE
    assert (await sharing.replying.tap(DAN, receipt.id, Kind.ME_TOO, at=NOON)).plans == (), (
        "one change is planned"
    )
    card = await sharing.outbox.shown_anew(receipt.id)
    assert card is not None
    assert card.counts == {"me-too": "a-few"}
    assert not (await sharing.replying.tap(DAN, receipt.id, Kind.ME_TOO, at=NOON)).on, (
        "tapped again it is taken back"
    )


# --- what can go wrong --------------------


async def test_what_nobody_can_tell_is_held_and_its_author_asked(sharing: Sharing) -> None:
    receipt = await writes(sharing, ADA, "words")
    (plan,) = receipt.plans
    assert await sharing.outbox.hand_out(receipt.id, plan.due, ROOM) is not None
    (tell,) = await sharing.outbox.settle(receipt.id, plan.due, Fate.UNKNOWN, None, plan.due)
    assert await sharing.outbox.settle(receipt.id, plan.due, Fate.UNKNOWN, None, plan.due) == [], "told twice"
    notice = await sharing.outbox.notice(tell.name, tell.due)
    assert notice is not None
    assert notice.kinds == ("held",)
    panel = await opens(sharing, ADA, receipt.code)
    again = await sharing.receipts.again(ADA, receipt.id, panel.key, where(), at=NOON)
    assert again.state is State.QUEUED
    await comes_out(sharing, receipt.id)


async def test_a_refusal_is_told_and_can_be_tried_again(sharing: Sharing) -> None:
    receipt = await writes(sharing, ADA, "words")
    (plan,) = receipt.plans
    (tell,) = await sharing.outbox.settle(receipt.id, plan.due, Fate.REFUSED, None, plan.due)
    assert tell.what.value == "tell", "its room is gone: it was never handed out, and is told all the same"
    assert (await opens(sharing, ADA, receipt.code)).state is State.FAILED


async def test_a_slot_is_answered_the_same_again_and_no_second_slot_posts(sharing: Sharing) -> None:
    receipt = await writes(sharing, ADA, "words")
    (plan,) = receipt.plans
    first = await sharing.outbox.hand_out(receipt.id, plan.due, ROOM)
    assert await sharing.outbox.hand_out(receipt.id, plan.due, ROOM) == first
    assert await sharing.outbox.hand_out(receipt.id, plan.due + MINUTE, ROOM) is None


async def test_after_an_outage_a_queue_gets_new_random_moments(sharing: Sharing) -> None:
    receipts = [await writes(sharing, who, "words") for who in (ADA, BEN, CLEO, DAN)]
    late = NOON + HOUR
    plans = await sharing.outbox.waiting(SPACE, late)
    assert {plan.name for plan in plans} == {one.id for one in receipts}
    assert all(MINUTE <= plan.due - late <= 10 * MINUTE for plan in plans)
    again = await sharing.outbox.waiting(SPACE, late)
    assert {(one.name, one.due) for one in again} == {(one.name, one.due) for one in plans}, "and keeps them"


# --- leaving --------------------


async def test_everything_that_can_be_linked_is_exported(sharing: Sharing) -> None:
    out = await shared(sharing)
    await sharing.receipts.tell_replies(ADA, out.id, out.key, on=True)
    other = await shared(sharing, CLEO, "else")
    reply = await replies(sharing, ADA, other.id, "I know that.")
    await sharing.replying.tap(ADA, other.id, Kind.HEARD, at=NOON)
    await sharing.writing.agree(ADA, at=NOON)
    await sharing.writing.turn_filter(ADA, "t1")
    await writes(sharing, ADA, "still waiting")
    told = await sharing.export(ADA)
    assert told["agreed"] == [{"space": SPACE, "agreed": "2026-03-02", "filter": ["t1"]}]
    assert {one["text"] for one in told["shares"]} == {"I did not get up today.", "still waiting"}
    assert {"thread": other.handle, "name": reply.name, "author": False, "replies": ["I know that."]} in told[
        "voices"
    ]
    assert told["taps"] == [{"thread": other.handle, "tap": "heard"}]
    assert (await sharing.export(BEN)) == {
        "agreed": [],
        "written": [],
        "shares": [],
        "voices": [],
        "taps": [],
    }


async def test_forgetting_takes_what_is_linked_and_leaves_what_is_nobodys(sharing: Sharing) -> None:
    out = await shared(sharing)
    await sharing.receipts.tell_replies(ADA, out.id, out.key, on=True)
    other = await shared(sharing, CLEO, "else")
    await replies(sharing, ADA, other.id)
    waiting = await writes(sharing, ADA, "still waiting")
    await sharing.writing.agree(ADA, at=NOON)
    await sharing.forget(ADA)
    told = await sharing.export(ADA)
    assert not any(told.values())
    assert await rows(sharing, Member) == []
    assert await sharing.outbox.where(waiting.id) is None
    assert (await opens(sharing, DAN, out.code)).state is State.POSTED, "its code still takes it down"
    assert await sharing.stays(ADA) == [("stays-voice", datetime.date(2026, 4, 1))]


async def test_a_share_grows_old_with_all_that_hangs_on_it(sharing: Sharing) -> None:
    receipt = await shared(sharing)
    reply = await replies(sharing, BEN, receipt.id)
    await comes_out(sharing, reply.id)
    await sharing.age_out(NOON + 90 * DAY)
    assert len(await rows(sharing, Share)) == 1
    await sharing.age_out(NOON + 92 * DAY)
    for table in (Share, Reply, Voice, MuteHandle):
        assert await rows(sharing, table) == []


async def test_forgetting_takes_ones_taps_out_of_the_words_too(sharing: Sharing) -> None:
    receipt = await shared(sharing, CLEO)
    for who in (ADA, BEN, DAN):
        await sharing.replying.tap(who, receipt.id, Kind.HEARD, at=NOON)
    card = await sharing.outbox.shown_anew(receipt.id)
    assert card is not None
    assert card.counts == {"heard": "a-few"}
    await sharing.forget(ADA)
    card = await sharing.outbox.shown_anew(receipt.id)
    assert card is not None
    assert card.counts == {}
