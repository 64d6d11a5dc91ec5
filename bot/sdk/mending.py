"""Nothing typed is lost: what a refused form, a lost storage or a question in between does with it."""

from __future__ import annotations

from bot.storage.errors import StorageError

from .answering import Answering, Outcome, log_failure
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
        words = self._showing.texts.say(
            wish.command.cog, text(refused.key, **refused.args_for_text), language
        )
        buttons: tuple[ShownButton, ...] = ()
        signer = self._showing.signer_for(wish.command)
        if signer is not None:
            token = again_token(wish.command, draft.id, tag, wish.let_through)
            buttons = (again_button(self._showing.texts.say(CORE, "again", language), token, signer),)
        await answer.show(Shown(text=words, buttons=buttons, private=True))

    async def give_words_back(
        self, wish: Wish, error: StorageError, language: str, answer: Answering
    ) -> None:
        """Storage is away: the words come back to their writer, to copy."""
        answer.outcome = Outcome.STORAGE
        log_failure(error, wish.command.path, None)
        assert wish.values is not None
        say = self._showing.texts.say
        words = "\n".join(value for value in wish.values.values() if isinstance(value, str))
        fields = (ShownField(say(CORE, "form-words-back", language), words, copy=True),) if words else ()
        await answer.show(Shown(text=say(CORE, "storage-busy", language), fields=fields))

    async def ask_space(self, wish: Wish, near: list[Space], language: str, answer: Answering) -> None:
        """Ask which community is meant; the answer's button runs the command there."""
        signer = self._showing.signer_for(wish.command)
        assert signer is not None
        buttons = tuple(
            again_button(space.name or space.id, Token(wish.command.path, {}, Sort.RUN, space.tag), signer)
            for space in near
        )
        words = self._showing.texts.say(CORE, "which-space", language)
        await answer.show(Shown(text=words, buttons=buttons, private=True))
