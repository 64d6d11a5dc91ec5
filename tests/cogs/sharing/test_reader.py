"""Sharing as its readers live it."""

from __future__ import annotations

import pytest

from bot.testing.chat import Chat

from .scene import (
    COGS,
    FACES,
    ON_MATRIX_TOO,
    PROFILE,
    gather,
    handle_in,
    labels,
    post,
    replies,
    sends,
    shares,
    words,
    writes,
)

pytestmark = [pytest.mark.hearth(cogs=COGS, profile=PROFILE), pytest.mark.faces(*FACES)]


@ON_MATRIX_TOO
async def test_taps_are_private_and_told_in_words_from_three_on(chat: Chat) -> None:
    await shares(chat, chat.person("ada"))
    ring = chat.room("ring")
    for name in ("ada", "ben"):
        await chat.person(name).presses("Me too", on=post(ring))
        assert chat.person(name).sees_privately("Thank you. It is counted in words only")
    await chat.clock.on(minutes=30)
    assert "me too" not in words(post(ring))
    await chat.person("cleo").presses("Me too", on=post(ring))
    await chat.clock.on(minutes=30)
    assert "“me too” from a few people" in words(post(ring))
    assert len(ring.standing) == 1


@ON_MATRIX_TOO
async def test_a_reply_is_seen_first_and_stands_in_the_thread_under_one_name(chat: Chat) -> None:
    await shares(chat, chat.person("ada"))
    ben, ring = chat.person("ben"), chat.room("ring")
    await ben.presses("Reply anonymously", on=post(ring))
    await ben.answers("Me neither.")
    assert "In this thread you have one made-up name." in words(ben.last)
    await sends(ben)
    name = words(ben.last).split("“")[1].split("”")[0]
    assert len(ring.standing) == 1
    await chat.clock.on(minutes=11)
    first = ring.standing[-1]
    assert first.thread == post(ring).ref
    assert first.text.casefold().startswith(name.casefold())
    assert "Me neither." in words(first)
    assert "ben" not in words(first).lower()
    await replies(chat, ben, "And yet.")
    assert ring.standing[-1].text.casefold().startswith(name.casefold())


async def test_a_reply_can_be_taken_back(chat: Chat) -> None:
    await shares(chat, chat.person("ada"))
    ben, ring = chat.person("ben"), chat.room("ring")
    await ben.presses("Reply anonymously", on=post(ring))
    await ben.answers("Me neither.")
    sent = await sends(ben)
    await chat.clock.on(minutes=11)
    assert len(ring.standing) == 2
    await ben.presses("Take it back", on=sent)
    await chat.clock.on(minutes=1)
    assert len(ring.standing) == 1


async def test_advice_under_just_listen_is_met_with_one_question(chat: Chat) -> None:
    await shares(chat, chat.person("ada"))
    ben, ring = chat.person("ben"), chat.room("ring")
    await ben.presses("Reply anonymously", on=post(ring))
    await ben.answers("Have you tried getting up earlier?")
    assert "sounds a little like advice" in words(ben.last)
    await sends(ben)
    await chat.clock.on(minutes=11)
    assert len(ring.standing) == 2, "it is a question, and stops nothing"


async def test_advice_under_ones_name_is_asked_about_once_before_it_is_sent(chat: Chat) -> None:
    await shares(chat, chat.person("ada"))
    ben, ring = chat.person("ben"), chat.room("ring")
    await ben.presses("Reply openly", on=post(ring))
    await ben.answers("Have you tried getting up earlier?")
    asked = ben.last
    assert "sounds a little like advice" in words(asked)
    assert len(ring.standing) == 1
    await ben.presses("Change it")
    await ben.answers("You should know that I read this.")
    assert len(ring.standing) == 2, "it is one question, not two"
    await ben.presses("Send", on=asked)
    assert ben.sees_privately("That is no longer open")
    await ben.presses("Reply openly", on=post(ring))
    await ben.answers("Have you tried getting up earlier?")
    await ben.presses("Send")
    assert ring.standing[-1].text == "ben\nHave you tried getting up earlier?"
    assert len(ring.standing) == 3


async def test_what_would_help_stands_first(chat: Chat) -> None:
    for wants, first in (("Been there?", "Me too"), ("Just listen", "I hear you")):
        await shares(chat, chat.person("ada"), wants=wants)
        assert labels(post(chat.room("ring")))[0] == first


async def test_where_few_read_whoever_replies_is_told_that_they_may_be_guessed(chat: Chat) -> None:
    ada, ben, ring = chat.person("ada"), chat.person("ben"), chat.room("ring")
    await ben.joins(ring)
    await writes(ada, ring, "I did not get up today.")
    await sends(ada)
    await ada.presses("Yes, send it")
    await chat.clock.on(minutes=11)
    await ben.presses("Reply anonymously", on=post(ring))
    await ben.answers("Me neither.")
    assert "They may guess that it was you." in words(ben.last)


