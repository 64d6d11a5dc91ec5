"""Conversations through the terminal's twin, with a toy cog on a real database."""

import datetime
import gc
import subprocess
import sys
import weakref
from pathlib import Path

import pytest

from bot.testing.chat import START, Chat
from bot.testing.discord_face import open_discord

HERE = Path(__file__).parent


async def test_a_public_answer_reaches_the_room_and_a_private_one_its_person(garden):
    one, other, away, ring = *(garden.person(n) for n in ("one", "other", "away")), garden.room("ring")
    await other.joins(ring)
    await away.joins(garden.room("elsewhere"))
    await one.says(ring, "/plant Fern")
    assert other.sees(ring) == one.sees(ring) == ["Fern is planted."]
    await one.presses("take it back")
    assert one.sees_privately("Taken back.")
    assert len(other.seen) == 1
    assert away.seen == []


async def test_a_public_button_answers_whoever_pressed_it(garden):
    one, other, ring = garden.person("one"), garden.person("other"), garden.room("ring")
    await other.joins(ring)
    await one.says(ring, "/plant Fern")
    await other.presses(1)
    assert other.sees_privately("Taken back.")
    assert not one.private


async def test_nobody_presses_a_button_that_only_another_sees(garden):
    one, other, ring = garden.person("one"), garden.person("other"), garden.room("ring")
    await other.joins(ring)
    await one.says(ring, "/mood")
    await one.presses(1)
    await one.answers("-")
    kept = one.last
    assert kept.buttons
    assert kept.private
    await other.presses(1)
    assert [message.text for message in other.seen] == ["There is nothing to press yet."]
    await other.presses("Take it back", on=kept)
    assert other.last.text == "That message is not for you to press."
    assert one.last is kept


async def test_who_comes_later_presses_what_already_stands_in_the_room(garden):
    one, late, ring = garden.person("one"), garden.person("late"), garden.room("ring")
    await one.says(ring, "/plant Fern")
    await late.presses(1)
    assert late.last.text == "There is nothing to press yet."
    await late.joins(ring)
    await late.presses(1)
    assert late.last.text == "Taken back."


@pytest.mark.parametrize("which", ["2", "The same again", "the same", '  "the same  again" '])
async def test_a_button_is_pressed_by_number_label_or_beginning(garden, which):
    one, ring = garden.person("one"), garden.room("ring")
    await one.says(ring, "/plant Fern")
    await garden.face._platform.do(_read(f"@one presses {which}"))
    assert ring.last.text == "The same is planted."


@pytest.mark.parametrize("which", ["0", "4", "99999999999", "T", "nothing", "same"])
async def test_what_cannot_be_pressed_is_refused_privately(garden, which):
    one, ring = garden.person("one"), garden.room("ring")
    await one.says(ring, "/plant Fern")
    await one.presses(which)
    assert one.last.private
    assert one.last.text.startswith("There is no such button")


async def test_a_link_tells_its_page(garden):
    one, ring = garden.person("one"), garden.room("ring")
    await one.says(ring, "/plant Fern")
    assert ring.last.buttons[2].label == "Read more: https://example.org"
    await one.presses("read more")
    assert one.last.text == "This one opens a page: https://example.org"


async def test_the_number_means_what_was_shown_last(garden):
    one, ring = garden.person("one"), garden.room("ring")
    await one.says(ring, "/mood")
    await one.says(ring, "/plant Fern")
    await one.presses(2)
    assert ring.last.text == "The same is planted."
    await one.presses("good enough")
    assert one.last.form.question == "Anything to add?"
    await one.answers("rain")
    assert one.last.text == "Kept: Good enough. rain"


async def test_a_form_asks_again_until_the_answer_fits(garden):
    one, ring = garden.person("one"), garden.room("ring")
    await one.says(ring, "/mood")
    assert one.last.form.choices == ("Heavy", "Good enough")
    await one.answers("purple")
    assert one.last.text == "Please choose one of the answers shown, by its number or its words."
    assert one.last.form.question == "Which of these is nearest?"
    await one.answers("-")
    assert "This one needs an answer." in one.last.text
    await one.answers("2")
    await one.answers("x" * 41)
    assert "40 characters" in one.last.text
    await one.answers("-")
    assert one.last.text == "Kept: Good enough. "
    await one.answers("more")
    assert one.last.text == "There is no open question right now."


@pytest.mark.parametrize(
    ("words", "value"), [("1", 0), ("2", 1), ("3", 2), ("some", 1), ("none", 0), ("none at", 2), ("0", 0)]
)
async def test_a_choice_is_kept_as_it_was_chosen_even_where_values_look_like_numbers(garden, words, value):
    one, ring = garden.person("one"), garden.room("ring")
    await one.says(ring, "/rate")
    await one.answers(words)
    assert one.last.text == f"Score {value}."


