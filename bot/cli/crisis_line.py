"""`hearth crisis`: helplines offline, with their sources."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

from bot import shipped
from bot.app import utc_now
from bot.config.operator import OperatorConfig


def lookup(country: str, kind: str, language: str, as_json: bool, config: OperatorConfig) -> int:
    """Print what there is. 0, or 1 where no country is meant by the words, or no kind."""
    from cogs.crisis.directory import Kind
    from cogs.crisis.service import Directory, to_json

    directory = Directory.load(shipped.DATA / "helplines")
    found, sure = directory.meant_country(country)
    if not sure or len(found) != 1:
        near = ", ".join(f"{one.code} {one.name}" for one in found[:8])
        print(f"Which country is {country!r}? Nearest: {near or 'none'}.", file=sys.stderr)
        return 1
    kinds = [one for one in Kind if one.value == kind]
    if kind and not kinds:
        known = ", ".join(one.value for one in Kind)
        print(f"There is no kind of help called {kind!r}. Known: {known}.", file=sys.stderr)
        return 1
    answer = directory.lines(
        found[0].code, kinds, language or None, utc_now(), unconfirmed=config.helplines.show_unconfirmed
    )
    if as_json:
        print(json.dumps(to_json(answer), ensure_ascii=False, indent=2))
        return 0
    print(f"{found[0].name}\n")  # the word that was typed may have been near to another country's name
    _print_plainly(answer)
    return 0


def _print_plainly(answer: object) -> None:
    from bot.sdk.texts import Texts
    from cogs.crisis.service import Answer
    from cogs.crisis.wording import emergency_field, line_field

    assert isinstance(answer, Answer)
    from babel import Locale

    names = Locale("en").languages
    texts = Texts()
    texts.add("crisis", shipped.cog_folder("crisis") / "texts")
    say: Callable[..., str] = lambda says: texts.say("crisis", says, "en")  # noqa: E731 - as handlers get it
    fields = [emergency_field(answer.emergency, say)] if answer.emergency is not None else []
    fields += [
        line_field(line, say, lambda code: str(names.get(code, code)))
        for line in (*answer.lines, *answer.worldwide)
    ]
    for field in fields:
        print(f"{say(field.name)}\n{say(field.text)}\n")
    if answer.international is not None:
        print(f"{answer.international.name}\n{answer.international.website}")
