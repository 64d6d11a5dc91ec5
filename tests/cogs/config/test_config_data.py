"""What the config cog keeps about a person: all of it exported, all of it forgotten, none of it for long."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest

from bot.sdk.people import Person as PersonOf
from bot.testing.chat import SPACE, Chat

from .test_config_conversations import PROFILE, in_force, uploads, words

pytestmark = pytest.mark.hearth(profile=PROFILE)
MOD = PersonOf("terminal", "mod", SPACE)


async def changed_something(chat: Chat) -> None:
    mod = chat.person("mod")
    await uploads(chat, mod, in_force(chat).replace("18:00", "19:00"))
    await mod.presses("Put it in force")
    await uploads(chat, mod, in_force(chat).replace("19:00", "20:15"))


async def test_everything_is_exported(chat: Chat) -> None:
    await changed_something(chat)
    mod = chat.person("mod")
    await mod.says(None, "/privacy export")
    (file,) = mod.last.files
    kept = json.loads(Path(file.path).read_text("utf-8"))["kept"]["config"]
    assert [(one["space"], one["version"], one["name"]) for one in kept["made"]] == [(SPACE, 2, "mod")]
    assert "20:15" in kept["proposed"][0]["text"]
    other = chat.person("other")
    await other.says(None, "/privacy export")
    (file,) = other.last.files
    kept = json.loads(Path(file.path).read_text("utf-8"))["kept"]["config"]
    assert kept == {"proposed": [], "made": []}


async def test_erasing_leaves_the_versions_and_nobodys_name(chat: Chat) -> None:
    await changed_something(chat)
    mod, ring = chat.person("mod"), chat.room("ring")
    await mod.says(ring, "/privacy erase")
    await mod.presses("Yes, erase everything")
    assert mod.last.text.startswith("Done.")
    await mod.says(ring, "/config history")
    assert "Version 2" in words(mod.last)
    assert "by mod" not in words(mod.last)
    await mod.says(None, "/privacy export")
    (file,) = mod.last.files
    assert json.loads(Path(file.path).read_text("utf-8"))["kept"]["config"] == {"proposed": [], "made": []}
    assert "19:00" in in_force(chat)
    await chat.restart()
    await mod.says(ring, "/config show")
    assert "by mod" not in words(mod.last)
    assert "In chat" in words(mod.last)


async def test_what_nobody_confirmed_goes_by_itself(chat: Chat) -> None:
    await changed_something(chat)
    service = chat.app.catalogue.cogs["config"].service
    assert (await service.export(MOD))["proposed"]
    await service.age_out(chat.clock.now + datetime.timedelta(hours=1))
    assert (await service.export(MOD))["proposed"]
    await service.age_out(chat.clock.now + datetime.timedelta(hours=2))
    assert (await service.export(MOD))["proposed"] == []


async def test_a_proposal_is_sealed(chat: Chat) -> None:
    mod = chat.person("mod")
    await uploads(chat, mod, in_force(chat).replace("The ring", "Quitelonguniquename"))
    assert chat.app.storage is not None
    await chat.app.storage.database.empty_log()
    folder = chat.folder / "home"
    held = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert b"Quitelonguniquename" not in held