async def test_plain_words_answer_in_the_direct_conversation_and_stay_words_in_a_room(garden):
    one, ring = garden.person("one"), garden.room("ring")
    await one.says(ring, "/mood")
    asked = one.last
    await one.says(ring, "heavy")
    assert one.last is asked
    await one.says(None, "heavy")
    assert one.last.form.question == "Anything to add?"


@pytest.mark.parametrize("how", ["/stop", "stop"])
async def test_stop_leaves_a_form(garden, how):
    one, ring = garden.person("one"), garden.room("ring")
    await one.says(ring, "/mood")
    await one.says(None if how == "stop" else ring, how)
    assert one.last.text == "Stopped. Nothing was kept."
    await one.presses("heavy")
    assert one.last.text == "There is nothing to press yet."
    await one.answers("heavy")
    assert one.last.text == "There is no open question right now."


async def test_a_refused_form_is_tried_again(garden):
    one, ring = garden.person("one"), garden.room("ring")
    await one.says(ring, "/mood")
    await one.presses("heavy")
    await one.answers("storm")
    assert one.last.text == "Too windy for that."
    await one.presses("Try again")
    assert one.last.form.question == "Anything to add?"
    await one.answers("frost")
    await one.presses("Try again")
    assert one.last.text == "> Heavy"
    await one.answers("-")
    assert one.last.text == "> frost"
    await one.answers("calm")
    assert one.last.text == "Kept: Heavy. calm"


async def test_a_restart_keeps_an_open_form(garden):
    one, ring = garden.person("one"), garden.room("ring")
    await one.says(ring, "/mood")
    await one.presses("good enough")
    await garden.restart()
    await one.answers("after the restart")
    assert one.last.text == "Kept: Good enough. after the restart"


async def test_an_open_form_expires(garden):
    one, ring = garden.person("one"), garden.room("ring")
    await one.says(ring, "/mood")
    await garden.clock.on(minutes=31)
    await one.presses("heavy")
    assert one.last.text == "There is no open question right now."


async def test_a_file_answers_a_question_for_one(garden, tmp_path):
    one, ring = garden.person("one"), garden.room("ring")
    (tmp_path / "seeds.txt").write_text("moss")
    await one.says(ring, "/bring")
    await one.answers("moss")
    assert one.last.text == "Please send a file for this one."
    await one.sends(tmp_path / "nothing.txt")
    assert one.last.text == "I can't read that file."
    await one.sends(tmp_path / "seeds.txt")
    assert one.last.text == "I have seeds.txt (4 bytes)."


async def test_a_file_is_no_answer_to_a_question_for_words(garden, tmp_path):
    one, ring = garden.person("one"), garden.room("ring")
    (tmp_path / "seeds.txt").write_text("moss")
    await one.says(ring, "/mood")
    await one.presses(1)
    await one.sends(tmp_path / "seeds.txt")
    assert one.last.text == "I could not read that answer. Could you try once more?"
    assert one.last.form.question == "Anything to add?"


async def test_pictures_are_saved_for_their_owner_and_named(garden):
    one, ring = garden.person("one"), garden.room("ring")
    await one.says(ring, "/draw")
    await one.says(ring, "/draw 3")
    first, second = (message.files[0] for message in one.private)
    assert first.path != second.path
    assert (second.name, second.type, second.alt) == ("gar-den.png", "image/png", "A drawing of 3 days")
    assert _saved(second) == (garden.folder / "files" / "@one", b"\x89PNG", 0o600)


async def test_nothing_a_member_writes_can_steer_the_terminal(garden):
    one, ring = garden.person("one"), garden.room("ring")
    evil = "\x1b[2J\x1b]0;t\x07\x9b31m\x7f\r\u202egnp\u2066 [bold]b[/bold]"
    await one.says(ring, f"/echo {evil}")
    from bot.platforms.terminal.write import rendered

    shown = rendered(ring.last).plain + str(ring.last.as_json())
    assert not set(shown) & set("\x1b\x07\x9b\x7f\r\u202e\u2066")
    assert "\u241b[2J" in shown
    assert "[bold]b[/bold]" in shown


async def test_a_role_list_of_the_profile_gives_a_name_its_level(garden):
    ring = garden.room("ring")
    await garden.person("one").says(ring, "/weed")
    assert garden.person("one").last.text == "This one is for moderators."
    await garden.person("mod").says(ring, "/weed")
    assert garden.room("ring").last.text == "Weeded."


async def test_many_things_in_one_moment_are_not_too_many(garden):
    one, ring = garden.person("one"), garden.room("ring")
    for _ in range(30):
        await one.says(ring, "/plant Moss")
    assert ring.last.text == "Moss is planted."
    assert not one.private


