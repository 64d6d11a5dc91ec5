"""Every command and form that ships fits Discord, in every language."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from bot.app import App
from bot.config.operator import OperatorConfig
from bot.platforms.discord import check_commands, check_form
from bot.platforms.discord.forms import modal
from bot.platforms.discord.registering import commands
from bot.sdk.people import Person, Place
from bot.sdk.tokens import Sort, Token
from bot.testing.discord_server.check_commands import check_commands as by_the_stand_in
from bot.testing.discord_server.check_components import check_modal


async def test_commands_and_forms_fit_in_every_language(tmp_path: Path) -> None:
    app = await App.open(OperatorConfig(home=tmp_path), environ={})
    try:
        described = app.catalogue.described()
        check_commands(described)
        assert [str(one) for one in by_the_stand_in(commands(described)[0])] == []
        person, place = Person("discord", "1", "space"), Place("discord", "2", "space")
        asked = 0
        for command in app.catalogue.commands.values():
            if command.form is None:
                continue
            scene = app.pipeline.scene(command.cog, person, place)
            for language in app.texts.languages:
                spoken = dataclasses.replace(scene, language=language)
                form = app.pipeline.showing.form(command, spoken, Token(command.path, {}, Sort.FORM))
                check_form(form, f"{command.cog} in {language}")
                assert list(check_modal(modal(form))) == []
                asked += 1
        assert asked
    finally:
        await app.close()
