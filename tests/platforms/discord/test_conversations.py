"""What people meet on Discord, from the command to the answer."""

from __future__ import annotations

from pathlib import Path

from bot.config.operator import Space
from bot.platforms.discord import limits
from bot.platforms.discord.literal import literal
from bot.testing.discord_server import DiscordServer, Upload
from bot.testing.turns import until

from .harbour import hearth


async def test_crisis_is_answered_privately_numbers_alone_on_their_lines(
    server: DiscordServer, tmp_path: Path
) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    async with hearth(server, tmp_path):
        asked = await ana.slash(guild, "crisis", country="Ireland")
        await asked.answered()
        assert asked.message.ephemeral
        assert "116 123" in asked.message.text.split("\n")
        kept = await ana.press(asked.message, "Keep this")
        await kept.answered()
        await until(lambda: ana.direct_messages)
        assert "116 123" in ana.direct_messages[-1].text.split("\n")
        assert server.messages(guild.channel("evening")) == []


async def test_a_form_opens_is_refused_and_opens_again_with_its_words(
    server: DiscordServer, tmp_path: Path
) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    async with hearth(server, tmp_path) as running:
        opened = await ana.slash(guild, "plant")
        await opened.answered()
        assert opened.modal is not None
        assert opened.modal.title == "Plant something"
        kinds = {field.label: field.kind for field in opened.modal.fields}
        assert kinds == {
            "What is it called?": "text", "In which bed?": "radio", "Is it sunny there?": "radio",
            "Anything else?": "paragraph", "A picture": "file",
        }  # fmt: skip
        picture = Upload("leaf.png", b"12345", "image/png")
        answers = {
            "What is it called?": "nettle", "In which bed?": "By the pond", "Is it sunny there?": "Yes",
            "Anything else?": "two\nlines", "A picture": picture,
        }  # fmt: skip
        sent = await ana.submit_modal(opened, answers)
        await sent.answered()
        assert sent.message.ephemeral
        assert sent.message.text == "No nettles, please."
        again = await ana.press(sent.message, "Try again")
        await again.answered()
        assert again.modal is not None
        assert again.modal.field("Anything else?").value == "two\nlines"
        assert [one.value for one in again.modal.field("In which bed?").options if one.chosen] == ["pond"]
        sent = await ana.submit_modal(again, {"What is it called?": "fern", "A picture": picture})
        await sent.answered()
        assert sent.message.text == "Planted fern (pond, True, 5 bytes)."
        assert running.garden.planted[0].note == "two\nlines"


async def test_every_option_arrives_as_what_it_is(server: DiscordServer, tmp_path: Path) -> None:
    ana, ben = server.add_user("ana"), server.add_user("ben")
    guild = server.add_guild("Harbour", ["evening"], members=[ana, ben])
    async with hearth(server, tmp_path):
        photo = Upload("photo.txt", b"seen", "text/plain")
        options = {"how-many": 3, "ripe": False, "bed": "By the pond", "friend": ben, "photo": photo}
        asked = await ana.slash(guild, "pick", {"fruit": "plum", **options})
        await asked.answered()
        assert asked.message.text == "plum 3 False pond ben seen"
        offered = await ana.autocomplete(guild, "pick", "fruit", "ap")
        assert [(one.name, one.value) for one in offered] == [("Apple", "apple"), ("Apricot", "apricot")]


async def test_a_file_that_is_too_large_or_gone_is_refused_in_words(
    server: DiscordServer, tmp_path: Path
) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    async with hearth(server, tmp_path):
        for content in (b"x" * (limits.DOWNLOAD + 1), b"gone"):
            asked = await ana.slash(guild, "pick", fruit="plum", photo=Upload("a.bin", content))
            if content == b"gone":
                server.attachments.clear()
            await asked.answered()
            assert asked.message.text == "Please send a file for this one."


