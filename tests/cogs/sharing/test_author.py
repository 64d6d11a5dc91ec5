"""Sharing as its author lives it."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

import pytest
from sqlalchemy import select

from bot.testing.chat import Chat
from cogs.sharing.service import Sharing
from cogs.sharing.tables import Share

from .scene import (
    COGS,
    FACES,
    ON_MATRIX_TOO,
    PROFILE,
    REVIEWED,
    code_in,
    fills_in,
    gather,
    handle_in,
    labels,
    opens,
    post,
    replies,
    sends,
    shares,
    words,
    writes,
)

PROMISE = ("Who could find out", "What is kept, and how long", "If life is in danger")

pytestmark = [pytest.mark.hearth(cogs=COGS, profile=PROFILE), pytest.mark.faces(*FACES)]


async def test_it_is_seen_first_with_the_promise_and_agreed_to_once(chat: Chat) -> None:
    ada, ring = chat.person("ada"), await gather(chat, "ada")
    preview = await writes(ada, ring, "I did not get up today.")
    assert preview.private
    assert "I did not get up today." in words(preview)
    for sentence in ("whoever runs this bot could with effort", "encrypted, for 90 days", "say /crisis"):
        assert sentence in words(preview)
    promised = [field for field in preview.fields if field.name in PROMISE]
    assert len(promised) == 3
    for field in promised:
        assert len(field.text) <= 200, "somebody in pain reads this on a phone"
        assert field.text.count(".") == 1, "one sentence"
    assert labels(preview) == ["I have read this. Send it", "Change it", "Throw away", "The whole promise"]
    await ada.presses("The whole promise")
    assert "Whoever runs this bot and holds its key" in words(ada.last)
    await ada.presses("I have read this. Send it", on=preview)
    again = await writes(ada, ring, "And today I did.")
    assert labels(again)[0] == "Send"
    assert ring.seen == []


@ON_MATRIX_TOO
async def test_it_comes_out_later_and_says_nothing_of_its_author(chat: Chat) -> None:
    ada = chat.person("ada")
    receipt = await shares(chat, ada)
    ring = chat.room("ring")
    (shown,) = ring.seen
    assert "I did not get up today." in words(shown)
    assert "Just listening would help." in words(shown)
    assert handle_in(shown) == handle_in(receipt)
    assert "ada" not in words(shown).lower()
    assert labels(shown) == [
        "I hear you", "Me too", "Sending strength", "Reply openly", "Reply anonymously", "Something's wrong",
    ]  # fmt: skip


async def test_pressed_twice_it_comes_out_once(chat: Chat) -> None:
    ada, ring = chat.person("ada"), await gather(chat, "ada")
    preview = await writes(ada, ring, "I did not get up today.")
    await ada.presses("I have read this. Send it", on=preview)
    first = code_in(ada.last)
    await ada.presses("I have read this. Send it", on=preview)
    assert code_in(ada.last) == first
    await chat.clock.on(hours=2)
    assert len(ring.seen) == 1


async def test_changing_begins_with_what_was_written(chat: Chat) -> None:
    ada, ring = chat.person("ada"), await gather(chat, "ada")
    await writes(ada, ring, "I did not get up today.")
    await ada.presses("Change it")
    assert "I did get up, late." in words(await fills_in(ada, "I did get up, late.", "Ideas are welcome"))
    await sends(ada)
    await chat.clock.on(minutes=11)
    assert "I did get up, late." in words(ring.last)
    assert "Ideas are welcome." in words(ring.last)


@ON_MATRIX_TOO
async def test_thrown_away_it_is_gone(chat: Chat) -> None:
    ada, ring = chat.person("ada"), await gather(chat, "ada")
    preview = await writes(ada, ring, "I did not get up today.")
    await ada.presses("Throw away")
    await ada.presses("I have read this. Send it", on=preview)
    assert ada.sees_privately("That is no longer open")
    await chat.clock.on(hours=1)
    assert ring.seen == []


@ON_MATRIX_TOO
async def test_a_warning_folds_it_for_everybody(chat: Chat) -> None:
    ada, ring = chat.person("ada"), await gather(chat, "ada")
    await writes(ada, ring, "It was the anniversary.", theme="Death and loss", warning="my father")
    await sends(ada)
    await chat.clock.on(minutes=11)
    shown = post(ring)
    assert shown.warning == "Death and loss · my father"
    assert "It was the anniversary." in shown.folded
    assert "It was the anniversary." not in shown.text


async def test_few_readers_are_said_plainly_and_asked_about(chat: Chat) -> None:
    ada, ring = chat.person("ada"), chat.room("ring")
    await chat.person("ben").joins(ring)
    await writes(ada, ring, "I did not get up today.")
    await sends(ada)
    assert ada.sees_privately("They may guess that it was you")
    assert ring.seen == []
    await ada.presses("Yes, send it")
    assert code_in(ada.last)
    await chat.clock.on(minutes=11)
    assert len(ring.seen) == 1


async def test_words_that_sound_like_danger_offer_help_at_once_and_stop_nothing(chat: Chat) -> None:
    ada, ring = chat.person("ada"), await gather(chat, "ada")
    preview = await writes(ada, ring, "Some days I don’t want to live.")
    assert labels(preview)[0] == "Find help now"
    await ada.presses("Find help now")
    assert ada.last.private
    assert "116 123" in words(ada.last)
    await ada.presses("I have read this. Send it", on=preview)
    await chat.clock.on(minutes=11)
    assert len(ring.seen) == 1


async def test_contact_details_are_kept_from_the_room_and_the_words_come_back(chat: Chat) -> None:
    ada, ring = chat.person("ada"), await gather(chat, "ada")
    await writes(ada, ring, "Please call me, 020 7946 0018.")
    assert ada.sees_privately("There is a phone number")
    await chat.clock.on(minutes=11)
    assert ring.seen == []


async def test_ones_own_name_is_pointed_out(chat: Chat) -> None:
    ada, ring = chat.person("ada"), await gather(chat, "ada")
    preview = await writes(ada, ring, "They said: Ada, again?")
    assert "Your own name stands in it." in words(preview)


async def test_the_receipt_is_sent_as_a_message_only_on_request(chat: Chat) -> None:
    ada = chat.person("ada")
    ring = await gather(chat, "ada")
    await writes(ada, ring, "I did not get up today.")
    receipt = await sends(ada)
    before = len(ada.private)
    await ada.presses("Send it to me as a message", on=receipt)
    assert len(ada.private) > before
    assert ada.sees_privately("The receipt you asked me to send")
    assert any(code_in(receipt) in words(one) for one in ada.private[before:])


@ON_MATRIX_TOO
async def test_the_code_opens_it_after_a_restart_and_from_another_account(chat: Chat) -> None:
    ada, dan = chat.person("ada"), chat.person("dan")
    receipt = await shares(chat, ada)
    await chat.restart()
    panel = await opens(dan, chat.room("ring"), code_in(receipt).lower())
    assert panel.private
    assert "It stands in its room." in words(panel)
    assert {"Reply as the author", "Add to it", "Change it", "Tell me of replies", "Take it down"} <= set(
        labels(panel)
    )
    wrong = await opens(chat.person("ben"), chat.room("ring"), "AAAA-BBBB-CCCC")
    assert "I find nothing under this code" in words(wrong)


@ON_MATRIX_TOO
async def test_adding_and_taking_down(chat: Chat) -> None:
    ada, ring = chat.person("ada"), chat.room("ring")
    receipt = await shares(chat, ada)
    await opens(ada, ring, code_in(receipt))
    await ada.presses("Add to it")
    await ada.answers("Later I did.")
    await chat.clock.on(minutes=5)
    assert "Later I did." in words(post(ring))
    await opens(ada, ring, code_in(receipt))
    await ada.presses("Take it down")
    await ada.presses("Yes, take it down")
    await chat.clock.on(minutes=1)
    assert ring.standing == []
    gone = await opens(ada, ring, code_in(receipt))
    assert "I find nothing under this code" in words(gone)


@ON_MATRIX_TOO
async def test_the_author_hears_of_replies_only_if_they_want(chat: Chat) -> None:
    ada, ben, ring = chat.person("ada"), chat.person("ben"), chat.room("ring")
    receipt = await shares(chat, ada)
    seen = len(ada.private)
    for wanted in (False, True):
        if wanted:
            await opens(ada, ring, code_in(receipt))
            await ada.presses("Tell me of replies")
            seen = len(ada.private)
        await ben.presses("Reply anonymously", on=post(ring))
        await ben.answers("Me neither.")
        await sends(ben)
        await chat.clock.on(hours=2)
        told = [one for one in ada.private[seen:] if "anonymous repl" in words(one)]
        assert bool(told) == wanted


async def test_a_reply_that_comes_while_word_of_another_is_noted_is_told_too(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = chat.person("ada")
    receipt = await shares(chat, ada)
    await ada.presses("Tell me of replies", on=receipt)
    service: Sharing = chat.app.catalogue.cogs["sharing"].service
    wipe, seen = service.supplies.wipe, len(ada.private)

    async def between(schedule: str, names: Collection[str]) -> None:
        monkeypatch.undo()
        async with service.records.store.write() as session:
            (share,) = (await session.scalars(select(Share))).all()
            await service.outbox.notify(session, share.id, "reply", chat.clock.now)
        await wipe(schedule, names)

    monkeypatch.setattr(service, "supplies", dataclasses.replace(service.supplies, wipe=between))
    await replies(chat, chat.person("ben"), "Me neither.")
    await chat.clock.on(hours=5)
    assert len([one for one in ada.private[seen:] if "anonymous repl" in words(one)]) == 2


async def test_speaking_as_the_author_needs_the_code(chat: Chat) -> None:
    ada, ring = chat.person("ada"), chat.room("ring")
    receipt = await shares(chat, ada)
    await opens(ada, ring, code_in(receipt))
    await ada.presses("Reply as the author")
    await ada.answers("Thank you all.")
    assert "You speak as the author" in words(ada.last)
    await sends(ada)
    await chat.clock.on(minutes=11)
    reply = ring.standing[-1]
    assert reply.text.startswith("The author")
    assert "Thank you all." in reply.text


async def test_a_cut_is_at_once(chat: Chat) -> None:
    ada, ring = chat.person("ada"), chat.room("ring")
    receipt = await shares(chat, ada)
    await opens(ada, ring, code_in(receipt))
    await ada.presses("Tell me of replies")
    panel = await opens(ada, ring, code_in(receipt))
    await ada.presses("Cut what leads to me")
    assert ada.sees_privately("Nothing leads from it to you any more")
    await ada.presses("Add to it", on=panel)
    await ada.answers("more")
    assert ada.sees_privately("What I showed you then no longer opens it")
    fresh = await opens(ada, ring, code_in(receipt))
    assert "Nothing from which you could be told anything." in words(fresh)


async def test_themes_one_would_rather_not_read_stay_closed(chat: Chat) -> None:
    ada, ben, ring = chat.person("ada"), chat.person("ben"), await gather(chat, "ada", "ben")
    await writes(ada, ring, "It was the anniversary.", theme="Death and loss")
    await sends(ada)
    await chat.clock.on(minutes=11)
    handle = handle_in(post(ring))
    await ben.says(ring, f"/answer {handle}")
    assert "Would you like to read it?" in words(ben.last)
    await ben.says(ring, "/share-filter")
    await ben.presses("Death and loss")
    assert "You would rather not read about: Death and loss" in words(ben.last)
    await ben.says(ring, f"/answer {handle.upper()}")
    assert "You chose not to be shown that" in words(ben.last)
    assert "anniversary" not in words(ben.last)
    await ben.presses("Show it to me")
    assert "It was the anniversary." in words(ben.last)


@pytest.mark.hearth(cogs=COGS, profile=PROFILE.replace("at-once", "off"))
async def test_where_it_is_off_it_says_so_before_anybody_writes(chat: Chat) -> None:
    ada, ring = chat.person("ada"), await gather(chat, "ada")
    await ada.says(ring, "/share")
    assert ada.sees_privately("Sharing without a name is not set up here.")
    assert ada.last.form is None


@pytest.mark.hearth(cogs=COGS, profile=REVIEWED)
@ON_MATRIX_TOO
async def test_asked_for_a_change_the_author_answers_with_the_code(chat: Chat) -> None:
    ada, mod, desk, ring = chat.person("ada"), chat.person("mod"), chat.room("desk"), chat.room("ring")
    receipt = await shares(chat, ada, "I live in a small town called Xanten.")
    await mod.presses("Ask for a change", on=desk.last)
    await mod.answers("Please leave out the town.")
    await chat.clock.on(minutes=11)
    assert ada.sees_privately("Please leave out the town.")
    panel = await opens(ada, ring, code_in(receipt))
    assert "Please leave out the town." in words(panel)
    await ada.presses("Change it")
    await fills_in(ada, "I live in a small town.", picture=None)
    await chat.clock.on(minutes=11)
    assert "I live in a small town." in words(desk.last)
    await mod.presses("Approve", on=desk.last)
    await chat.clock.on(minutes=5)
    assert "I live in a small town." in words(post(ring))
    assert "Xanten" not in words(post(ring))


async def test_everything_linked_goes_with_an_erasure_and_the_share_stays(chat: Chat) -> None:
    ada, ring = chat.person("ada"), chat.room("ring")
    receipt = await shares(chat, ada)
    await writes(ada, ring, "Something that still waits.")
    await sends(ada)
    await ada.says(ring, "/privacy erase")
    await ada.presses("Yes, erase everything")
    await chat.clock.on(hours=1)
    assert len(ring.standing) == 1
    panel = await opens(ada, ring, code_in(receipt))
    assert "It stands in its room." in words(panel)


async def test_what_an_erasure_leaves_is_told_before_with_its_date(chat: Chat) -> None:
    ada, ben, ring = chat.person("ada"), chat.person("ben"), chat.room("ring")
    await shares(chat, ada)
    await ada.says(ring, "/privacy erase")
    assert "gone after 2026-04-01" in words(ada.last)
    await ben.says(ring, "/privacy erase")
    assert "gone after" not in words(ben.last)
    assert "only the code of its receipt takes it down" in words(ben.last)
