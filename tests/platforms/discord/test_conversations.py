"""What people meet on Discord, from the command to the answer."""

from __future__ import annotations

from pathlib import Path

from bot.testing.discord_server import DiscordServer, Upload

from .harbour import hearth, until


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
