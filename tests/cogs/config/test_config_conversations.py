"""Moderators change their community's profile from a phone, on all three faces."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.platforms.terminal import Seen
from bot.sdk.people import Person as PersonOf
from bot.testing.chat import SPACE, Chat, Person

from .scene import begins_set_up, labels, words

PROFILE = """\
# Our circle
name: Test
zone: Europe/London
country: GB
roles:
  moderator: [mod, second]
groups:
  ring:
    name: The ring
    room: "#ring"
    checkins:
      prompts:
        - id: evening
          at: 18:00
"""
ANNOUNCED = PROFILE + 'config:\n  announce: "#news"\n'

pytestmark = [pytest.mark.hearth(profile=PROFILE), pytest.mark.faces("terminal", "discord")]
ON_MATRIX_TOO = pytest.mark.faces("terminal", "discord", "matrix")
"""For what differs there: files, dialogues, direct rooms. A real Synapse takes a while for each."""


def file_of(seen: Seen) -> str:
    (file,) = seen.files
    return Path(file.path).read_text(encoding="utf-8")


async def uploads(chat: Chat, person: Person, text: str | bytes) -> Seen:
    file = chat.folder / "profile.yaml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    await person.says(chat.room("ring"), "/config upload")
    await person.sends(file)
    return person.last


def in_force(chat: Chat) -> str:
    current = chat.app.communities.current(SPACE)
    assert current is not None
    return current.text


@pytest.mark.faces("terminal")
async def test_rules_that_come_are_named_and_not_written_out(chat: Chat) -> None:
    mod = chat.person("mod")
    rules = "rules:\n  use: [kind-words]\n  list: [{id: calls, say: No calls., when: phone, then: [hold]}]\n"
    assert "New: rules: use kind-words, list calls" in words(await uploads(chat, mod, PROFILE + rules))
    assert "say No calls" not in words(mod.last)


@ON_MATRIX_TOO
async def test_shown_as_a_file_with_its_source(chat: Chat) -> None:
    mod, other, ring = chat.person("mod"), chat.person("other"), chat.room("ring")
    await other.joins(ring)
    await mod.says(ring, "/config show")
    assert mod.last.private
    assert "From the file on the server, 2026-03-02 12:00. In force now." in words(mod.last)
    first, _, rest = file_of(mod.last).partition("\n")
    assert first.startswith("# Hearth: version 1.")
    assert rest == in_force(chat)
    assert ring.seen == other.seen == []


@ON_MATRIX_TOO
async def test_uploaded_shown_in_words_confirmed_live_and_undone(chat: Chat) -> None:
    mod, ring = chat.person("mod"), chat.room("ring")
    before = in_force(chat)
    seen = await uploads(chat, mod, before.replace("18:00", "19:00"))
    assert seen.private
    assert "• group “The ring” › check-in “evening” moves from 18:00 to 19:00" in words(seen)
    assert "Nothing has changed yet." in words(seen)
    assert in_force(chat) == before
    await chat.restart()
    await mod.presses("Put it in force", on=seen)
    assert mod.sees_privately("Done. This is version 2 now, and it is in force.")
    await mod.joins(ring)
    await chat.clock.to("18:30")
    assert ring.seen == []
    await chat.clock.to("19:00")
    assert len(ring.seen) == 1, "what is scheduled follows at once"
    await mod.says(ring, "/config history")
    assert "Version 2" in words(mod.last)
    assert "In chat, 2026-03-02 12:00, by mod. In force now." in words(mod.last)
    await mod.says(ring, "/config undo")
    assert "moves from 19:00 to 18:00" in words(mod.last)
    await mod.presses("Put it in force")
    assert "version 3" in words(mod.last)
    assert in_force(chat) == before
    await mod.says(ring, "/config history")
    assert "Brings back version 1" in words(mod.last)
    await mod.says(ring, "/config undo")
    assert mod.sees_privately("There is no version before this one.")


async def test_everything_wrong_at_once_with_its_line_and_nothing_changes(chat: Chat) -> None:
    mod = chat.person("mod")
    before = in_force(chat)
    wrong = (
        before.replace("Europe/London", "Europe/Lundon").replace("room:", "rom:").replace("18:00", "25:00")
    )
    seen = await uploads(chat, mod, wrong)
    assert "3 things in this profile can't be understood. Nothing was changed." in seen.text
    assert "Line 3" in words(seen)
    assert 'did you mean "Europe/London"?' in words(seen)
    assert "> zone: Europe/Lundon" in words(seen)
    assert 'did you mean "room"?' in words(seen)
    assert "Put it in force" not in labels(seen)
    assert in_force(chat) == before


async def test_what_phones_type_is_mended_and_named(chat: Chat) -> None:
    mod = chat.person("mod")
    text = in_force(chat).replace("zone: Europe", "zone:\u00a0Europe").replace("- id", "\u2013 id")
    seen = await uploads(chat, mod, text.replace("name: The ring", "name: \u201cThe circle\u201d"))
    assert "a long dash made a hyphen, line 14" in words(seen).replace("13", "14")
    assert "curly quotes made straight, line 9" in words(seen)
    assert "a no-break space made a plain one, line 3" in words(seen)
    assert "The circle instead of The ring" in words(seen)
    await mod.presses("Put it in force")
    assert chat.app.spaces.get(SPACE).groups["ring"].name == "The circle"
    assert 'name: "The circle"' in in_force(chat)


async def test_nobody_else_confirms_and_nobody_confirms_twice(chat: Chat) -> None:
    mod, ring = chat.person("mod"), chat.room("ring")
    seen = await uploads(chat, mod, in_force(chat).replace("18:00", "19:00"))
    later = await uploads(chat, mod, in_force(chat).replace("18:00", "20:00"))
    await mod.presses("Put it in force", on=seen)
    assert mod.sees_privately("This proposal is no longer here.")
    await mod.presses("Leave it as it is", on=later)
    await mod.presses("Put it in force", on=later)
    assert mod.last.text.startswith("This proposal is no longer here.")
    late = await uploads(chat, mod, in_force(chat).replace("18:00", "21:00"))
    await chat.clock.on(hours=3)
    await mod.presses("Put it in force", on=late)
    assert mod.last.text.startswith("This proposal is no longer here.")
    assert "18:00" in in_force(chat)
    assert ring.seen == []


async def test_a_member_sees_and_changes_nothing(chat: Chat) -> None:
    one, ring = chat.person("one"), chat.room("ring")
    for line in ("/config show", "/config undo", "/config history", "/setup"):
        await one.says(ring, line)
        assert all(not seen.files and not seen.form for seen in one.seen)
    assert "version" not in "".join(words(seen) for seen in one.seen)


async def test_whoever_confirms_second_is_shown_what_came_before(chat: Chat) -> None:
    mod = chat.person("mod")
    mine = await uploads(chat, mod, in_force(chat).replace("18:00", "20:00"))
    sam = PersonOf("terminal", "sam", SPACE, name="Sam")  # on whatever platform
    other = in_force(chat).replace("name: The ring", "name: The circle")
    assert await chat.app.communities.put(SPACE, other, after=1, by=sam) == 2
    await mod.presses("Put it in force", on=mine)
    assert "Changed in the meantime by Sam" in words(mod.last)
    assert "The circle instead of The ring" in words(mod.last)
    assert "The ring instead of The circle" in words(mod.last)
    assert in_force(chat) == other
    await mod.presses("Leave it as it is")
    assert in_force(chat) == other


@pytest.mark.faces("terminal", "matrix")
@pytest.mark.hearth(profile=PROFILE.replace("[mod, second]", "[mod, second, power 0]"))
async def test_the_second_of_two_is_shown_the_firsts_change(chat: Chat) -> None:
    mod, second, ring = chat.person("mod"), chat.person("second"), chat.room("ring")
    await second.says(ring, "/config show")
    taken = file_of(second.last)
    hers = await uploads(chat, second, taken.replace("18:00", "20:00"))
    await uploads(chat, mod, in_force(chat).replace("name: The ring", "name: The circle"))
    await mod.presses("Put it in force")
    await second.presses("Put it in force", on=hers)
    seen = second.last
    assert "Somebody changed the profile in the meantime." in seen.text
    assert "Changed in the meantime by mod" in words(seen)
    assert "The circle instead of The ring" in words(seen)
    assert "The ring instead of The circle" in words(seen), "what hers would take back"
    assert "moves from 18:00 to 20:00" in words(seen)
    assert "The circle" in in_force(chat)
    await second.presses("Put it in force", on=hers)
    assert "This proposal is no longer here" in second.last.text, "an older picture confirms nothing"
    again = await uploads(chat, second, taken.replace("18:00", "20:00"))
    assert "Changed in the meantime by mod" in words(again), "the file says which version it began from"
    await second.presses("Put it in force", on=again)
    assert "version 3" in words(second.last)
    assert "20:00" in in_force(chat)


@ON_MATRIX_TOO
async def test_a_part_is_changed_in_a_form_and_its_words_are_not_lost(chat: Chat) -> None:
    mod, ring = chat.person("mod"), chat.room("ring")
    await mod.says(ring, "/config edit")
    assert {"name", "zone", "roles", "groups", "Add something"} <= set(labels(mod.last))
    await mod.says(ring, "/config edit part:groups.ring")
    assert 'room: "#ring"' in words(mod.last)
    await mod.presses("Change this")
    await mod.answers('ring:\n  name: The circle\n  rom: "#ring"')
    assert "Line 3: rom" in words(mod.last)
    assert 'did you mean "room"?' in words(mod.last)
    await mod.presses("Try again")
    await mod.answers('ring:\n  name: The circle\n  room: "#ring"')
    assert "The circle instead of The ring" in words(mod.last)
    assert "Gone: group “The ring” › checkins" in words(mod.last)
    await mod.presses("Put it in force")
    assert chat.app.spaces.get(SPACE).groups["ring"].name == "The circle"
    assert in_force(chat).startswith("# Our circle\n"), "the rest stays as it was written"


@pytest.mark.hearth(
    profile=PROFILE
    + "".join(f"  g{at}:\n    name: Group {at} {'x' * 80}\n    room: r{at}\n" for at in range(40))
)
async def test_a_long_section_is_changed_piece_by_piece_and_added_to(chat: Chat) -> None:
    mod, ring = chat.person("mod"), chat.room("ring")
    await mod.says(ring, "/config edit part:groups")
    assert "more than 4000 characters" in words(mod.last).replace(",", "")
    assert "g8" in labels(mod.last)
    await mod.presses("More parts")
    assert "g9" in labels(mod.last)
    await mod.presses("g9")
    assert "Group 9" in words(mod.last)
    await mod.says(ring, "/config edit part:groups")
    await mod.presses("Add something")
    await mod.answers("night:\n  name: Night\n  room: night")
    assert "New: group “night”: name Night, room night" in words(mod.last)
    await mod.presses("Put it in force")
    assert chat.app.spaces.get(SPACE).groups["night"].rooms == ("night",)


@pytest.mark.hearth(profile=ANNOUNCED)
async def test_a_change_is_announced_where_the_profile_asks_for_it(chat: Chat) -> None:
    mod, one, news = chat.person("mod"), chat.person("one"), chat.room("news")
    await one.joins(news)
    text = in_force(chat).replace("18:00", "19:00").replace("second]", "second, Secretname]")
    await uploads(chat, mod, text)
    assert news.seen == []
    await mod.presses("Put it in force")
    assert "were changed by its moderators" in news.last.text
    assert "moves from 18:00 to 19:00" in words(news.last)
    assert "roles: changed" in words(news.last)
    assert "Secretname" not in words(news.last)
    assert "mod" not in words(news.last).replace("moderators", "")


@pytest.mark.hearth(profile=PROFILE, cogs=["crisis", "privacy", "help", "config", "checkins"])
async def test_trying_says_plainly_that_there_are_no_rules(chat: Chat) -> None:
    mod, ring = chat.person("mod"), chat.room("ring")
    await mod.says(ring, "/config try")
    await mod.answers("Call me: 020 7946 0000")
    assert mod.last.text.startswith("No rules are loaded here")


@pytest.mark.hearth(profile="name: New\nzone: UTC\nroles:\n  moderator: [mod]\n")
async def test_a_community_is_set_up_from_a_conversation(chat: Chat) -> None:
    mod, ring = chat.person("mod"), chat.room("ring")
    await begins_set_up(mod, ring)
    await mod.answers("Germany")
    await mod.answers("#mods")
    asked = mod.last
    assert "the clock of Europe/Berlin" in words(asked)
    await chat.restart()
    await mod.presses("Go on", on=asked)
    await mod.answers("The evening: tea & talk")
    await mod.answers("#ring")
    await mod.presses("Kind words")
    assert "zone: Europe/Berlin instead of UTC" in words(mod.last)
    assert "country: DE" in words(mod.last)
    await mod.presses("Put it in force")
    space = chat.app.spaces.get(SPACE)
    assert (space.name, space.zone, space.country) == ("Evening people", "Europe/Berlin", "DE")
    assert space.moderators_room == "#mods"
    assert "rules:\n  use: [kind-words]" in in_force(chat)
    assert space.groups["the-evening-tea-talk"].rooms == ("#ring",)
    await mod.says(ring, "/config history")
    assert "Version 2" in words(mod.last), "who moderates is still there"


@pytest.mark.hearth(profile="name: New\nzone: UTC\nroles:\n  moderator: [mod]\n")
async def test_an_answer_of_the_set_up_that_is_not_understood_is_asked_again(chat: Chat) -> None:
    mod, ring = chat.person("mod"), chat.room("ring")
    await begins_set_up(mod, ring, "xqzzy")
    await mod.answers("US")  # of which clock cannot be told
    await mod.answers("-")
    assert mod.sees_privately("I don't know this time zone.")
    assert "Try again" in labels(mod.last)


@pytest.mark.hearth(profile=PROFILE + "moderators_room: mods\n")
async def test_moderators_decide_between_a_file_and_what_chat_made(chat: Chat) -> None:
    mod, mods, ring = chat.person("mod"), chat.room("mods"), chat.room("ring")
    await mod.joins(mods)
    await mod.joins(ring)
    file = chat.app.config.spaces[SPACE].profile
    at_first = in_force(chat)
    await uploads(chat, mod, at_first.replace("18:00", "20:00"))
    await mod.presses("Put it in force")
    file.write_text(at_first.replace("name: The ring", "name: The circle"), encoding="utf-8")
    await chat.app.communities.look()
    await chat.app.communities.look()
    assert "20:00" in in_force(chat)
    await chat.clock.on(minutes=2)
    assert "stays in force until a moderator decides" in mods.last.text
    assert len(mods.seen) == 1
    await mod.says(ring, "/config show")
    assert "Waits for a decision" in words(mod.last)
    await mod.presses("Look at both")
    assert (
        "Changed in chat since the last file\n• group “The ring” › check-in “evening” moves from 18:00"
        in words(mod.last)
    )
    assert "The circle instead of The ring" in words(mod.last)
    assert "moves from 20:00 to 18:00" in words(mod.last)
    both = mod.last
    await mod.presses("Keep what chat made", on=both)
    assert mod.last.text.startswith("What chat made stays in force.")
    assert "20:00" in in_force(chat)
    await mod.presses("Put it in force", on=both)
    assert "version 4" in words(mod.last), "a change of mind within two hours"
    assert "The circle" in in_force(chat)
    await chat.clock.on(minutes=5)
    assert len(mods.seen) == 1


@pytest.mark.hearth(profile=PROFILE + "moderators_room: mods\n")
async def test_moderators_are_told_once_that_a_file_cannot_be_taken_and_why(chat: Chat) -> None:
    mod, mods = chat.person("mod"), chat.room("mods")
    await mod.joins(mods)
    file = chat.app.config.spaces[SPACE].profile
    before = in_force(chat)

    async def written(text: str) -> None:
        file.write_text(text, encoding="utf-8")
        for _ in range(2):
            await chat.app.communities.look()
        await chat.at_once()

    await written(before.replace("Europe/London", "Europe/Lundon").replace("room:", "rom:", 1))
    assert "What was in force stays in force." in mods.last.text
    assert '3:7 zone is "Europe/Lundon"' in words(mods.last)
    assert 'did you mean "Europe/London"?' in words(mods.last)
    assert 'did you mean "room"?' in words(mods.last)
    assert in_force(chat) == before
    if chat.face.name == "terminal":
        await chat.restart()
        await mod.joins(mods)
    await chat.clock.on(hours=2)
    assert len(mods.seen) == 1, "told once, and not again after a restart"
    await written(before.replace("18:00", "25:00"))
    assert len(mods.seen) == 2
    await written(before.replace("18:00", "19:00"))
    assert len(mods.seen) == 2
    assert "19:00" in in_force(chat)


@pytest.mark.hearth(
    profile=PROFILE + "".join(f"  g{at}:\n    name: Group {at}\n    room: r{at}\n" for at in range(60))
)
async def test_many_changes_and_many_findings_fit_a_phone_and_all_are_in_a_file(chat: Chat) -> None:
    mod = chat.person("mod")
    seen = await uploads(chat, mod, in_force(chat).replace("name: Group", "name: Gruppe"))
    assert "46 more changes" in words(seen)
    assert len(words(seen)) < 2500
    assert file_of(seen).count("\n") == 59
    assert "Gruppe 59 instead of Group 59" in file_of(seen)
    seen = await uploads(chat, mod, in_force(chat).replace("room: r", "rom: r", 40))
    assert "40 things in this profile" in seen.text
    assert "35 more; the file has all of them" in words(seen)
    assert len(words(seen)) < 2500
    assert file_of(seen).count('did you mean "room"?') == 40


@pytest.mark.faces("terminal")
@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (b"\xff\xfen\x00a\x00", "saved as UTF-16"),
        (b"name: \xe4", "not UTF-8"),
        (b"a" * 300_000, "at most 256 KiB"),
        (b"", "the file is empty"),
        (b"- a\n- b\n", "holds a list at the top"),
        (b"a: &a [x, x]\n" + b"".join(b"b%d: [*a, *a, *a]\n" % at for at in range(90)), "too many aliases"),
        (b"a: " + b"[" * 30 + b"]" * 30, "stand too deep"),
        (b"name: !!python/object:os.system x\n", "special meaning in YAML"),
        (b"name: one\nname: two\n", "a second time"),
        (b"token: MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMg.GABCDE.abcdefghijklmnopqrstuvwxyz0123456789AB\n", "secret"),
    ],
)
async def test_nothing_that_is_sent_breaks_anything(chat: Chat, sent: bytes, told: str) -> None:
    mod = chat.person("mod")
    before = in_force(chat)
    seen = await uploads(chat, mod, sent)
    assert told in words(seen)
    assert "abcdefghijklmnopqrstuvwxyz" not in words(seen), "a secret is not said again"
    assert "Put it in force" not in labels(seen)
    assert in_force(chat) == before


@pytest.mark.faces("terminal")
async def test_what_changes_only_in_layout_is_said_and_nothing_at_all_as_well(chat: Chat) -> None:
    mod = chat.person("mod")
    seen = await uploads(chat, mod, in_force(chat) + "# seen by Sam\n")
    assert "Only comments and layout would change." in seen.text
    await mod.presses("Put it in force")
    assert in_force(chat).endswith("# seen by Sam\n")
    await uploads(chat, mod, in_force(chat))
    assert mod.last.text.startswith("This is exactly what is in force already.")


@pytest.mark.hearth(profile=PROFILE + f"operator_contact: {'🙂' * 1999}\n")
async def test_a_part_that_a_form_would_cut_is_not_offered_cut(chat: Chat) -> None:
    mod, ring = chat.person("mod"), chat.room("ring")
    await mod.says(ring, "/config edit part:operator_contact")
    assert mod.last.text.startswith("This part has more than 4"), (
        "each of these counts double on some platforms"
    )
    assert "Change this" not in labels(mod.last)


@pytest.mark.faces("terminal")
async def test_a_form_begins_with_what_is_there(chat: Chat) -> None:
    mod = chat.person("mod")
    await mod.says(chat.room("ring"), "/config edit part:name")
    await mod.presses("Change this")
    assert "> # Our circle\n> name: Test" in mod.last.text
    await mod.answers("-")
    assert mod.last.text.startswith("This is exactly what is in force already.")


@pytest.mark.hearth(
    cogs=["config", "rules"],
    profile=PROFILE + "rules:\n  list:\n    - {id: zebra, when: {words: [zebra]}, then: [nudge, hold]}\n",
)
async def test_a_rule_is_told_as_it_was_written(chat: Chat) -> None:
    mod, ring = chat.person("mod"), chat.room("ring")
    await mod.says(ring, "/config edit part:rules")
    await mod.presses("Change this")
    await mod.answers("rules:\n  list:\n    - {id: gnu, when: {words: [gnu]}, then: [nudge, slow: 10m]}")
    assert "• New: rules › rule “gnu”: when words gnu, then nudge, slow 10m" in words(mod.last)
    assert "• Gone: rules › rule “zebra” (was when words zebra, then nudge, hold)" in words(mod.last)
