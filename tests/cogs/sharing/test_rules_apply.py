"""The community's own rules, as its cog keeps them, look at a share before anybody else does."""

from __future__ import annotations

import pytest

from bot.testing.chat import Chat

from .scene import COGS, FACES, PROFILE, code_in, gather, opens, post, shares, words, writes

RULED = (
    PROFILE
    + """\
rules:
  list:
    - id: no-numbers
      say: Please leave out kilos; they hurt some here.
      when: {words: [kilo*]}
      then: [nudge]
    - id: no-names
      say: Please name no hospital.
      when: {words: [hospital]}
      then: [hold]
    - id: named-only
      when: {words: [snow]}
      then: [hold]
      scope: {anonymous: false}
"""
)
pytestmark = [
    pytest.mark.hearth(cogs=[*COGS, "rules"], profile=RULED),
    pytest.mark.faces(*FACES),
]


async def test_a_rule_is_told_to_the_author_alone_before_anything_is_sent(chat: Chat) -> None:
    ring = await gather(chat, "ada")
    preview = await writes(chat.person("ada"), ring, "Four kilos more, and snow.")
    assert "Please leave out kilos; they hurt some here." in words(preview)
    assert "Please name no hospital." not in words(preview)
    assert ring.seen == []
    assert not chat.person("mod").private


async def test_a_rule_that_takes_down_keeps_it_from_going_out(chat: Chat) -> None:
    ring = await gather(chat, "ada")
    ada = chat.person("ada")
    await writes(ada, ring, "The hospital was kind.")
    assert ada.sees_privately("This community's rules say: Please name no hospital. Nobody has seen it.")
    await chat.clock.on(hours=2)
    assert ring.seen == []
    assert not chat.person("mod").private


async def test_who_appeals_may_name_what_the_rules_keep_out(chat: Chat) -> None:
    receipt = await shares(chat, chat.person("ada"), "It was a long night.")
    ada, mod, ring, desk = chat.person("ada"), chat.person("mod"), chat.room("ring"), chat.room("desk")
    await mod.joins(ring)
    await mod.chooses(ring, "moderate-this", on=post(ring))
    await mod.presses("Cover it")
    await opens(ada, ring, code_in(receipt))
    await ada.presses("Ask moderators to look again")
    await ada.answers("I named no hospital in it.")
    await chat.clock.on(minutes=11)
    assert "I named no hospital in it." in words(desk.last)