async def test_a_public_answer_is_public_and_its_buttons_answer_as_their_commands_do(
    server: DiscordServer, tmp_path: Path
) -> None:
    ana, ben = server.add_user("ana"), server.add_user("ben")
    guild = server.add_guild("Harbour", ["evening"], members=[ana, ben])
    evening = guild.channel("evening")
    async with hearth(server, tmp_path):
        asked = await ana.slash(evening, "beds")
        await asked.answered()
        (beds,) = ben.sees(evening)
        assert not beds.ephemeral
        assert beds.labels == ["Water them", "Secretly", "Plant", "Site"]
        assert "*4141" in beds.texts
        watered = await ben.press(beds, "Water them")
        await watered.answered()
        assert (watered.message.text, watered.message.ephemeral) == ("Watered north.", False)
        hush = await ben.press(beds, "Secretly")
        await hush.answered()
        assert hush.message.ephemeral
        assert [one.text for one in ana.sees(evening)[1:]] == ["Watered north."]
        form = await ben.press(beds, "Plant")
        await form.answered()
        assert form.modal is not None


async def test_buttons_work_after_a_restart(server: DiscordServer, tmp_path: Path) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    async with hearth(server, tmp_path):
        asked = await ana.slash(guild, "beds")
        await asked.answered()
        opened = await ana.press(asked.message, "Plant")
        await opened.answered()
    async with hearth(server, tmp_path):
        watered = await ana.press(asked.message, "Water them")
        await watered.answered()
        assert watered.message.text == "Watered north."
        # A form that was open meanwhile is accepted, too.
        answers = {"What is it called?": "fern", "In which bed?": "North", "Is it sunny there?": "No"}
        sent = await ana.submit_modal(opened, answers)
        await sent.answered()
        assert sent.message.text == "Planted fern (north, False, 0 bytes)."


async def test_pictures_and_files_come_with_words_for_those_who_do_not_see_them(
    server: DiscordServer, tmp_path: Path
) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    async with hearth(server, tmp_path):
        asked = await ana.slash(guild, "pictures")
        await asked.answered()
        assert [(one.name, one.description, one.content[:4]) for one in asked.message.files] == [
            ("rose_one.png", "A red rose", b"\x89PNG"),
            ("rose_two.png", "A red rose", b"\x89PNG"),
            ("list.json", "The list of roses", b"{}"),
        ]


async def test_pages_are_turned(server: DiscordServer, tmp_path: Path) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    async with hearth(server, tmp_path):
        asked = await ana.slash(guild, "seeds")
        await asked.answered()
        assert asked.message.labels == ["More"]
        more = await ana.press(asked.message, "More")
        await more.answered()
        assert more.message.labels == ["Back", "More"]
        assert "seed 3" in more.message.text


async def test_long_work_is_announced_privately_and_answered_publicly(
    server: DiscordServer, tmp_path: Path
) -> None:
    ana, ben = server.add_user("ana"), server.add_user("ben")
    guild = server.add_guild("Harbour", ["evening"], members=[ana, ben])
    evening = guild.channel("evening")
    async with hearth(server, tmp_path) as running:
        asked = await ana.slash(evening, "harvest")
        await asked.answered()
        assert asked.message.ephemeral
        assert asked.message.text == "Picking…"
        assert ben.sees(evening) == []
        running.garden.gate.set()
        await server.until(lambda: ben.sees(evening))
        assert [one.text for one in ben.sees(evening)] == ["Harvested."]
        assert [one.text for one in ana.sees(evening)] == ["Harvested."]


async def test_a_late_refusal_of_a_public_command_stays_private(
    server: DiscordServer, tmp_path: Path
) -> None:
    ana, ben = server.add_user("ana"), server.add_user("ben")
    guild = server.add_guild("Harbour", ["evening"], members=[ana, ben])
    async with hearth(server, tmp_path):
        asked = await ana.slash(guild, "weed")
        await asked.answered()
        assert (asked.message.text, asked.message.ephemeral) == ("There are no weeds.", True)
        assert ben.sees(guild.channel("evening")) == []


