"""Discord's numbers, each with its source; and the checks that need nothing but numbers.

Pages are under https://docs.discord.com/developers/ (read November 2026). discord.py checks few of these.
"""

from __future__ import annotations

from typing import Final

from bot.sdk.errors import Declaration
from bot.sdk.words import ShownForm

# --- messages -----------------------------------------------------------------------------------------

TEXT_TOTAL: Final = 4000
"""Characters over all text displays of a message: components/reference#text-display."""
COMPONENTS: Final = 40
"""Components of a message, nested ones counted: components/overview."""
ROW: Final = 5
"""Buttons in an action row: components/reference#action-row."""
BUTTON_LABEL: Final = 80
"""components/reference#button."""
URL: Final = 512
"""Characters in a button's address: components/reference#button."""
CUSTOM_ID: Final = 100
"""components/reference#anatomy-of-a-component."""
GALLERY: Final = 10
"""Pictures in a media gallery: components/reference#media-gallery."""
ALT: Final = 1024
"""Characters of alternative text: components/reference#media-gallery."""
FILES: Final = 10
"""Files of one message: reference#uploading-files."""
UPLOAD: Final = 10 * 1024 * 1024
"""Bytes of an uploaded file where the interaction names no other limit: reference#uploading-files."""
DOWNLOAD: Final = 10 * 1024 * 1024
"""Bytes of a member's file that are read at most. Our own; Discord allows up to 500 MiB."""
NONCE: Final = 25
"""Characters of a nonce: resources/message#create-message. discord.py does not check it."""
COMPONENT_ID: Final = 2**31 - 1
"""Highest id of a component, a 32-bit integer: components/reference#anatomy-of-a-component."""
HISTORY: Final = 100
"""Messages in one page of a channel's history: resources/message#get-channel-messages."""
THREAD_NAME: Final = 100
"""Characters in the name of a thread: resources/channel#start-thread-from-message."""

# --- forms --------------------------------------------------------------------------------------------

FORM_TITLE: Final = 45
"""interactions/receiving-and-responding#interaction-response-object-modal."""
FORM_PARTS: Final = 5
"""Components of a modal: the same."""
LABEL: Final = 45
"""components/reference#label."""
LABEL_HELP: Final = 100
"""The description below a label: components/reference#label."""
INPUT: Final = 4000
"""Characters of a text input: components/reference#text-input."""
NUMBER_INPUT: Final = 20
"""Characters of a number. Our own: what the core reads of one."""
RADIO: Final = (2, 10)
"""Options of a radio group, least and most: components/reference#radio-group."""
SELECT: Final = 25
"""Options of a select: components/reference#string-select."""
OPTION: Final = 100
"""Characters in the label or value of an option: components/reference#string-select."""

# --- commands -----------------------------------------------------------------------------------------

COMMANDS: Final = 100
"""Slash commands of an application: interactions/application-commands#registering-a-command."""
MENU_COMMANDS: Final = 15
"""Commands in the menus of messages: the same. Five until March 2026."""
NAME: Final = 32
"""Characters in the name of a command or option: …#application-command-object."""
DESCRIPTION: Final = 100
"""The same."""
OPTIONS: Final = 25
"""Options of a command, subcommands of a group: the same."""
CHOICES: Final = 25
"""Choices of an option: …#application-command-option-structure. Also what autocomplete may offer."""
CHOICE: Final = 100
"""Characters in a choice's name or value: …#application-command-option-choice-structure."""
COMMAND_TOTAL: Final = 8000
"""Names, descriptions and values of a whole command: …#slash-commands."""
STRING_OPTION: Final = 6000
"""Highest `max_length` of a text option: …#application-command-option-structure."""