async def test_an_open_reply_stands_under_ones_name_at_once(chat: Chat) -> None:
    await shares(chat, chat.person("ada"))
    ben, ring = chat.person("ben"), chat.room("ring")
    await ben.presses("Reply openly", on=post(ring))
    await ben.answers("I am here if you want to talk.")
    reply = ring.standing[-1]
    assert reply.thread == post(ring).ref
    assert reply.text == "ben\nI am here if you want to talk."


@ON_MATRIX_TOO
async def test_a_share_is_answered_by_its_short_name(chat: Chat) -> None:
    await shares(chat, chat.person("ada"))
    ben, ring = chat.person("ben"), chat.room("ring")
    await ben.says(ring, f"/answer {handle_in(post(ring))}")
    assert ben.last.private
    assert "I did not get up today." in words(ben.last)
    assert "Reply anonymously" in labels(ben.last)
    await ben.presses("I hear you")
    assert ben.sees_privately("Thank you.")
    await ben.says(ring, "/answer amber 1")
    assert "I find nothing of that name here." in words(ben.last)


@ON_MATRIX_TOO
async def test_the_menu_of_a_message_replies_to_a_share_and_to_nothing_else(chat: Chat) -> None:
    await shares(chat, chat.person("ada"))
    ben, ring = chat.person("ben"), chat.room("ring")
    await ben.chooses(ring, "reply-anonymously", on=post(ring))
    await ben.answers("Me neither.")
    await sends(ben)
    await chat.clock.on(minutes=11)
    assert "Me neither." in words(ring.standing[-1])
    await chat.person("cleo").says(ring, "good evening")
    await ben.chooses(ring, "reply-anonymously")
    await ben.answers("Hello.")
    assert "That is not something that was shared without a name." in words(ben.last)


@ON_MATRIX_TOO
async def test_a_report_reaches_moderators_without_a_name(chat: Chat) -> None:
    await shares(chat, chat.person("ada"))
    ben, ring, desk = chat.person("ben"), chat.room("ring"), chat.room("desk")
    await ben.presses("Something's wrong", on=post(ring))
    await ben.presses("This hurts me")
    assert ben.sees_privately("Thank you for saying so.")
    told = words(desk.last)
    assert "hurts them" in told
    assert "I did not get up today." in told
    assert "ben" not in told.lower()
    assert "ada" not in told.lower()
    await ben.presses("Something's wrong", on=post(ring))
    await ben.presses("This hurts me")
    assert len(desk.seen) == 1, "said twice it is said once"


async def test_worry_offers_the_author_help_without_saying_who(chat: Chat) -> None:
    ada, ben, ring = chat.person("ada"), chat.person("ben"), chat.room("ring")
    receipt = await shares(chat, ada)
    await ada.presses("Tell me of replies", on=receipt)
    await ben.presses("Something's wrong", on=post(ring))
    await ben.presses("I am worried about them")
    await chat.clock.on(minutes=15)
    offered = next(one for one in ada.private if "is worried about you" in words(one))
    assert labels(offered) == ["Find help now"]
    assert "ben" not in words(offered).lower()


async def test_old_buttons_answer_after_a_restart(chat: Chat) -> None:
    await shares(chat, chat.person("ada"))
    shown = post(chat.room("ring"))
    await chat.restart()
    ben = chat.person("ben")
    await ben.joins(chat.room("ring"))
    await ben.presses("Me too", on=shown)
    assert ben.sees_privately("Thank you.")


async def test_where_a_share_was_taken_down_its_buttons_say_so(chat: Chat) -> None:
    ada, ben = chat.person("ada"), chat.person("ben")
    receipt = await shares(chat, ada)
    shown = post(chat.room("ring"))
    await ada.presses("Open it", on=receipt)
    await ada.presses("Take it down")
    await ada.presses("Yes, take it down")
    await ben.presses("Me too", on=shown)
    assert ben.sees_privately("That is not there any more.")


async def test_the_author_in_two_threads_is_two_voices(chat: Chat) -> None:
    ring = await gather(chat, "ada")
    names = []
    for number in range(2):
        await shares(chat, chat.person("ada"), f"words {number}")
        await replies(chat, chat.person("ben"), f"reply {number}")
        names.append(ring.standing[-1].text.split("\n")[0])
    assert names[0] != names[1]


async def test_nobody_replies_to_what_they_cannot_see_in_time(chat: Chat) -> None:
    ada, ring = chat.person("ada"), await gather(chat, "ada")
    await writes(ada, ring, "Not yet.")
    receipt = await sends(ada)
    await chat.person("ben").says(ring, f"/answer {handle_in(receipt)}")
    assert "I find nothing of that name here." in words(chat.person("ben").last)
