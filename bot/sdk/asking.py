"""How a form begins: as a whole where the platform has forms, else question by question."""

from __future__ import annotations

from collections.abc import Collection

from .answering import Answering
from .commands import Scene
from .dialogues import Dialogues
from .drafts import Drafts
from .ports import Event
from .showing import Showing
from .tokens import Sort, Token
from .wishes import Wish
from .words import Kind

_WRITTEN = (Kind.TEXT, Kind.LONG_TEXT, Kind.MESSAGE)


class Asking:
    """Opens the forms of wishes. `native`: the platforms that have forms, which may become more."""

    def __init__(
        self, drafts: Drafts, showing: Showing, dialogues: Dialogues, native: Collection[str]
    ) -> None:
        self._drafts, self._showing, self._dialogues, self._native = drafts, showing, dialogues, native

    async def open(self, event: Event, wish: Wish, scene: Scene, tag: str, answer: Answering) -> None:
        """Open a wish's form, with what is known of it already. `tag`: of the space that is meant."""
        assert wish.command.form is not None
        begun = dict(wish.command.form.begun(scene, wish.args))
        if event.person.platform in self._native:
            await self._whole(event, wish, scene, begun, tag, answer)
        else:
            await self._in_turn(event, wish, scene, begun, answer)

    async def _whole(
        self, event: Event, wish: Wish, scene: Scene, begun: dict[str, str], tag: str, answer: Answering
    ) -> None:
        command, filled = wish.command, begun
        if wish.draft is not None:
            filled = {name: value for name, value in wish.draft.values.items() if isinstance(value, str)}
        elif any(one.name in wish.args for one in command.params if one.kind in _WRITTEN):
            # Tokens hold no text: what was written waits in a draft.
            wish.draft = wish.drafted(event.person, event.place)
            await self._drafts.save(wish.draft)
        args, draft_id = wish.kept_args(), ""
        if wish.draft is not None:
            args, draft_id = {}, wish.draft.id
        token = Token(command.path, args, Sort.FORM, tag, wish.let_through, draft_id)
        await answer.open(self._showing.form(command, scene, token, filled))

    async def _in_turn(
        self, event: Event, wish: Wish, scene: Scene, begun: dict[str, str], answer: Answering
    ) -> None:
        draft = wish.drafted(event.person, event.place)
        anew = bool(begun) and not draft.values
        draft.values = draft.values or dict(begun)
        previous = await self._drafts.dialogue_of(event.person)
        if previous is not None and previous.id != draft.id:
            await self._drafts.drop(previous)
        await answer.open(*await self._dialogues.begin(draft, wish.command, scene, anew=anew))
