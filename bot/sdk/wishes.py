"""What a person wants: a command with its options and answers, from raw text to what the handler takes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import pydantic

from . import parsing
from .catalogue import Catalogue
from .commands import Command, Param, Scene, form_params
from .dialogues import Dialogues
from .drafts import Draft, bare
from .errors import Refused
from .people import Person, Place
from .showing import Showing, form_problem
from .words import Kind, Message, Plain, Upload


@dataclasses.dataclass
class Wish:
    """A command that is meant, with what came along. `reopen`: its form is to be shown again, filled."""

    command: Command
    args: dict[str, Any] = dataclasses.field(default_factory=dict, repr=False)
    values: dict[str, Any] | None = dataclasses.field(default=None, repr=False)
    let_through: bool = False
    draft: Draft | None = None
    done: bool = False
    """Whether its handler has run: then there is nothing to try again."""

    def drafted(self, person: Person, place: Place) -> Draft:
        """The draft this wish came from, or a new one."""
        if self.draft is not None:
            return self.draft
        draft = Draft(bare(person), self.command.path, person.space, self.let_through, self.kept_args())
        draft.keep_place(place)
        return draft

    def kept_args(self) -> dict[str, str]:
        """The options as a draft or a token keeps them: files come again."""
        return {
            name: value.write() if isinstance(value, Message) else str(value)
            for name, value in self.args.items()
            if not isinstance(value, Upload)
        }


def with_message(command: Command, args: dict[str, Any], about: Message | None) -> dict[str, Any]:
    """The options with the message that the command is about. Raises `Refused` where it is about one and
    none was meant."""
    if command.about is not None:
        if about is None:
            raise Refused("needs-message")
        args[command.about.name] = about
    return args


class Filling:
    """Reads options and answers into what the handler's signature asks for."""

    def __init__(self, catalogue: Catalogue, showing: Showing) -> None:
        self._catalogue = catalogue
        self._showing = showing

    def args(self, command: Command, given: Mapping[str, Any], scene: Scene) -> dict[str, Any]:
        """The options. Raises `Refused` for one that is missing or cannot be read."""
        args: dict[str, Any] = {}
        for param in command.params:
            value = given.get(param.name)
            if value is None:
                if param.required:
                    label = self._catalogue.param_label(command, param, scene.language)
                    raise Refused("option-missing", option=Plain(label))
                continue
            choices = self._showing.choices(command.cog, param, scene.language)
            try:
                args[param.name] = parsing.value_of(param, value, choices)
            except Refused as error:
                if not command.always or param.required:
                    if error.key != "answer-choice":
                        raise
                    # Nothing was shown to choose from: a typed option is guessed, so say what there is.
                    labels = ", ".join(label for _, label in choices)
                    raise Refused("option-choice", field=param.name, choices=Plain(labels)) from None
                # Whoever asks for help in a crisis gets it, whatever else could not be read.
        return args

    def typed(self, command: Command, rest: str, language: str) -> dict[str, Any]:
        """The options in the rest of a typed line, as text. Raises `Refused` for a word too many, except
        where a command answers always: then all of it is its first text."""

        def fits(param: Param, word: str) -> bool:
            try:
                parsing.value_of(param, word, self._showing.choices(command.cog, param, language))
            except Refused:
                return False
            return True

        try:
            params = [one for one in command.params if one.kind is not Kind.MESSAGE]
            return parsing.options_of(params, rest, self._catalogue.param_names(command), fits)
        except Refused:
            if not command.always:
                if not command.params:
                    called = Plain(self._catalogue.called(command, language))
                    raise Refused("needs-no-words", command=called) from None
                raise
            first = next((one.name for one in command.params if one.kind is Kind.TEXT), None)
            return {} if first is None else {first: rest.strip()}

    def form(self, command: Command, answers: Mapping[str, Any], scene: Scene) -> pydantic.BaseModel:
        """The filled form. Raises `Refused` naming the field."""
        assert command.form is not None
        offered = command.form.offer(scene)
        values: dict[str, Any] = {}
        for param in form_params(command.form):
            given = answers.get(param.name)
            if given is None or given == "":
                continue
            if isinstance(given, dict):
                values[param.name] = Dialogues.unpack(given)
                continue
            options = offered.get(param.name) or ()
            choices = tuple(
                (one.value, self._showing.texts.say(command.cog, one.label, scene.language))
                for one in options
            ) or self._showing.choices(command.cog, param, scene.language)
            values[param.name] = parsing.value_of(param, given, choices)
        try:
            return command.form(**values)
        except pydantic.ValidationError as error:
            field, problem = form_problem(error)
            raise Refused(problem.key, field=field) from None
