"""What is said where no command's own answer is: refusals, apologies, what belongs to a group's name."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

from bot.storage.errors import StorageError

from .answering import Answering, Outcome, log_failure, told
from .catalogue import Catalogue
from .commands import Command
from .errors import NotAllowed, NotPrivate
from .mending import Mending
from .people import Level, Person, Place
from .ports import Event, Submitted
from .texts import CORE, Texts
from .words import Plain, Says, Shown, ShownField, text


class Telling:
    """Says one sentence to one person. `language` finds the language of a person at a place."""

    def __init__(self, texts: Texts, mending: Mending, language: Callable[[Person, Place], str]) -> None:
        self._texts = texts
        self._mending = mending
        self._language = language

    async def tell(self, event: Event, answer: Answering, says: Says, *, lost: bool = False) -> None:
        """One private sentence; with `lost`, what was written into a form that opened as a whole comes with
        it, since it is gone from its writer's screen. A platform that cannot even say that is left in peace.
        """
        try:
            language = self._language(event.person, event.place)
            back: tuple[ShownField, ...] = ()
            if lost and isinstance(event.what, Submitted):
                back = self._mending.words_back(event.what.values, language)
            words = told(self._texts, answer.cog, says, language)
            await answer.show(Shown(text=words, fields=back, private=True))
        except NotPrivate:
            return
        except Exception as error:
            log_failure(error, "telling", None)

    async def apologise(self, event: Event, answer: Answering, error: Exception) -> None:
        """What went wrong is nobody's fault here: one sentence, with a code that the log has, too."""
        if isinstance(error, StorageError):
            answer.outcome = Outcome.STORAGE
            log_failure(error, "storage", None)
            await self.tell(event, answer, "storage-busy", lost=True)
            return
        answer.outcome = Outcome.FAILED
        code = secrets.token_hex(3).upper()
        log_failure(error, "handling an event", code)
        await self.tell(event, answer, text("sorry", code=Plain(code)), lost=True)

    async def tell_group(
        self, event: Event, answer: Answering, catalogue: Catalogue, commands: Sequence[Command], level: Level
    ) -> None:
        """Which commands belong to a group. Raises `NotAllowed` where this level reaches none."""
        reached = [one for one in commands if one.listed and one.level <= level]
        if not reached:
            raise NotAllowed("not-allowed", level=min(one.level for one in commands).name.lower())
        language = self._language(event.person, event.place)
        prefix = self._texts.prefix(event.person.platform)
        fields = tuple(
            ShownField(f"{prefix}{catalogue.called(one, language)}", catalogue.help_of(one, language))
            for one in reached
        )
        name = Plain(catalogue.called(reached[0], language).split(" ")[0])
        title = self._texts.say(CORE, text("commands-of", name=name), language)
        await answer.show(Shown(text=title, fields=fields, private=True))
