"""Documented limits of messages, components and modals. Each check yields violations, never raises.

Rules without a number come from https://docs.discord.com/developers/components/reference (which component
may stand where) and …/components/using-message-components (components v2 exclude content and embeds).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any, Final

from . import limits
from .errors import Json, Violation

ROW, BUTTON, SELECT, TEXT_INPUT = 1, 2, 3, 4
USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 5, 6, 7, 8
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 9, 10, 11, 12, 13, 14, 17
LABEL, FILE_UPLOAD, RADIO, CHECKBOXES, CHECKBOX = 18, 19, 21, 22, 23
SELECTS: Final = frozenset({SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT})

_TOP_V2: Final = frozenset({ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER})
_IN_CONTAINER: Final = _TOP_V2 - {CONTAINER}
_IN_LABEL: Final = SELECTS | {TEXT_INPUT, FILE_UPLOAD, RADIO, CHECKBOXES, CHECKBOX}
_ATTACHMENT: Final = re.compile(r"attachment://(.+)")

Path = tuple[str, ...]


def walk(components: Any, path: Path = ("components",)) -> Iterator[tuple[Path, Json]]:
    """Every component, nested ones too, with its place in the body."""
    for index, component in enumerate(components or ()):
        if not isinstance(component, dict):
            continue
        here = (*path, str(index))
        yield here, component
        yield from walk(component.get("components"), (*here, "components"))
        for key in ("accessory", "component"):
            child = component.get(key)
            if isinstance(child, dict):
                yield (*here, key), child


def too_long(path: Path, value: Any, most: int, least: int = 0) -> Iterator[Violation]:
    """Text outside its length (characters, as Discord counts them)."""
    if value is None:
        return
    if not isinstance(value, str):
        yield Violation(path, "BASE_TYPE_BAD_TYPE", "Must be text.")
    elif not least <= len(value) <= most:
        yield Violation(
            path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length, is {len(value)}."
        )


def _count(path: Path, items: Any, least: int, most: int) -> Iterator[Violation]:
    size = len(items or ())
    if not least <= size <= most:
        yield Violation(path, "BASE_TYPE_BAD_LENGTH", f"Must have {least} to {most} entries, has {size}.")


def _misplaced(path: Path, kind: Any, where: str) -> Violation:
    return Violation(path, "UNION_TYPE_CHOICES", f"Component type {kind} is not allowed {where}.")


def _options(path: Path, component: Json, least: int, most: int) -> Iterator[Violation]:
    options = component.get("options") or []
    yield from _count((*path, "options"), options, least, most)
    seen: set[Any] = set()
    for index, option in enumerate(options):
        here = (*path, "options", str(index))
        yield from too_long((*here, "label"), option.get("label", ""), limits.OPTION_TEXT, 1)
        yield from too_long((*here, "value"), option.get("value", ""), limits.OPTION_TEXT, 1)
        yield from too_long((*here, "description"), option.get("description"), limits.OPTION_TEXT)
        if option.get("value") in seen:
            yield Violation(here, "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "Option value is used twice.")
        seen.add(option.get("value"))
    preset = sum(bool(option.get("default")) for option in options)
    if preset > (component.get("max_values") or 1):
        yield Violation((*path, "options"), "SELECT_TOO_MANY_DEFAULTS", f"{preset} options are preset.")


def _values_range(
    path: Path, component: Json, most: int, available: int | None = None
) -> Iterator[Violation]:
    lowest, highest = component.get("min_values"), component.get("max_values")
    if lowest is not None and not 0 <= lowest <= most:
        yield Violation((*path, "min_values"), "NUMBER_TYPE_RANGE", f"Must be 0 to {most}.")
    if highest is not None and not 1 <= highest <= most:
        yield Violation((*path, "max_values"), "NUMBER_TYPE_RANGE", f"Must be 1 to {most}.")
    if (lowest if lowest is not None else 1) > (highest or 1):
        yield Violation((*path, "min_values"), "NUMBER_TYPE_RANGE", "Is more than max_values.")
    if available is not None and max(lowest or 0, highest or 1) > max(available, 1):
        yield Violation((*path, "max_values"), "BASE_TYPE_BAD_LENGTH", "Is more than there are options.")


def _button(path: Path, button: Json) -> Iterator[Violation]:
    yield from too_long((*path, "label"), button.get("label"), limits.BUTTON_LABEL)
    style, url, custom_id = button.get("style"), button.get("url"), button.get("custom_id")
    if style == 5:
        if not url or custom_id:
            yield Violation(path, "BUTTON_COMPONENT_INVALID_URL", "A link button has a URL and no custom_id.")
        yield from too_long((*path, "url"), url, limits.BUTTON_URL, 1)
        if url and not str(url).startswith(("https://", "http://", "discord://")):
            yield Violation(
                (*path, "url"), "URL_TYPE_INVALID_SCHEME", "Scheme must be http, https or discord."
            )
    elif style == 6:
        if not button.get("sku_id"):
            yield Violation(path, "BASE_TYPE_REQUIRED", "A premium button has a SKU.")
        return
    elif not custom_id or url:
        yield Violation(path, "COMPONENT_CUSTOM_ID_REQUIRED", "A button has a custom_id and no URL.")
    if not button.get("label") and not button.get("emoji"):
        yield Violation(path, "BUTTON_COMPONENT_LABEL_REQUIRED", "A button needs a label or an emoji.")


def _interactive(path: Path, component: Json, *, modal: bool) -> Iterator[Violation]:
    """The limits of one component that takes input."""
    kind = component.get("type")
    if kind == BUTTON:
        yield from _button(path, component)
    elif kind in SELECTS:
        yield from too_long((*path, "placeholder"), component.get("placeholder"), limits.SELECT_PLACEHOLDER)
        available = len(component.get("options") or ()) if kind == SELECT else None
        yield from _values_range(path, component, limits.SELECT_VALUES, available)
        if kind == SELECT:
            yield from _options(path, component, 1, limits.SELECT_OPTIONS)
        if modal and component.get("disabled"):
            yield Violation((*path, "disabled"), "INVALID", "A select in a modal cannot be disabled.")
    elif kind == RADIO:
        yield from _options(path, component, *limits.RADIO_OPTIONS)
    elif kind == CHECKBOXES:
        yield from _options(path, component, *limits.CHECKBOX_OPTIONS)
        yield from _values_range(
            path, component | {"max_values": component.get("max_values") or 10}, 10, None
        )
    elif kind == FILE_UPLOAD:
        yield from _values_range(path, component, limits.FILE_UPLOAD_VALUES)
    elif kind == TEXT_INPUT:
        yield from too_long(
            (*path, "placeholder"), component.get("placeholder"), limits.TEXT_INPUT_PLACEHOLDER
        )
        most = component.get("max_length") or limits.TEXT_INPUT_VALUE
        least = component.get("min_length") or 0
        if not 1 <= most <= limits.TEXT_INPUT_VALUE or not 0 <= least <= most:
            yield Violation(
                path, "NUMBER_TYPE_RANGE", "min_length and max_length must be 0 to 4000, in order."
            )
        if component.get("value"):
            yield from too_long((*path, "value"), component["value"], most, least)


def _identity(components: Any) -> Iterator[Violation]:
    """custom_id lengths, and neither custom_id nor id used twice."""
    custom_ids: set[str] = set()
    numbers: set[int] = set()
    for path, component in walk(components):
        custom_id = component.get("custom_id")
        if custom_id is not None:
            yield from too_long((*path, "custom_id"), custom_id, limits.CUSTOM_ID, 1)
            if custom_id in custom_ids:
                yield Violation(
                    (*path, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", "custom_id is used twice."
                )
            custom_ids.add(custom_id)
        elif component.get("type") in SELECTS | _IN_LABEL:
            yield Violation((*path, "custom_id"), "BASE_TYPE_REQUIRED", "This field is required")
        number = component.get("id")
        if number:
            if number in numbers:
                yield Violation((*path, "id"), "COMPONENT_ID_DUPLICATED", "id is used twice.")
            numbers.add(number)


def _row(path: Path, row: Json) -> Iterator[Violation]:
    children = row.get("components") or []
    yield from _count((*path, "components"), children, 1, limits.BUTTONS_PER_ROW)
    kinds = [child.get("type") for child in children if isinstance(child, dict)]
    if any(kind in SELECTS for kind in kinds) and len(kinds) > 1:
        yield Violation(path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "A select fills its row alone.")
    for index, kind in enumerate(kinds):
        if kind != BUTTON and kind not in SELECTS:
            yield _misplaced((*path, "components", str(index)), kind, "in an action row")


def _media(path: Path, media: Any, files: Collection[str], used: set[str]) -> Iterator[Violation]:
    url = media.get("url") if isinstance(media, dict) else None
    if not isinstance(url, str):
        yield Violation(path, "BASE_TYPE_REQUIRED", "A media item needs a URL.")
        return
    name = _ATTACHMENT.fullmatch(url)
    if name is None:  # a kept file shown again by the address Discord gave it
        used.update(one for one in files if url.endswith(f"/{one}"))
        return
    used.add(name[1])
    if name[1] not in files:
        yield Violation(path, "REFERENCED_ATTACHMENT_NOT_FOUND", "No uploaded file has that name.")


def _layout(
    components: Any, path: Path, allowed: frozenset[int], files: Collection[str], used: set[str]
) -> Iterator[Violation]:
    """Placement and limits of the components of a v2 message; notes the files they show in `used`."""
    for index, component in enumerate(components or ()):
        here, kind = (*path, str(index)), component.get("type")
        if kind not in allowed:
            yield _misplaced(here, kind, "here")
        elif kind == ROW:
            yield from _row(here, component)
        elif kind == CONTAINER:
            yield from _count(
                (*here, "components"), component.get("components"), 1, limits.MESSAGE_COMPONENTS
            )
            yield from _layout(component.get("components"), (*here, "components"), _IN_CONTAINER, files, used)
        elif kind == SECTION:
            texts = component.get("components") or []
            yield from _count((*here, "components"), texts, *limits.SECTION_TEXTS)
            yield from (
                _misplaced(here, text.get("type"), "in a section")
                for text in texts
                if text.get("type") != TEXT
            )
            accessory = component.get("accessory") or {}
            if accessory.get("type") not in (BUTTON, THUMBNAIL):
                yield _misplaced((*here, "accessory"), accessory.get("type"), "beside a section")
            elif accessory["type"] == THUMBNAIL:
                yield from _media((*here, "accessory", "media"), accessory.get("media"), files, used)
                yield from too_long(
                    (*here, "accessory", "description"),
                    accessory.get("description"),
                    limits.MEDIA_DESCRIPTION,
                )
        elif kind == GALLERY:
            items = component.get("items") or []
            yield from _count((*here, "items"), items, *limits.GALLERY_ITEMS)
            for number, item in enumerate(items):
                there = (*here, "items", str(number))
                yield from _media((*there, "media"), item.get("media"), files, used)
                yield from too_long(
                    (*there, "description"), item.get("description"), limits.MEDIA_DESCRIPTION
                )
        elif kind == FILE:
            yield from _media((*here, "file"), component.get("file"), files, used)
            if not str((component.get("file") or {}).get("url", "")).startswith("attachment://"):
                yield Violation((*here, "file"), "INVALID", "A file component shows an uploaded file only.")


def check_message(body: Json, *, flags: int, files: Collection[str]) -> Iterator[Violation]:
    """Check a message to be created or, with the values after the edit, edited.

    `flags` are the message's flags; `files` the names of all its files, new and kept.
    """
    components = body.get("components")
    yield from too_long(("content",), body.get("content"), limits.CONTENT)
    yield from _count(("embeds",), body.get("embeds"), 0, limits.EMBEDS)
    yield from _count(("files",), files, 0, limits.ATTACHMENTS)
    if isinstance(body.get("nonce"), str):
        yield from too_long(("nonce",), body["nonce"], limits.NONCE)
    yield from _identity(components)
    for path, component in walk(components):
        yield from _interactive(path, component, modal=False)
    if not flags & limits.FLAG_COMPONENTS_V2:
        yield from _count(("components",), components, 0, limits.LEGACY_ROWS)
        for index, component in enumerate(components or ()):
            if component.get("type") != ROW:
                yield _misplaced(("components", str(index)), component.get("type"), "without components v2")
            else:
                yield from _row(("components", str(index)), component)
        return
    for name in ("content", "embeds", "sticker_ids", "poll"):
        if body.get(name):
            yield Violation(
                (name,),
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
            )
    used: set[str] = set()
    yield from _layout(components, ("components",), _TOP_V2, files, used)
    everything = list(walk(components))
    if len(everything) > limits.MESSAGE_COMPONENTS:
        yield Violation(
            ("components",), "BASE_TYPE_BAD_LENGTH", f"{len(everything)} components; at most 40 in a message."
        )
    characters = 0
    for path, component in everything:
        if component.get("type") == TEXT:
            yield from too_long(
                (*path, "content"), component.get("content", ""), limits.TEXT_DISPLAYS_TOTAL, 1
            )
            characters += len(component.get("content") or "")
    if characters > limits.TEXT_DISPLAYS_TOTAL:
        yield Violation(
            ("components",),
            "COMPONENT_MAX_TOTAL_LENGTH",
            f"{characters} characters of displayed text; at most {limits.TEXT_DISPLAYS_TOTAL}.",
        )
    for name in files:
        if name not in used:
            yield Violation(("files",), "ATTACHMENT_NOT_SHOWN", "An uploaded file is shown by no component.")


def check_modal(data: Json) -> Iterator[Violation]:
    """Check the data of a modal response."""
    top = ("data",)
    yield from too_long((*top, "title"), data.get("title", ""), limits.MODAL_TITLE, 1)
    yield from too_long((*top, "custom_id"), data.get("custom_id", ""), limits.CUSTOM_ID, 1)
    components = data.get("components") or []
    yield from _count((*top, "components"), components, 1, limits.MODAL_COMPONENTS)
    for violation in _identity(components):
        yield Violation((*top, *violation.path), violation.code, violation.message)
    for index, component in enumerate(components):
        here, kind = (*top, "components", str(index)), component.get("type")
        if kind == LABEL:
            yield from too_long((*here, "label"), component.get("label", ""), limits.LABEL, 1)
            yield from too_long(
                (*here, "description"), component.get("description"), limits.LABEL_DESCRIPTION
            )
            child = component.get("component") or {}
            if child.get("type") not in _IN_LABEL:
                yield _misplaced((*here, "component"), child.get("type"), "in a label")
            if child.get("label"):
                yield Violation((*here, "component", "label"), "INVALID", "The label stands outside, once.")
            yield from _interactive((*here, "component"), child, modal=True)
        elif kind == ROW:  # deprecated, still taken
            for child in component.get("components") or ():
                if child.get("type") != TEXT_INPUT:
                    yield _misplaced(here, child.get("type"), "in a modal's action row")
                yield from too_long((*here, "label"), child.get("label", ""), limits.LABEL, 1)
                yield from _interactive(here, child, modal=True)
        elif kind == TEXT:
            yield from too_long((*here, "content"), component.get("content", ""), 4000, 1)
        else:
            yield _misplaced(here, kind, "in a modal")


def complete_components(components: Any) -> None:
    """Add what Discord adds: nulls, and a counted `id` where there is none (#anatomy-of-a-component)."""
    everything = [component for _, component in walk(components)]
    taken = {component["id"] for component in everything if component.get("id")}
    number = 0
    for component in everything:
        if component.get("id"):
            continue
        number += 1
        while number in taken:
            number += 1
        component["id"] = number
    for component in everything:
        if component.get("type") == CONTAINER:
            component.setdefault("accent_color", None)
            component.setdefault("spoiler", False)
        elif component.get("type") in (THUMBNAIL, FILE):
            component.setdefault("spoiler", False)
        for item in component.get("items") or ():
            item.setdefault("description", None)
            item.setdefault("spoiler", False)
