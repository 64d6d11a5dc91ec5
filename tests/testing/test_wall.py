"""Posts that are folded, edited, taken down, answered in threads; commands about a message; watching."""

import pytest

from bot.sdk.words import Fate

PROFILE = """
name: Test
zone: Europe/London
groups: {ring: {name: The ring, room: "#ring"}}
"""
WATCHED = PROFILE + "wall: {watch: true}\n"

pytestmark = [
    pytest.mark.hearth(cogs=["toys.wall"], profile=PROFILE),
    pytest.mark.faces("terminal", "discord", "matrix"),
]


async def pinned(chat, words="Red and yellow."):
    """A sheet called `one` that hangs in the ring, where `reader` is."""
    writer, reader, ring = chat.person("writer"), chat.person("reader"), chat.room("ring")
    await reader.joins(ring)
    await writer.says(ring, f'/pin one "{words}"')
    await chat.clock.on(minutes=6)
    return writer, reader, ring


async def test_a_folded_post_shows_its_title_its_warning_and_its_buttons(chat):
    _, reader, ring = await pinned(chat)
    (sheet,) = ring.seen
    assert "A sheet" in sheet.text
    assert sheet.warning == "loud colours"
    assert "Red and yellow." not in sheet.text
    assert "Red and yellow." in sheet.folded
    assert "Wave" in [one.label for one in sheet.buttons]
    await reader.presses("Wave", on=sheet)
    assert ring.last.text == "Somebody waves."


async def test_a_cog_hears_once_what_became_of_its_post(chat):
    await pinned(chat)
    service = chat.app.catalogue.cogs["wall"].service
    assert service.fates == [("one", Fate.POSTED)]
    assert list(service.hung) == ["one"]


async def test_an_edit_stands_in_the_place_of_what_it_edits(chat):
    writer, reader, ring = await pinned(chat)
    await writer.says(ring, '/mend one "Blue and grey."')
    assert writer.sees_privately("Mended.")
    await reader.presses("Wave", on=ring.standing[0])
    sheet = ring.standing[0]
    assert "Blue and grey." in sheet.folded
    assert "Red and yellow." not in sheet.folded
    assert sum("A sheet" in one.text for one in ring.standing) == 1


async def test_what_is_taken_down_is_gone(chat):
    writer, _, ring = await pinned(chat)
    await writer.says(ring, "/tear one")
    assert writer.sees_privately("Taken down.")
    assert ring.standing == []
    await writer.says(ring, "/tear one")
    assert ring.standing == []


async def test_what_is_written_below_stands_in_one_thread(chat):
    writer, _, ring = await pinned(chat)
    await writer.says(ring, '/below one "The first."')
    await writer.says(ring, '/below one "The second."')
    sheet, first, second = ring.standing
    assert (first.text, second.text) == ("The first.", "The second.")
    assert sheet.thread == ""
    assert first.thread == second.thread == sheet.ref


async def test_a_thread_speaks_the_language_of_the_group_whose_room_it_hangs_in(chat):
    await pinned(chat)
    place, ref = chat.app.catalogue.cogs["wall"].service.hung["one"]
    group = chat.app.spaces.get("test").group_at(place.under(ref, "under one"))
    assert group is not None
    assert group.id == "ring"


async def test_a_command_about_a_post_of_hearths_knows_which_it_is(chat):
    _, reader, ring = await pinned(chat)
    await reader.chooses(ring, "point", ring.seen[0])
    await reader.answers("Lovely.")
    ((message, words),) = chat.app.catalogue.cogs["wall"].service.told
    assert message.author is None
    assert message.ref == chat.app.catalogue.cogs["wall"].service.hung["one"][1]
    assert words == "Lovely."


async def test_a_command_about_somebodys_message_knows_whose_it_is_also_after_a_restart(chat):
    one, other, ring = chat.person("one"), chat.person("other"), chat.room("ring")
    await other.joins(ring)
    await one.says(ring, "Look at the snow")
    await other.chooses(ring, "point")
    if chat.face.name != "discord":
        await chat.restart()
    await other.answers("So white.")
    assert other.sees_privately("one wrote: Look at the snow")


async def test_a_command_about_nothing_says_how_to_say_what_is_meant(chat):
    if chat.face.name == "discord":
        pytest.skip("Discord offers it in the menu of a message alone")
    one, ring = chat.person("one"), chat.room("ring")
    await one.says(ring, "/point")
    assert one.sees_privately("This is about a message")


async def test_how_many_read_somewhere_is_counted_where_it_can_be(chat):
    one, ring = chat.person("one"), chat.room("ring")
    await chat.person("other").joins(ring)
    await one.says(ring, "/many")
    # The stand-in's server has an owner besides, who reads there, too.
    assert one.last.text == ("3" if chat.face.name == "discord" else "2")


@pytest.mark.hearth(cogs=["toys.wall"], profile=WATCHED)
async def test_a_watcher_sees_what_people_write_and_answers_its_writer_alone(chat):
    one, other, ring = chat.person("one"), chat.person("other"), chat.room("ring")
    await other.joins(ring)
    await one.says(ring, "A quiet word")
    await one.says(ring, "A loud word")
    service = chat.app.catalogue.cogs["wall"].service
    assert [wrote.message.text for wrote in service.seen] == ["A quiet word", "A loud word"]
    assert one.sees_privately("Not so loud, please.")
    assert not other.private
    assert service.reached == [True], "a watcher hears whether what it does reaches its place"


async def test_nobody_watches_where_the_profile_does_not_want_it(chat):
    one, ring = chat.person("one"), chat.room("ring")
    await one.says(ring, "A loud word")
    assert chat.app.catalogue.cogs["wall"].service.seen == []
    assert one.seen == []


@pytest.mark.hearth(cogs=["toys.wall"], profile=WATCHED)
async def test_who_is_timed_out_is_not_heard_until_that_is_lifted(chat):
    one, mod, ring = chat.person("one"), chat.person("mod"), chat.room("ring")
    await mod.joins(ring)
    await one.says(ring, "The first")
    await mod.chooses(ring, "hush")
    assert mod.sees_privately("They rest for a while.")
    await one.says(ring, "The second")
    await mod.says(ring, "/unhush")
    assert mod.sees_privately("They can write again.")
    await one.says(ring, "The third")
    seen = [wrote.message.text for wrote in chat.app.catalogue.cogs["wall"].service.seen]
    assert seen == ["The first", "The third"]
