"""From the first `/setup` to `/config undo`, as a moderator does it on a phone where nothing is set up."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.testing.chat import Chat, Person

from .scene import begins_set_up, words

FEW = "name: New\nzone: UTC\nroles:\n  moderator: [mod]\n"
NARROW = 40
"""Characters of a button that stand in one line on a phone."""


def fits_a_phone(person: Person) -> None:
    """What was shown so far is read without turning the phone: few buttons, none wide, no wall of words."""
    for seen in person.seen:
        assert len(words(seen)) < 1500
        assert all(len(button.label) <= NARROW for button in seen.buttons)
        assert len(seen.buttons) <= 12


async def sets_up(chat: Chat, mod: Person) -> None:
    ring = chat.room("ring")
    await begins_set_up(mod, ring)
    await mod.answers("Germany")
    await mod.answers("#mods")
    await mod.presses("Go on")
    await mod.answers("The evening")
    await mod.answers("#ring")
    await mod.presses("Kind words")
    assert "Nothing has changed yet." in words(mod.last)
    await mod.presses("Put it in force")


async def then_changes_and_undoes(chat: Chat, mod: Person, first: int) -> None:
    """What a moderator does next: look, try, change, take back."""
    ring = chat.room("ring")
    space = next(one for one in chat.app.spaces if one.name == "Evening people")
    assert (space.zone, space.country, space.moderators_room) == ("Europe/Berlin", "DE", "#mods")
    assert space.groups["the-evening"].rooms == ("#ring",)
    await mod.says(ring, "/config show")
    assert mod.last.private
    (file,) = mod.last.files
    assert "use: [kind-words]" in Path(file.path).read_text(encoding="utf-8")
    await mod.says(ring, "/config try")
    await mod.answers("what a psycho\ngood evening")
    assert "kind-labels" in words(mod.last)
    await mod.says(ring, "/config edit part:groups.the-evening")
    await mod.presses("Change this")
    await mod.answers('the-evening:\n  name: “The night”\n  room: "#ring"')
    assert "The night instead of The evening" in words(mod.last)
    await mod.presses("Put it in force")
    assert f"version {first + 1}" in words(mod.last)
    await mod.says(ring, "/config undo")
    assert "The evening instead of The night" in words(mod.last)
    await mod.presses("Put it in force")
    assert chat.app.spaces.get(space.id).groups["the-evening"].name == "The evening"
    await mod.says(ring, "/config history")
    assert f"Version {first + 2}" in words(mod.last)


@pytest.mark.faces("terminal", "discord")
@pytest.mark.hearth(profile=None, cogs=["config", "rules", "checkins", "crisis"])
async def test_a_server_that_the_config_does_not_name_is_set_up_from_the_chat(chat: Chat) -> None:
    mod, other = chat.person("mod"), chat.person("other")
    for room in ("ring", "mods"):
        await mod.joins(chat.room(room))
        await other.joins(chat.room(room))
    await sets_up(chat, mod)
    await then_changes_and_undoes(chat, mod, 1)
    fits_a_phone(mod)
    await chat.restart()
    assert any(one.name == "Evening people" for one in chat.app.spaces), "it is there after a restart"
    assert other.seen == []


@pytest.mark.faces("matrix")
@pytest.mark.hearth(profile=FEW, cogs=["config", "rules", "checkins", "crisis"])
async def test_a_community_is_set_up_changed_and_taken_back_on_matrix(chat: Chat) -> None:
    mod = chat.person("mod")
    for room in ("ring", "mods"):
        await mod.joins(chat.room(room))
    await sets_up(chat, mod)
    await then_changes_and_undoes(chat, mod, 2)
    fits_a_phone(mod)