async def test_words_of_a_member_ping_nobody(server: DiscordServer, tmp_path: Path) -> None:
    ana, ben = server.add_user("ana"), server.add_user("ben")
    guild = server.add_guild("Harbour", ["evening"], members=[ana, ben])
    async with hearth(server, tmp_path):
        words = f"# hello <@{ben.id}> @everyone [x](https://evil.example)"
        asked = await ana.slash(guild, "echo", words=words)
        await asked.answered()
        assert asked.message.raw.mentions == []
        escaped = rf"\# hello \<@{ben.id}> \@everyone \[x](https\://evil.example)"
        assert asked.message.text == escaped


async def test_who_and_where(server: DiscordServer, tmp_path: Path) -> None:
    ana, ben, cleo, dora = (server.add_user(name) for name in ("ana", "ben", "cleo", "dora"))
    roles = {"Hosts": ["manage_messages"], "Mods": ["moderate_members"], "Keepers": []}
    members = [ana, (ben, ["Hosts"]), (cleo, ["Mods"]), (dora, ["Keepers"])]
    guild = server.add_guild("Harbour", ["evening"], roles=roles, members=members)
    profile = tmp_path / "space.yaml"
    profile.write_text("name: Harbour\nzone: UTC\nroles:\n  facilitator: [keepers]\n")
    thread = server.add_thread(guild.channel("evening"), "Wednesday", private=False)
    spaces = {"harbour": Space(profile=profile, discord=str(guild.id))}
    async with hearth(server, tmp_path, spaces=spaces):
        for person, level in (
            (ana, "MEMBER"),
            (ben, "FACILITATOR"),
            (cleo, "MODERATOR"),
            (dora, "FACILITATOR"),
        ):
            asked = await person.slash(guild.channel("evening"), "whereami")
            await asked.answered()
            assert asked.message.text == f"{level} harbour {person.name} room none evening"
        asked = await ana.slash(thread, "whereami")
        await asked.answered()
        assert asked.message.text == f"MEMBER harbour ana thread {guild.channel('evening').id} Wednesday"
        asked = await ana.slash(ana.direct, "whereami")
        await asked.answered()
        assert asked.message.text == "MEMBER harbour ana direct none "
        assert not asked.message.ephemeral  # nobody else is there, and it must not vanish


async def test_two_servers_are_two_spaces(server: DiscordServer, tmp_path: Path) -> None:
    ana = server.add_user("ana")
    first, second = (server.add_guild(name, ["evening"], members=[ana]) for name in ("One", "Two"))
    async with hearth(server, tmp_path) as running:
        for guild in (first, second):
            asked = await ana.slash(guild, "whereami")
            await asked.answered()
            assert literal(running.app.spaces.of("discord", str(guild.id))) in asked.message.text
            called = await ana.slash(guild, "call", words=guild.name)
            await called.answered()
        for guild in (first, second):
            assert [one.text for one in server.messages(guild.channel("evening"))] == [guild.name]


async def test_commands_speak_the_persons_language(server: DiscordServer, tmp_path: Path) -> None:
    ana, ben = server.add_user("ana", "de"), server.add_user("ben", "en-GB")
    guild = server.add_guild("Harbour", ["evening"], members=[ana, ben])
    async with hearth(server, tmp_path):
        assert "beete" in ana.commands(guild)
        assert "beds" in ben.commands(guild)
        asked = await ana.slash(guild, "hush")
        await asked.answered()
        assert asked.message.text == "Unter uns."
        asked = await ana.slash(guild, "plant")
        await asked.answered()
        assert asked.modal is not None
        assert asked.modal.labels[:2] == ["Wie heißt es?", "In welches Beet?"]


