"""Discord's documented limits, each with the page that states it.

The stand-in keeps its own copy on purpose: a mistake in the bot's own numbers must not be able to hide
behind a shared constant. Pages are under https://docs.discord.com/developers/ (read November 2026).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

# components/reference
CUSTOM_ID: Final = 100  # #anatomy-of-a-component
MODAL_TITLE: Final = 45  # interactions/receiving-and-responding#interaction-response-object-modal
LABEL: Final = 45  # #label
LABEL_DESCRIPTION: Final = 100  # #label
MODAL_COMPONENTS: Final = 5  # interactions/receiving-and-responding#interaction-response-object-modal
SELECT_OPTIONS: Final = 25  # #string-select
SELECT_PLACEHOLDER: Final = 150  # #string-select
SELECT_VALUES: Final = 25  # #string-select
OPTION_TEXT: Final = 100  # #string-select-select-option-structure: label, value, description
RADIO_OPTIONS: Final = (2, 10)  # #radio-group
CHECKBOX_OPTIONS: Final = (1, 10)  # #checkbox-group
FILE_UPLOAD_VALUES: Final = 10  # #file-upload
TEXT_INPUT_VALUE: Final = 4000  # #text-input
TEXT_INPUT_PLACEHOLDER: Final = 100  # #text-input
BUTTON_LABEL: Final = 80  # #button
BUTTON_URL: Final = 512  # #button
BUTTONS_PER_ROW: Final = 5  # #action-row
LEGACY_ROWS: Final = 5  # #legacy-message-component-behavior
MESSAGE_COMPONENTS: Final = 40  # resources/message#create-message and components/overview
TEXT_DISPLAYS_TOTAL: Final = 4000  # #text-display: characters over all text displays of a message
SECTION_TEXTS: Final = (1, 3)  # #section
GALLERY_ITEMS: Final = (1, 10)  # #media-gallery
MEDIA_DESCRIPTION: Final = 1024  # #media-gallery, #thumbnail

# resources/message
CONTENT: Final = 2000  # #create-message
NONCE: Final = 25  # #create-message
NONCE_MEMORY_SECONDS: Final = 180.0  # #create-message says "the past few minutes"; three is our reading
EMBEDS: Final = 10  # #create-message
EMBED_TEXT_TOTAL: Final = 6000  # #embed-object-embed-limits
ATTACHMENTS: Final = 10  # reference#uploading-files
UPLOAD_BYTES: Final = 10 * 1024 * 1024  # reference#uploading-files
MESSAGES_PAGE: Final = 100  # #get-channel-messages
MESSAGES_PAGE_DEFAULT: Final = 50  # #get-channel-messages

FLAG_EPHEMERAL: Final = 1 << 6  # resources/message#message-object-message-flags
FLAG_LOADING: Final = 1 << 7
FLAG_COMPONENTS_V2: Final = 1 << 15

# interactions/application-commands
COMMANDS: Final = 100  # #registering-a-command: chat input commands per scope
MENU_COMMANDS: Final = 15  # #registering-a-command: user commands, and message commands, per scope
COMMAND_NAME: Final = 32  # #application-command-object-application-command-structure
COMMAND_DESCRIPTION: Final = 100  # the same
COMMAND_OPTIONS: Final = 25  # the same
CHOICES: Final = 25  # #application-command-object-application-command-option-structure
CHOICE_TEXT: Final = 100  # #application-command-object-application-command-option-choice-structure
STRING_OPTION: Final = 6000  # the same: bounds of min_length and max_length
COMMAND_CHARACTERS: Final = 8000  # #slash-commands: name, description and value over the whole command
COMMAND_DEPTH: Final = 2  # #subcommands-and-subcommand-groups: a group holds subcommands and nothing deeper

# interactions/receiving-and-responding
FIRST_RESPONSE_SECONDS: Final = 3.0  # #interaction-callback
TOKEN_SECONDS: Final = 15 * 60.0  # #followup-messages

# topics/rate-limits
GLOBAL_REQUESTS: Final = 50  # #global-rate-limit
GLOBAL_SECONDS: Final = 1.0

# events/gateway
GATEWAY_SENDS: Final = 120  # #rate-limiting
GATEWAY_SENDS_SECONDS: Final = 60.0
GATEWAY_PAYLOAD_BYTES: Final = 4096  # #sending-events
GUILDS_PER_SHARD: Final = 2500  # #sharding
HEARTBEAT_MILLISECONDS: Final = 41250  # #sending-heartbeats (the usual value)

# resources/auto-moderation
AUTOMOD_KEYWORD_RULES: Final = 6  # #auto-moderation-rule-object-trigger-types
AUTOMOD_KEYWORDS: Final = 1000  # #auto-moderation-rule-object-trigger-metadata-field-limits
AUTOMOD_KEYWORD: Final = 60
AUTOMOD_MESSAGE: Final = 150  # #auto-moderation-action-object-action-metadata

# resources/channel
THREAD_NAME: Final = 100  # #start-thread-without-message

# resources/guild
TIME_OUT: Final = timedelta(days=28)  # #modify-guild-member: communication_disabled_until

# reference#locales
LOCALES: Final = frozenset(
    [
        "id",
        "da",
        "de",
        "en-GB",
        "en-US",
        "es-ES",
        "es-419",
        "fr",
        "hr",
        "it",
        "lt",
        "hu",
        "nl",
        "no",
        "pl",
        "pt-BR",
        "ro",
        "fi",
        "sv-SE",
        "vi",
        "tr",
        "cs",
        "el",
        "bg",
        "ru",
        "uk",
        "hi",
        "th",
        "zh-CN",
        "ja",
        "zh-TW",
        "ko",
    ]
)
