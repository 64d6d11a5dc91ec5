"""What a person sees: messages and forms, read off the wire's JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .check_components import (
    BUTTON,
    CHECKBOX,
    CHECKBOXES,
    FILE_UPLOAD,
    LABEL,
    RADIO,
    ROW,
    SELECTS,
    TEXT,
    walk,
)
from .errors import Json

if TYPE_CHECKING:
    from .state import Attachment, Message, User
    from .world import World


@dataclass(frozen=True, slots=True)
class SeenButton:
    """A button. A link has `url` and no `custom_id`."""

    label: str
    custom_id: str | None
    url: str | None
    disabled: bool
    style: int


@dataclass(frozen=True, slots=True)
class SeenOption:
    """One option of a select, radio group or checkbox group."""

    label: str
    value: str
    description: str | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class SeenSelect:
    """A select menu; `options` is empty for those of users, roles and channels."""

    custom_id: str
    placeholder: str
    kind: int
    options: tuple[SeenOption, ...]
    min_values: int
    max_values: int
    disabled: bool


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file of a message, with its alternative text."""

    name: str
    content: bytes
    content_type: str
    description: str | None
    url: str


class SeenMessage:
    """A message as its readers see it now: later edits show."""

    def __init__(self, server: World, message: Message) -> None:
        self._server = server
        self.raw = message

    def __repr__(self) -> str:
        return f"<SeenMessage {self.raw.id} ephemeral={self.ephemeral} buttons={len(self.buttons)}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SeenMessage) and other.raw is self.raw

    def __hash__(self) -> int:
        return hash(self.raw.id)

    @property
    def id(self) -> int:
        """The message's id."""
        return self.raw.id

    @property
    def author(self) -> User:
        """Who wrote it."""
        return self.raw.author

    @property
    def ephemeral(self) -> bool:
        """Whether only one person sees it."""
        return self.raw.only_for is not None

    @property
    def deleted(self) -> bool:
        """Whether it is gone."""
        return self.raw.deleted

    @property
    def content(self) -> str:
        """Plain content; empty for components v2."""
        return self.raw.content

    @property
    def texts(self) -> list[str]:
        """Every piece of text, in order: content, displayed texts, embeds."""
        found = [self.raw.content] if self.raw.content else []
        found += [str(part["content"]) for _, part in walk(self.raw.components) if part.get("type") == TEXT]
        for embed in self.raw.embeds:
            found += [str(embed[key]) for key in ("title", "description") if embed.get(key)]
            found += [f"{field['name']}: {field['value']}" for field in embed.get("fields") or ()]
        return found

    @property
    def text(self) -> str:
        """All texts, one a line."""
        return "\n".join(self.texts)

    @property
    def buttons(self) -> list[SeenButton]:
        """The buttons, in order."""
        return [
            SeenButton(
                part.get("label") or (part.get("emoji") or {}).get("name") or "",
                part.get("custom_id"),
                part.get("url"),
                bool(part.get("disabled")),
                part.get("style", 0),
            )
            for _, part in walk(self.raw.components)
            if part.get("type") == BUTTON
        ]

    @property
    def labels(self) -> list[str]:
        """The buttons' labels, in order."""
        return [button.label for button in self.buttons]

    @property
    def selects(self) -> list[SeenSelect]:
        """The select menus, in order."""
        return [_select(part) for _, part in walk(self.raw.components) if part.get("type") in SELECTS]

    @property
    def files(self) -> list[SeenFile]:
        """The files, with alternative texts given to the file or the picture that shows it."""
        shown: dict[str, str] = {}
        for _, part in walk(self.raw.components):
            for item in (*(part.get("items") or ()), part):
                media = item.get("media") or {}
                if item.get("description") and "attachment_id" in media:
                    shown[media["attachment_id"]] = item["description"]
        return [_file(one, shown.get(str(one.id))) for one in self.raw.attachments]

    def button(self, label: str) -> SeenButton:
        """The button with that label or custom_id. Raises KeyError."""
        for button in self.buttons:
            if label in (button.label, button.custom_id):
                return button
        raise KeyError(f"no button {label!r}; there are {self.labels}")


def _file(attachment: Attachment, shown: str | None) -> SeenFile:
    description = attachment.description or shown
    return SeenFile(
        attachment.filename, attachment.content, attachment.content_type, description, attachment.url
    )


def _options(component: Json) -> tuple[SeenOption, ...]:
    return tuple(
        SeenOption(one["label"], one["value"], one.get("description"), bool(one.get("default")))
        for one in component.get("options") or ()
    )


def _select(component: Json) -> SeenSelect:
    lowest, highest = component.get("min_values"), component.get("max_values")
    return SeenSelect(
        component["custom_id"],
        component.get("placeholder") or "",
        component["type"],
        _options(component),
        1 if lowest is None else lowest,
        1 if highest is None else highest,
        bool(component.get("disabled")),
    )


@dataclass(frozen=True, slots=True)
class SeenField:
    """One question of a form. `kind` is text, paragraph, select, users, roles, radio, checkboxes, checkbox
    or file; `value` what it is filled with already."""

    label: str
    description: str | None
    custom_id: str
    kind: str
    required: bool
    options: tuple[SeenOption, ...]
    value: str | bool | None
    raw: Json

    @property
    def bounds(self) -> tuple[int, int]:
        """Least and most characters (text) or values (the rest)."""
        if self.kind in ("text", "paragraph"):
            return self.raw.get("min_length") or 0, self.raw.get("max_length") or 4000
        least = self.raw.get("min_values")
        default = len(self.options) if self.kind == "checkboxes" else 1
        return (1 if least is None else least), self.raw.get("max_values") or default


_KINDS = {
    3: "select",
    5: "users",
    6: "roles",
    7: "mentionables",
    8: "channels",
    FILE_UPLOAD: "file",
    RADIO: "radio",
    CHECKBOXES: "checkboxes",
    CHECKBOX: "checkbox",
}


class SeenModal:
    """A form as a person sees it."""

    def __init__(self, data: Json) -> None:
        self.raw = data
        self.title: str = data["title"]
        self.custom_id: str = data["custom_id"]
        self.texts: list[str] = [part["content"] for part in data["components"] if part["type"] == TEXT]
        self.fields: list[SeenField] = []
        for part in data["components"]:
            if part["type"] == LABEL:
                self.fields.append(_field(part["component"], part["label"], part.get("description")))
            elif part["type"] == ROW:
                self.fields += [_field(one, one.get("label") or "", None) for one in part["components"]]

    @property
    def labels(self) -> list[str]:
        """The questions."""
        return [field.label for field in self.fields]

    def field(self, name: str) -> SeenField:
        """The field with that label or custom_id. Raises KeyError."""
        for field in self.fields:
            if name in (field.label, field.custom_id):
                return field
        raise KeyError(f"no field {name!r}; there are {self.labels}")


def _field(component: Json, label: str, description: str | None) -> SeenField:
    kind = component["type"]
    value: str | bool | None = component.get("value")
    if kind == CHECKBOX:
        value = bool(component.get("default"))
    name = _KINDS.get(kind) or ("paragraph" if component.get("style") == 2 else "text")
    required = component.get("required")
    return SeenField(
        label,
        description,
        component["custom_id"],
        name,
        True if required is None else bool(required),
        _options(component),
        value,
        component,
    )
