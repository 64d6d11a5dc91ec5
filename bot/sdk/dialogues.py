"""Forms on platforms without forms: one question at a time, in private, kept sealed in between."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import hashlib
from typing import Any

from . import parsing
from .commands import Command, Scene, form_params
from .drafts import Draft, Drafts, packed_file
from .errors import Refused
from .ports import Event
from .showing import Showing
from .texts import CORE
from .tokens import Sort, Token
from .words import Kind, Plain, ShownForm, Upload, text

_LARGEST_FILE = 8 * 1024 * 1024
_SKIP = "-"
_LATE = datetime.timedelta(minutes=3)
"""From then on somebody may have forgotten the question, and is told what became of their words."""


class Kept(Upload):
    """A file that came as an answer, held with the draft."""

    def __init__(self, name: str, type: str, data: bytes) -> None:
        self.name = name
        self.type = type
        self.size = len(data)
        self._data = data

    async def read(self) -> bytes:
        """The bytes as they came."""
        return self._data


@dataclasses.dataclass(frozen=True, slots=True)
class Taken:
    """What became of an answer: the question to ask now (its form, and which), None when all is answered.
    `told` says, late, that it was taken for one."""

    question: tuple[ShownForm, int] | None
    told: str = ""


class Dialogues:
    """The open dialogues: at most one a person."""

    def __init__(self, drafts: Drafts, showing: Showing) -> None:
        self._drafts = drafts
        self._showing = showing

    async def open_for(self, event: Event) -> Draft | None:
        """The dialogue this person has open, if any."""
        return await self._drafts.dialogue_of(event.person)

    async def begin(
        self, draft: Draft, command: Command, scene: Scene, *, anew: bool = False
    ) -> tuple[ShownForm, int]:
        """The first question that has no answer yet; with `anew` the very first, since what is filled in may
        be changed."""
        form = self._form(draft, command, scene)
        open_ones = (at for at, question in enumerate(form.questions) if question.name not in draft.values)
        draft.at = 0 if anew else next(open_ones, 0)
        await self._ask(draft)
        return form, draft.at

    async def take(
        self, draft: Draft, command: Command, scene: Scene, words: str, upload: Upload | None, event: str
    ) -> Taken:
        """Take the answer to the open question: then comes the next one, the same one with what is wrong, or
        none. An `event` that was taken already, before a crash, answers nothing more."""
        form = self._form(draft, command, scene)
        came = hashlib.blake2s(event.encode(), digest_size=8).hexdigest()
        if came == draft.last and draft.at is not None:
            return Taken((form, draft.at) if draft.at < len(form.questions) else None)
        at = min(draft.at or 0, len(form.questions) - 1)
        question = form.questions[at]
        assert command.form is not None
        param = next(one for one in form_params(command.form) if one.name == question.name)
        try:
            if words.strip() == _SKIP and upload is None:
                if question.name in draft.values:
                    pass  # asked again with what was said before: that stays
                elif not question.optional:
                    raise Refused("answer-skip-not-possible", field=question.name)
                else:
                    draft.values[question.name] = ""
            elif question.kind is Kind.FILE:
                if upload is None or upload.size > _LARGEST_FILE:
                    raise Refused("answer-file", field=question.name)
                draft.values[question.name] = packed_file(upload.name, upload.type, await upload.read())
            elif question.kind is Kind.YES_NO:
                draft.values[question.name] = parsing.yes_or_no(words, question.choices, question.name)
            elif question.choices:
                draft.values[question.name] = parsing.chosen(words, question.choices, question.name)
            elif upload is not None and not words.strip():
                raise Refused("answer-not-understood", field=question.name)
            else:
                parsing.value_of(param, words, ())
                draft.values[question.name] = words
        except Refused as refused:
            return Taken((self._form(draft, command, scene, {question.name: refused}), at))
        told = ""
        if self._late(draft):
            taken = text("answer-taken", question=Plain(question.label))
            told = self._showing.texts.say(CORE, taken, scene.language)
        draft.at, draft.last = at + 1, came
        await self._ask(draft)
        if draft.at >= len(form.questions):
            return Taken(None, told)
        return Taken((dataclasses.replace(form, problem=told), draft.at), told)

    async def _ask(self, draft: Draft) -> None:
        draft.asked = self._drafts.now.isoformat()
        await self._drafts.save(draft)

    def _late(self, draft: Draft) -> bool:
        return bool(draft.asked) and self._drafts.now - datetime.datetime.fromisoformat(draft.asked) > _LATE

    @staticmethod
    def unpack(kept: dict[str, Any]) -> Upload:
        """A file out of a draft."""
        return Kept(kept["name"], kept["type"], base64.b64decode(kept["data"]))

    def _form(
        self, draft: Draft, command: Command, scene: Scene, refused: dict[str, Refused] | None = None
    ) -> ShownForm:
        problems = {
            name: self._showing.texts.say(command.cog, text(one.key, **one.args_for_text), scene.language)
            for name, one in (refused or {}).items()
        }
        token = Token(command.path, {}, Sort.FORM, granted=draft.granted)
        filled = {name: value for name, value in draft.values.items() if isinstance(value, str)}
        return self._showing.form(command, scene, token, filled, problems)
