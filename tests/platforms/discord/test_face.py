"""A conversation as every cog's tests hold it, on Discord's stand-in."""

from __future__ import annotations

from pathlib import Path

from bot.testing.chat import Chat
from bot.testing.discord_face import open_discord

from .harbour import GARDEN


async def test_one_conversation_with_every_kind_of_turn(tmp_path: Path) -> None:
    leaf = tmp_path / "leaf.png"
    leaf.write_bytes(b"12345")
    chat = await Chat.open(tmp_path / "hearth", cogs=["crisis", GARDEN], opens=open_discord)
    async with chat:
        one, other, mod, ring = (
            chat.person("one"),
            chat.person("other"),
            chat.person("mod"),
            chat.room("ring"),
        )
        await other.joins(ring)
        await one.says(ring, "/beds")
        table = "Bed    Plants\nNorth  3\nSouth  *12*"
        assert ring.last.text == f"Beds\nThe beds, as they are.\n{table}\nSmall print"
        assert [(field.name, field.text) for field in ring.last.fields] == [
            ("A number", "*4141\n116 123"), ("For whom", "everybody"),
        ]  # fmt: skip
        beds = ring.last
        await one.says(ring, "/plant")
        await one.answers("nettle")
        await one.presses("By the pond")
        await one.presses(1)
        await one.answers("-")
        await one.sends(leaf)
        assert one.last.text == "No nettles, please."
        await chat.restart()
        await one.presses("Try again")
        assert one.last.form is not None
        assert one.last.form.answered
        await one.answers("fern")
        for _ in range(3):
            await one.answers("-")
        await one.sends(leaf)
        assert one.last.text == "Planted fern (pond, True, 5 bytes)."
        await one.says(ring, "/pick plum bed:north ripe:no")
        assert one.last.text == "plum 1 False north none none"
        await other.presses("Water them", on=beds)
        assert other.sees(ring)[-1] == "Watered north."
        await one.says(ring, "/tidy")
        assert one.last.text == "This one is for moderators."
        await mod.says(ring, "/tidy")
        assert mod.sees(ring)[-1] == "Tidied."
        await one.says(None, "crisis Ireland")
        assert one.last.private
        assert "116 123" in "\n".join(field.text for field in one.last.fields)
        await one.says(ring, "/pictures")
        assert [file.alt for file in one.last.files] == ["A red rose", "A red rose", "The list of roses"]
        assert Path(one.last.files[2].path).read_bytes() == b"{}"
        await other.presses("No such button", on=beds)
        assert other.last.text == "There is no such button."
