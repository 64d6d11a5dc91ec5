"""How it looks: a share in its room, before moderators, in the author's hand; never whose it is."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from bot.sdk import Button, Context, Field, Picture, Plain, Says, Style, Text, View, label, text

from .forms import Theme
from .outbox import Card
from .said import Said, Where
from .screening import Screened
from .service import Sharing
from .settings import SharingSettings
from .standing import Goal, State
from .taps import Kind
from .writing import Preview

DANGER = "preview-danger-name"
"""What stands over the word that there is help."""
_BEGINNING = 300
"""Characters of a share that are shown with a reply to it."""
_NAMES = {"image/png": "picture.png", "image/jpeg": "picture.jpg"}


def warning_of(said: Said) -> Says | None:
    """What to know before reading, if its writer said so."""
    if not said.theme:
        return Plain(said.warning) if said.warning else None
    theme: Says = Plain(said.label) if said.label else label(Theme(said.theme))
    return text("warning-both", theme=theme, words=Plain(said.warning)) if said.warning else theme


def pictures_of(card: Card) -> list[Picture]:
    """The picture, if there is one."""
    return pictures(card.picture)


def pictures(held: object) -> list[Picture]:
    """A kept picture as it is shown, under a name that tells nothing."""
    if not isinstance(held, dict):
        return []
    type = held["type"]
    return [Picture(_NAMES[type], base64.b64decode(held["data"]), "picture-alt", type)]


def titled(card: Card) -> Text:
    """What stands above a share."""
    return text("post-title", handle=Plain(card.handle.capitalize()))


def wanted(said: Said) -> Text:
    """What would help, as readers are told."""
    return text(f"wanted-{said.wants.value}")


def below(card: Card) -> Text:
    """What stands below a share: what would help, and roughly how many feel with it."""
    counts = [
        text(f"count-{kind.value}", amount=text(f"amount-{card.counts[kind.value]}"))
        for kind in Kind
        if kind.value in card.counts
    ]
    match counts:
        case [one]:
            return text("post-footer-1", wanted=wanted(card.said), one=one)
        case [one, two]:
            return text("post-footer-2", wanted=wanted(card.said), one=one, two=two)
        case [one, two, three]:
            return text("post-footer-3", wanted=wanted(card.said), one=one, two=two, three=three)
    return text("post-footer", wanted=wanted(card.said))


def words_of(card: Card) -> list[Field]:
    """What its author added later."""
    return [Field("post-added", Plain(one)) for one in card.added]


def covered(card: Card) -> View:
    """In place of what moderators covered."""
    if card.reply:
        return View("reply-covered", title=Plain(card.handle.capitalize()))
    return View("post-covered", title=titled(card))


def share_view(card: Card, buttons: Sequence[Button]) -> View:
    """A share in its room."""
    return View(
        Plain(card.said.text), title=titled(card), fields=words_of(card), files=pictures_of(card),
        warning=warning_of(card.said), footer=below(card), buttons=buttons,
    )  # fmt: skip


def spoken_by(name: str, *, author: bool) -> Says:
    """Which voice speaks in a thread."""
    return text("voice-author") if author else Plain(name.capitalize())


def reply_view(card: Card, buttons: Sequence[Button]) -> View:
    """An anonymous reply in the thread."""
    return View(
        Plain(card.said.text), title=spoken_by(card.name, author=card.author),
        footer=Plain(card.handle.capitalize()), buttons=buttons,
    )  # fmt: skip


def desk_view(card: Card, key: str, buttons: Sequence[Button], footer: Says | None = None) -> View:
    """A share or reply before moderators. `key` says what for. They see what others will see."""
    fields = words_of(card)
    warning = warning_of(card.said)
    if warning is not None:
        fields = [Field("desk-warning", warning), *fields]
    if card.reply:
        fields.append(Field("desk-answers", Plain(_beginning(card.answers))))
    else:
        fields.append(Field("desk-wanted", wanted(card.said)))
    return View(
        Plain(card.said.text), title=text(key, handle=Plain(card.handle)), fields=fields,
        files=pictures_of(card), buttons=buttons, footer=footer,
    )  # fmt: skip


def _beginning(words: str) -> str:
    return words if len(words) <= _BEGINNING else f"{words[:_BEGINNING].rstrip()}…"


def how_it_stands(card_state: State, goal: Goal) -> str:
    """The key that tells an author how it stands with a share."""
    if card_state in (State.QUEUED, State.POSTING):
        return "state-queued-review" if goal is Goal.REVIEW else "state-queued"
    if card_state is State.HELD and goal is Goal.REVIEW:
        return "state-held-review"
    return f"state-{card_state.value}"


def send_label(seen: Preview) -> str:
    """What sending is called: the first time it is agreeing, too."""
    return "button-send" if seen.agreed else "button-agree-send"


def crisis_button(ctx: Context[Sharing]) -> list[Button]:
    """The way to the crisis lines, where they are loaded."""
    crisis = ctx.service.supplies.command("crisis")
    return [] if crisis is None else [Button("button-crisis", crisis, style=Style.DANGER)]


def told_privately(screened: Screened, rules: Sequence[str]) -> list[Field]:
    """What there is to say about words to their writer alone; help first, where they sound like danger."""
    fields = [Field(DANGER, "preview-danger")] if screened.danger else []
    fields += [Field("preview-rules", Plain(one)) for one in rules]
    if screened.own_name:
        fields.append(Field("preview-look", "preview-own-name"))
    return fields


def preview_view(
    ctx: Context[Sharing],
    seen: Preview,
    where: Where,
    room: str,
    buttons: Sequence[Button],
    *,
    small: bool = False,
) -> View:
    """What was written, as others will see it, with what there is to know before it is sent."""
    fields = []
    warning = None if seen.reply else warning_of(seen.said)
    if warning is not None:
        fields.append(Field("preview-warning", warning))
    review = where.settings.policy == "review-first"
    if seen.reply:
        fields.append(Field("preview-voice", "preview-author" if seen.author else "preview-some-voice"))
    else:
        fields.append(Field("preview-wanted", wanted(seen.said)))
    if review or not seen.reply:
        goes = text("preview-goes-review" if review else "preview-goes", room=Plain(room))
        fields.append(Field("preview-where", goes))
    if small:
        fields.append(Field("preview-look", "preview-small"))
    fields += told_privately(seen.screened, seen.rules)
    if seen.advice:
        fields.append(Field("preview-look", "preview-advice"))
    if not seen.agreed or not seen.reply:
        fields += promise(where.settings, short=True)
    if seen.screened.danger:
        buttons = [*crisis_button(ctx), *buttons]
    return View(
        Plain(seen.said.text), title="preview-title", fields=fields, files=pictures(seen.picture),
        buttons=buttons, passing=True,
    )  # fmt: skip


def promise(settings: SharingSettings, *, short: bool = False) -> list[Field]:
    """The promise: three plain sentences where it is `short`, else all that holds."""
    end = "-short" if short else ""
    return [
        Field("promise-who-name", f"promise-who{end}"),
        Field("promise-kept-name", text(f"promise-kept{end}", keep=settings.keep, days=settings.mute_days)),
        Field("promise-danger-name", f"promise-danger{end}"),
    ]