LOCALES: Final = {
    "bg": ("bg",), "cs": ("cs",), "da": ("da",), "de": ("de",), "el": ("el",), "en": ("en-GB", "en-US"),
    "es": ("es-ES", "es-419"), "fi": ("fi",), "fr": ("fr",), "hi": ("hi",), "hr": ("hr",), "hu": ("hu",),
    "id": ("id",), "it": ("it",), "ja": ("ja",), "ko": ("ko",), "lt": ("lt",), "nb": ("no",), "nl": ("nl",),
    "nn": ("no",), "no": ("no",), "pl": ("pl",), "pt": ("pt-BR",), "ro": ("ro",), "ru": ("ru",),
    "sv": ("sv-SE",), "th": ("th",), "tr": ("tr",), "uk": ("uk",), "vi": ("vi",), "zh": ("zh-CN", "zh-TW"),
}  # fmt: skip
"""A language -> Discord's codes for it: reference#locales."""

# --- AutoMod ------------------------------------------------------------------------------------------

AUTOMOD_RULES: Final = 6
"""Keyword rules of a server: resources/auto-moderation#auto-moderation-rule-object-trigger-types."""
AUTOMOD_KEYWORDS: Final = 1000
"""…#auto-moderation-rule-object-trigger-metadata-field-limits; the next three, too."""
AUTOMOD_KEYWORD: Final = 60
"""Characters of a keyword, and of an exception."""
AUTOMOD_PATTERNS: Final = 10
AUTOMOD_PATTERN: Final = 260
"""Characters of a pattern."""
AUTOMOD_ALLOWED: Final = 100
AUTOMOD_MENTIONS: Final = 50
AUTOMOD_MESSAGE: Final = 150
"""Characters that the client shows to whom it stops: …#auto-moderation-action-object-action-metadata."""
AUTOMOD_NAME: Final = 100
"""The published OpenAPI description."""
AUTOMOD_ROOMS: Final = 50
"""…#auto-moderation-rule-object; the next, too."""
AUTOMOD_ROLES: Final = 20

# --- time ---------------------------------------------------------------------------------------------

GLOBAL_REQUESTS: Final = 50
"""Requests in `GLOBAL_WINDOW` seconds, interaction answers apart: topics/rate-limits#global-rate-limit."""
GLOBAL_WINDOW: Final = 1.0
"""Seconds."""
FIRST_ANSWER: Final = 3.0
"""Seconds until an interaction must have its first response: interactions/receiving-and-responding."""
TOKEN: Final = 15 * 60.0
"""Seconds that an interaction takes further answers: the same, #followup-messages."""


def length(words: str) -> int:
    """The length of a text, counted the strictest way (UTF-16), since clients and server differ."""
    return len(words) if words.isascii() else len(words.encode("utf-16-le", "surrogatepass")) // 2


def shortened(words: str, most: int) -> str:
    """At most so many characters, with an ellipsis where something was left out."""
    if length(words) <= most:
        return words
    kept = words[: most - 1]
    while length(kept) > most - 1:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def check_form(form: ShownForm, where: str = "") -> None:
    """Raise `Declaration` where Discord could not show a form as it is, in this language.

    For tests and load time: when it is opened, what is too long is shortened for all to see instead.
    """
    at = f"{where}: " if where else ""
    _fits(f"{at}form title", form.title, FORM_TITLE)
    _fits(f"{at}form token", form.token, CUSTOM_ID)
    if not 1 <= len(form.questions) <= FORM_PARTS:
        raise Declaration(
            f"{at}form {form.title!r} has {len(form.questions)} questions, not 1 to {FORM_PARTS}"
        )
    for question in form.questions:
        _fits(f"{at}label of {question.name!r}", question.label, LABEL)
        if question.help:
            _fits(f"{at}help of {question.name!r}", question.help, LABEL_HELP)
        if len(question.choices) > SELECT:
            raise Declaration(f"{at}{question.name!r} offers {len(question.choices)} choices, over {SELECT}")
        for value, label in question.choices:
            _fits(f"{at}choice of {question.name!r}", label, OPTION)
            _fits(f"{at}value of {question.name!r}", value, OPTION)


def _fits(what: str, words: str, most: int) -> None:
    if not 1 <= length(words) <= most:
        raise Declaration(f"{what} has {length(words)} characters, Discord takes 1 to {most}: {words!r}")
