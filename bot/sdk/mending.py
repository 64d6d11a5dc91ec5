"""Nothing typed is lost: what a refused form, a lost storage or a question in between does with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.storage.errors import StorageError

from .answering import Answering, Outcome, log_failure, told
from .drafts import Drafts
from .errors import Refused
from .ports import Event
from .showing import Showing, again_button, again_token
from .spaces import Space
from .texts import CORE
from .tokens import Sort, Token
from .wishes import Wish
from .words import Shown, ShownButton, ShownField, text


class Mending:
    """Keeps words for *try again*, gives them back, asks which space was meant."""

    def __init__(self, showing: Showing, drafts: Drafts) -> None:
        self._showing = showing
        self._drafts = drafts

    async def keep_words(
        self, event: Event, wish: Wish, refused: Refused, language: str, tag: str, answer: Answering
    ) -> None:
        """A form that cannot be accepted: say why, keep the words, offer *try again* filled in."""
        assert wish.values is not None
        answer.outcome = Outcome.REFUSED
        draft = wish.drafted(event.person, event.place)
        draft.values = {name: value for name, value in wish.values.items() if isinstance(value, str | dict)}
        if refused.field is not None and draft.at is not None:
            draft.values.pop(refused.field, None)  # asked again; the others stay filled
        draft.at = None
        await self._drafts.save(draft)
        says = text(refused.key, **refused.args_for_text)
        words = told(self._showing.texts, wish.command.cog, says, language)
        buttons = self._again(wish, draft.id, language, tag)
        await answer.show(Shown(text=words, buttons=buttons, private=True, passing=True))

    async def give_words_back(
        self, event: Event, wish: Wish, error: StorageError, language: str, tag: str, answer: Answering
    ) -> None:
        """Storage is away: the words come back to their writer, to copy, or to try again from memory."""
        log_failure(error, wish.command.path, None)
        answer.outcome = Outcome.STORAGE
        assert wish.values is not None
        draft = wish.drafted(event.person, event.place)
        draft.values = {name: value for name, value in wish.values.items() if isinstance(value, str | dict)}
        draft.at = None  # whatever is said next is no answer to it
        await self._drafts.save(draft, near=True)
        words = self._showing.texts.say(CORE, "storage-busy", language)
        buttons = self._again(wish, draft.id, language, tag)
        back = self.words_back(wish.values, language)
        await answer.show(Shown(text=words, fields=back, buttons=buttons, private=True, passing=True))

    def words_back(self, values: Mapping[str, Any], language: str) -> tuple[ShownField, ...]:
        """What somebody wrote into a form, for its writer to copy."""
        words = "\n".join(value for value in values.values() if isinstance(value, str) and value)
        name = self._showing.texts.say(CORE, "form-words-back", language)
        return (ShownField(name, words, copy=True),) if words else ()

    def _again(self, wish: Wish, draft: str, language: str, tag: str) -> tuple[ShownButton, ...]:
        signer = self._showing.signer_for(wish.command)
        if signer is None:
            return ()
        token = again_token(wish.command, draft, tag, wish.let_through)
        return (again_button(self._showing.texts.say(CORE, "again", language), token, signer),)

    async def ask_space(
        self, event: Event, wish: Wish, near: list[Space], language: str, answer: Answering
    ) -> None:
        """Ask which community is meant; the answer's button runs the command there, with all its options."""
        signer = self._showing.signer_for(wish.command)
        assert signer is not None
        kept, sort = "", Sort.RUN
        if wish.args or wish.values:
            draft = wish.drafted(event.person, event.place)
            if wish.values:
                texts = {name: value for name, value in wish.values.items() if isinstance(value, str | dict)}
                draft.values, sort = texts, Sort.AGAIN
            await self._drafts.save(draft)
            kept = draft.id
        buttons = tuple(
            again_button(
                space.name or space.id, Token(wish.command.path, {}, sort, space.tag, draft=kept), signer
            )
            for space in near
        )
        words = self._showing.texts.say(CORE, "which-space", language)
        await answer.show(Shown(text=words, buttons=buttons, private=True))
