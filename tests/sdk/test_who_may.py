"""Who may do what, who sees what, and which community is meant."""

from __future__ import annotations

from pathlib import Path

from bot.sdk.people import Level
from bot.sdk.ports import Answered, Called, Pressed, Submitted, Typed

from .door import Door, Replies, door

KEEPER = frozenset({"keeper"})


async def test_levels_come_from_the_platform_or_the_profiles_roles(house: Door) -> None:
    refused = await house.does(Called("sweep"))
    assert refused.text == "This one is for moderators."
    assert refused.last.private
    for who in (
        house.person(level=Level.MODERATOR),
        house.person(level=Level.OPERATOR),
        house.person(roles=KEEPER),
        house.person(roles=frozenset({"KEEPER", "other"})),
    ):
        assert (await house.does(Called("sweep"), who=who)).text == "Swept"
    for who in (house.person(level=Level.FACILITATOR), house.person(roles=frozenset({"Facilitator"}))):
        assert (await house.does(Called("sweep"), who=who)).text == "This one is for moderators."


async def test_whom_the_platform_lets_through_may_and_so_may_their_own_buttons(house: Door) -> None:
    counted = await house.does(Called("tools count", let_through=True))
    assert counted.text == "Counted"
    token = counted.token("Once more")
    assert (await house.does(Pressed(token, own=True))).text == "Counted"
    # The same button on a message that others see proves nothing about who presses it.
    assert (await house.does(Pressed(token, own=False))).text == "This one is for facilitators."
    swept = await house.does(Called("sweep", let_through=True))
    assert not swept.last.private
    assert (await house.does(Pressed(swept.token("Sweep again")))).text == "This one is for moderators."


async def test_a_private_answer_is_private_and_so_is_every_refusal(house: Door) -> None:
    assert (await house.does(Called("look"))).last.private
    assert not (await house.does(Called("plant", {"what": "Fern"}))).last.private
    for what in (Called("plant"), Called("sweep"), Called("gone"), Called("fails"), Pressed("x")):
        assert (await house.does(what)).last.private
    assert (await house.does(Called("plant", {"what": "Fern"}), at=house.direct())).last.private


async def test_where_nothing_can_be_private_only_crisis_is_given(house: Door) -> None:
    silent = await house.does(Called("look"), replies=Replies(public_only=True))
    assert silent.said == []
    crisis = await house.does(Called("crisis"), replies=Replies(public_only=True))
    assert crisis.last.title.startswith("For anyone who may need it:")
    assert not crisis.last.private
    refused = await house.does(Called("sweep"), replies=Replies(public_only=True))
    assert refused.said == []


async def test_people_talking_to_each_other_are_left_alone(house: Door) -> None:
    for line in ("plant Fern", "crisis", "stop", "/plant"):
        assert (await house.does(Typed(line), id="talk")).said == []
    # It takes no place among the events that are known again, either.
    assert (await house.does(Called("look"), id="talk")).text == "Looked 0"


# --- which community --------------------------------------------------------------------------------


async def met(house: Door, *spaces: str) -> None:
    for space in spaces:
        await house.does(Called("look"), who=house.person(space=space), at=house.room("#x", space))


async def test_in_reach_of_several_communities_one_is_asked_for_once_and_remembered(tmp_path: Path) -> None:
    async with door(tmp_path, spaces=("north", "south")) as house:
        await met(house, "north", "south")
        asked = await house.does(Typed("plant Bell heather count:2"), at=house.direct())
        assert asked.text == "Which community is this about?"
        assert asked.last.private
        assert [one.label for one in asked.last.buttons] == ["North", "South"]
        done = await house.does(Pressed(asked.token("South"), own=True), at=house.direct())
        assert done.text == "Bell heather, any, 2, no"  # nothing that was typed is asked for again
        assert (await house.does(Typed("look"), at=house.direct())).text == "Looked 0"
        clock = house.clock
    async with door(tmp_path, spaces=("north", "south"), clock=clock) as house:
        assert (await house.does(Typed("look"), at=house.direct())).text == "Looked 0"
        who = house.person(space="")
        assert sorted(one.id for one in await house.app.spaces_of(who)) == ["north", "south"]
        assert await house.app.erase(who)
        assert await house.app.spaces_of(who) == []
        assert (await house.does(Typed("look"), at=house.direct())).text == "That can't be done here."
        await met(house, "north")
        assert (await house.does(Typed("look"), at=house.direct())).text == "Looked 0"


async def test_a_form_asked_for_directly_knows_its_community_to_the_end(tmp_path: Path) -> None:
    async with door(tmp_path, spaces=("north", "south")) as house:
        await met(house, "north", "south")
        asked = await house.does(Typed("titled My title"), at=house.direct())
        await house.does(Pressed(asked.token("North"), own=True), at=house.direct())
        done = await house.does(Answered("words"), at=house.direct())
        assert done.text == "Noted"
        assert house.bench.notes == ["My title: words"]


async def test_a_button_stands_for_its_own_community_wherever_it_is_pressed(tmp_path: Path) -> None:
    async with door(tmp_path, spaces=("north", "south")) as house:
        await met(house, "north", "south")
        south = house.person(space="south", roles=KEEPER)
        looked = await house.does(Called("look"), who=south, at=house.room("#x", "south"))
        again = await house.does(Pressed(looked.token("Look"), own=True), at=house.direct())
        assert again.text == "Looked 1"  # not asked which


async def test_privacy_and_crisis_need_no_community(tmp_path: Path) -> None:
    async with door(tmp_path, spaces=("north", "south")) as house:
        for line in ("privacy", "crisis", "crisis GB"):
            assert (await house.does(Typed(line), at=house.direct())).text not in (
                "Which community is this about?", "That can't be done here.",
            )  # fmt: skip
        assert (await house.does(Typed("look"), at=house.direct())).text == "That can't be done here."


async def test_the_only_community_is_meant_without_asking(house: Door) -> None:
    assert (await house.does(Typed("look"), at=house.direct())).text == "Looked 0"


async def test_somebody_new_is_refused_in_the_language_of_the_only_community(tmp_path: Path) -> None:
    async with door(tmp_path, language="de") as house:
        refused = await house.does(Typed("plant Fern count:x"), at=house.direct())
        assert refused.text == "Bitte eine Zahl, zum Beispiel 3."


# --- how much ------------------------------------------------------------------------------------------


async def test_somebody_too_fast_waits_others_and_crisis_do_not(house: Door) -> None:
    for _ in range(20):
        last = await house.does(Called("look"))
    assert last.text.startswith("That was a lot at once.")
    assert (await house.does(Called("crisis"))).last.title == "You don't have to be alone with this"
    assert (await house.does(Called("look"), who=house.person("other"))).text == "Looked 0"
    # One account has one measure, wherever it speaks.
    assert (await house.does(Called("look"), who=house.person(space="south"))).text.startswith("That was")
    assert (await house.does(Submitted("x", {}))).text.startswith("This button")
