"""From a cog's view to what a platform sees: texts found, buttons signed, forms asked in words."""

from __future__ import annotations

import enum
import functools
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pydantic

from .commands import Command, Param, Scene, form_params
from .texts import CORE, Texts
from .tokens import OpenSigner, Signer, Sort, Token
from .words import (
    Button,
    Choice,
    Kind,
    Option,
    Picture,
    Plain,
    Says,
    Shown,
    ShownButton,
    ShownField,
    ShownFile,
    ShownForm,
    ShownQuestion,
    ShownTable,
    Style,
    Text,
    View,
    label,
)  # fmt: skip

_OPEN = OpenSigner()


class Showing:
    """Finds texts and signs tokens. `signer` is None with every key gone: then only buttons of
    commands that always answer are shown."""

    def __init__(self, texts: Texts, signer: Signer | None) -> None:
        self.texts = texts
        self._signer = signer

    def mark(self, event: str, n: int) -> str:
        """What names the post that an event leads to, as the `n`-th thing: the same if the event comes again
        after a crash, so that nothing is posted twice. Without the key it leads back to no event."""
        return self._signer.sign(f"post|{n}|{event}") if self._signer is not None else secrets.token_hex(8)

    def signer_for(self, command: Command) -> Signer | None:
        """Who signs a command's buttons."""
        return _OPEN if command.always else self._signer

    def view(
        self, cog: str, view: View, language: str, *, private: bool, space: str = "", granted: bool = False
    ) -> Shown:
        """A view in words. `space` goes into the buttons, where the place will not tell it."""

        def say(says: Says) -> str:
            return self.texts.say(cog, says, language)

        fields = list(view.fields)
        buttons = [self._button(say, one, private, space, granted) for one in view.buttons]
        if pages := view.pages:
            start = pages.page * pages.size
            fields += pages.items[start : start + pages.size]
            turns = []
            if start > 0:
                turns.append(("page-back", pages.page - 1))
            if start + pages.size < len(pages.items):
                turns.append(("page-more", pages.page + 1))
            for turn_label, page in turns:
                words = Plain(self.texts.say(CORE, turn_label, language))
                args: dict[str, Any] = {**pages.args, "page": page}
                button = Button(words, pages.turn, **args)
                buttons.append(self._button(say, button, private, space, granted))
        table = view.table and ShownTable(
            tuple(say(name) for name in view.table.columns),
            tuple(tuple(say(cell) for cell in row) for row in view.table.rows),
        )
        return Shown(
            text=say(view.text) if view.text is not None else "",
            title=say(view.title) if view.title is not None else "",
            fields=tuple(ShownField(say(one.name), say(one.text), one.copy, one.common) for one in fields),
            buttons=tuple(one for one in buttons if one is not None),
            table=table or None,
            files=tuple(
                ShownFile(one.name, one.type, one.data, say(one.alt), isinstance(one, Picture))
                for one in view.files
            ),
            footer=say(view.footer) if view.footer is not None else "",
            warning=say(view.warning) if view.warning is not None else "",
            private=private,
            passing=view.passing and private,
            view=f"{cog}.{type(view).__name__}",
        )

    def _button(
        self, say: Callable[[Says], str], button: Button, private: bool, space: str, granted: bool
    ) -> ShownButton | None:
        label = say(button.label)
        if button.command is None:
            return ShownButton(label, url=button.url, style=button.style)
        command = button.command
        signer = self.signer_for(command)
        if signer is None:
            return None
        args = {name: _packed(value) for name, value in button.args.items() if value is not None}
        token = Token(command.path, args, space=space, granted=granted).write(signer)
        return ShownButton(label, token, None, button.style, command.private or private)

    def form(
        self,
        command: Command,
        scene: Scene,
        token: Token,
        filled: Mapping[str, str] | None = None,
        problems: Mapping[str, str] | None = None,
        problem: str = "",
    ) -> ShownForm:
        """A command's form in words, here and now; `filled` is what was typed before."""
        assert command.form is not None
        signer = self.signer_for(command)
        assert signer is not None
        offered = command.form.offer(scene)
        questions = []
        for param in form_params(command.form):
            options = offered.get(param.name, ())
            if param.name in offered and options is None:
                continue
            questions.append(
                self._question(command, scene.language, param, options or (), filled or {}, problems or {})
            )
        name = command.form.__name__.lower()
        title = self.texts.find(
            command.cog, [f"form-{name}"], scene.language, (command.form.__doc__ or "").strip()
        )
        return ShownForm(title, token.write(signer), tuple(questions), problem)

    def _question(
        self,
        command: Command,
        language: str,
        param: Param,
        options: Sequence[Option],
        filled: Mapping[str, str],
        problems: Mapping[str, str],
    ) -> ShownQuestion:
        assert command.form is not None
        key = f"form-{command.form.__name__.lower()}-{param.name.replace('_', '-')}"
        choices = self.choices(command.cog, param, language)
        if options:
            choices = tuple((one.value, self.texts.say(command.cog, one.label, language)) for one in options)
        return ShownQuestion(
            name=param.name,
            label=self.texts.say(command.cog, key, language),
            kind=param.kind,
            optional=not param.required,
            help=self.texts.find(command.cog, [f"{key}.help"], language),
            choices=choices,
            upto=param.upto,
            filled=filled.get(param.name),
            problem=problems.get(param.name, ""),
        )

    def choices(self, cog: str, param: Param, language: str) -> tuple[tuple[str, str], ...]:
        """The (value, label) pairs of a choice, or of yes and no."""
        if param.kind is Kind.YES_NO:
            return self._choices(cog, None, language)
        return self._choices(cog, param.choice, language) if param.choice is not None else ()

    @functools.lru_cache(maxsize=1024)  # noqa: B019 - one Showing lives as long as the process
    def _choices(self, cog: str, choice: type[Choice] | None, language: str) -> tuple[tuple[str, str], ...]:
        if choice is None:
            return tuple((word, self.texts.say(CORE, word, language)) for word in ("yes", "no"))
        return tuple((str(one.value), self.texts.say(cog, label(one), language)) for one in choice)


def _packed(value: object) -> str:
    if type(value) is str:
        return value
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def again_token(command: Command, draft: str, space: str, granted: bool) -> Token:
    """The token of the *try again* button for a draft."""
    return Token(command.path, {}, Sort.AGAIN, space, granted, draft)


def again_button(label: str, token: Token, signer: Signer) -> ShownButton:
    """*Try again*, filled in."""
    return ShownButton(label, token.write(signer), None, Style.MAIN)


def form_problem(error: pydantic.ValidationError) -> tuple[str, Text]:
    """The field that a form's own rules refuse and the text that says why: never pydantic's words."""
    first: Any = error.errors(include_url=False, include_input=False, include_context=False)[0]
    field = str(first["loc"][0]) if first["loc"] else ""
    key = {
        "missing": "answer-missing",
        "int_parsing": "answer-number",
        "enum": "answer-choice",
    }.get(first["type"], "answer-not-understood")
    return field, Text(key)