async def test_moderators_commands_are_offered_to_whom_the_owner_lets_through(
    server: DiscordServer, tmp_path: Path
) -> None:
    ana, ben, cleo = (server.add_user(name) for name in ("ana", "ben", "cleo"))
    roles: dict[str, list[str]] = {"Helpers": [], "Mods": ["moderate_members"]}
    guild = server.add_guild(
        "Harbour", ["evening"], roles=roles, members=[ana, (ben, ["Helpers"]), (cleo, ["Mods"])]
    )
    async with hearth(server, tmp_path):
        assert "tidy" not in ana.commands(guild)
        assert "tidy" not in ben.commands(guild)
        asked = await cleo.slash(guild, "tidy")
        await asked.answered()
        assert asked.message.text == "Tidied."
        server.set_command_permission(guild, "shed", [(guild.role("Helpers"), True)])
        asked = await ben.slash(guild, "shed open")
        await asked.answered()
        assert asked.message.text == "Opened."
        # The answer was public, so its button is worth what the person who presses it is.
        for person in (ana, ben):
            pressed = await person.press(asked.message, "Tidy")
            await pressed.answered()
            assert pressed.message.text == "This one is for facilitators."
        hush = await ana.slash(guild, "hush")
        await hush.answered()
        pressed = await ana.press(hush.message, "Tidy")
        await pressed.answered()
        assert pressed.message.text == "This one is for moderators."


async def test_what_is_written_directly_is_answered_there(server: DiscordServer, tmp_path: Path) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    async with hearth(server, tmp_path) as running:
        ana.say(ana.direct, "crisis Ireland")
        await server.until(lambda: len(ana.direct_messages) > 1)
        assert "116 123" in ana.direct_messages[-1].text.split("\n")
        ana.say(ana.direct, "!whereami")
        await server.until(lambda: len(ana.direct_messages) > 3)
        assert ana.direct_messages[-1].text == "That can't be done here."  # no community is known yet
        asked = await ana.slash(guild, "whereami")
        await asked.answered()
        ana.say(ana.direct, "!whereami")
        await server.until(lambda: len(ana.direct_messages) > 5)
        space = running.app.spaces.of("discord", str(guild.id))
        assert ana.direct_messages[-1].text == f"MEMBER {literal(space)} ana direct none "


async def test_a_mention_is_heard_and_a_private_answer_to_it_comes_directly(
    server: DiscordServer, tmp_path: Path
) -> None:
    ana, ben = server.add_user("ana"), server.add_user("ben")
    guild = server.add_guild("Harbour", ["evening"], members=[ana, ben])
    evening = guild.channel("evening")
    me = f"<@{server.bot_user.id}>"
    async with hearth(server, tmp_path):
        ana.say(evening, "just talking")
        ana.say(evening, f"{me} hush")
        await server.until(lambda: ana.direct_messages)
        assert ana.direct_messages[-1].text == "Between us."
        ana.say(evening, f"{me} echo hello there")
        await server.until(lambda: len(ben.sees(evening)) == 4)
        assert ben.sees(evening)[-1].text == "hello there"
        # With direct messages closed nothing is said, but for /crisis: then for anyone who may need it.
        server.close_dms(ben)
        ben.say(evening, f"{me} hush")
        ben.say(evening, f"{me} crisis Ireland")
        await server.until(lambda: len(ana.sees(evening)) == 7)
        shown = ana.sees(evening)[-1].text
        assert "For anyone who may need it" in shown
        assert "116 123" in shown


async def test_a_form_asked_for_by_message_is_offered_as_a_button(
    server: DiscordServer, tmp_path: Path
) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", ["evening"], members=[ana])
    async with hearth(server, tmp_path):
        asked = await ana.slash(guild, "hush")
        await asked.answered()
        ana.say(ana.direct, "/plant")
        await server.until(lambda: len(ana.direct_messages) > 1)
        assert ana.direct_messages[-1].labels == ["Plant something"]