async def test_prompts_come_when_they_are_due_in_order_and_once(garden):
    one, ring = garden.person("one"), garden.room("ring")
    await one.joins(ring)
    await garden.clock.to("2026-03-04T01:29")
    assert len(one.sees(ring)) == 3
    await garden.clock.to("01:30")
    assert len(one.sees(ring)) == 4
    await garden.restart()
    await garden.clock.on(minutes=5)
    assert len(ring.seen) == 4


@pytest.mark.parametrize(
    ("wall", "zone", "moment"),
    [
        ("2026-03-29T01:30", "Europe/London", datetime.datetime(2026, 3, 29, 1, tzinfo=datetime.UTC)),
        ("2026-10-25T01:30", "Europe/London", datetime.datetime(2026, 10, 25, 0, 30, tzinfo=datetime.UTC)),
        ("2026-11-01T19:00", "Australia/Lord_Howe", datetime.datetime(2026, 11, 1, 8, tzinfo=datetime.UTC)),
    ],
)
async def test_the_clock_knows_the_hour_that_is_missing_and_the_one_that_comes_twice(
    tmp_path, wall, zone, moment
):
    start = moment - datetime.timedelta(days=2)
    async with await Chat.open(tmp_path, cogs=["toys.garden"], start=start) as chat:
        await chat.clock.to(wall, zone)
        assert chat.clock.now == moment


async def test_time_of_day_means_the_next_one(garden):
    assert garden.clock.now == START
    await garden.clock.to("11:00")
    assert garden.clock.now == START + datetime.timedelta(hours=23)
    with pytest.raises(ValueError, match="backwards"):
        await garden.clock.to("2026-03-02T12:00")


async def test_a_post_with_the_same_mark_is_the_same_post_even_after_a_restart(garden):
    from bot.sdk.words import Shown

    async def post(mark, **more):
        platform = garden.face._platform
        return await platform.post(platform.place("#ring", ""), Shown(text="Once", **more), mark)

    assert await post("m1", private=False) == await post("m1", private=False)
    await garden.restart()
    await post("m1", private=False)
    assert [one.text for one in garden.room("ring").seen] == ["Once"]
    since, platform = garden.clock.now, garden.face._platform
    assert await platform.find(platform.room("ring"), "m1", since) is not None
    assert await platform.find(platform.room("ring"), "m2", since) is None
    await post("m3", private=True)
    assert len(garden.seen) == 1


def test_the_fixture_and_its_markers(tmp_path):
    """The plug-in as a cog author uses it, in a pytest run of its own."""
    (tmp_path / "test_theirs.py").write_text(
        "import sys\n"
        "import pytest\n"
        "def test_nothing_is_loaded_before_it_is_asked_for():\n"
        "    assert not {'bot.app', 'bot.sdk', 'bot.testing.chat', 'sqlalchemy'} & set(sys.modules)\n"
        "@pytest.mark.faces('terminal')\n"
        "@pytest.mark.hearth(cogs=['toys.garden'])\n"
        "async def test_it(chat):\n"
        "    await chat.person('one').says(chat.room('ring'), '/plant Moss')\n"
        "    assert chat.room('ring').last.text == 'Moss is planted.'\n"
        "@pytest.mark.faces('smoke signals')\n"
        "async def test_not_there(chat):\n"
        "    pass\n"
    )
    out = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "pytest_asyncio.plugin", "-p", "bot.testing.plugin",
         "-o", "asyncio_mode=auto", "-o", f"pythonpath={HERE} {HERE.parent.parent}", "-p", "no:cacheprovider",
         "-q", str(tmp_path)],
        capture_output=True, text=True, check=False, cwd=tmp_path,
        env={"PYTHONPATH": str(HERE.parent.parent), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )  # fmt: skip
    assert "2 passed, 1 error" in out.stdout, out.stdout + out.stderr
    assert "there is no face called 'smoke signals' here; there are terminal" in out.stdout


async def test_a_profile_of_ones_own(tmp_path):
    profile = "name: Ours\nzone: Pacific/Apia\nroles: {moderator: [keeper]}\n"
    async with await Chat.open(tmp_path, cogs=["toys.garden"], profile=profile) as chat:
        assert chat.zone == "Pacific/Apia"
        await chat.person("keeper").says(chat.room("any"), "/weed")
        assert chat.room("any").last.text == "Weeded."


def _saved(file):
    path = Path(file.path)
    return path.parent, path.read_bytes(), path.stat().st_mode & 0o777


def _read(line):
    from bot.platforms.terminal.read import read_line

    return read_line(line)


async def test_a_conversation_on_the_stand_in_leaves_nothing_in_memory(tmp_path):
    async with await Chat.open(tmp_path / "hearth", opens=open_discord, cogs=["help"]) as chat:
        await chat.person("one").says(chat.room("ring"), "/help")
        world = weakref.ref(chat.face._world)
        del chat
    gc.collect()
    assert world() is None
