"""What GUILD_CREATE holds of an ordinary community's server: the measured bots get it as Discord sends it.

What tests make, a bare list of channels, is two fifths of that. Shapes follow Discord's published
description (resources/guild, …/channel, …/emoji, topics/permissions); what an ordinary community has is ours:
its channels in three categories, every second text channel with a topic, every third channel closed or
opened by two or three overwrites, twelve roles, ten emojis, two stickers, five active threads, and the
features of a community server. Nobody's presence is sent without a privileged intent, so of the members only
the bot itself is in it.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

CATEGORIES, VOICE, ROLES, EMOJIS, STICKERS, THREADS = 3, 3, 12, 10, 2, 5
_EVERY_TOPIC, _EVERY_OVERWRITE = 2, 3

_TEXT, _VOICE, _CATEGORY, _ANNOUNCEMENT, _PUBLIC_THREAD, _FORUM = 0, 2, 4, 5, 11, 15
_ROLE_NAMES = (
    "Moderators", "Facilitators", "Peers on duty", "Greeters", "Members", "Newcomers", "Evening circle",
    "Morning circle", "Grief", "Anxiety", "Allies", "Events",
)  # fmt: skip
_TOPIC = "A quiet place to talk about how the day went. Be kind, and read the pinned rules first. (%s)"
_FEATURES = ["COMMUNITY", "NEWS", "AUTO_MODERATION", "WELCOME_SCREEN_ENABLED", "SOUNDBOARD"]
_TALK, _MODERATE, _SEE = 104324673, 1099511640064, 1024
_ICON = "8342729096ea3675442027381ff50dfe"


def furnished(body: Json) -> Json:
    """A guild object as tests make it, with what an ordinary community has. Its first channels become the
    categories, the last ones voice; the order and the names stay."""
    ids = _Ids(int(body["id"]))
    roles = [_role(ids, name, place) for place, name in enumerate(_ROLE_NAMES[:ROLES], 2)]
    channels: list[Json] = body["channels"]
    categories = channels[:CATEGORIES]
    for place, channel in enumerate(channels):
        _channel(channel, place, len(channels), categories, ids)
        if place % _EVERY_OVERWRITE == 0:
            channel["permission_overwrites"] = _overwrites(body["id"], roles, place)
    rooms = [one for one in channels if one["type"] == _TEXT]
    return body | {
        "icon": _ICON,
        "description": "A community of peers: we listen, we share, we look out for each other.",
        "features": _FEATURES,
        "roles": body["roles"] + roles,
        "emojis": [_emoji(ids, number) for number in range(EMOJIS)],
        "stickers": [_sticker(ids, body["id"], number) for number in range(STICKERS)],
        "threads": [_thread(ids, rooms[number % len(rooms)], number) for number in range(THREADS)],
        "system_channel_id": rooms[0]["id"],
        "rules_channel_id": rooms[0]["id"],
        "public_updates_channel_id": rooms[-1]["id"],
        "premium_tier": 1,
        "premium_subscription_count": 3,
    }


class _Ids:
    """Ids near a server's own, each once."""

    def __init__(self, start: int) -> None:
        self._last = start + (1 << 30)

    def __call__(self) -> str:
        self._last += 1 << 12
        return str(self._last)


def _role(ids: _Ids, name: str, place: int) -> Json:
    return {
        "id": ids(),
        "name": name,
        "color": 3447003 + place,
        "colors": {"primary_color": 3447003 + place, "secondary_color": None, "tertiary_color": None},
        "hoist": place < 5,
        "icon": None,
        "unicode_emoji": None,
        "position": place,
        "permissions": str(_TALK | _MODERATE if place < 4 else _TALK),
        "managed": False,
        "mentionable": place % 2 == 0,
        "flags": 0,
    }


def _channel(channel: Json, place: int, count: int, categories: list[Json], ids: _Ids) -> None:
    if place < len(categories):
        channel["type"] = _CATEGORY
        return
    channel["parent_id"] = categories[place % len(categories)]["id"]
    channel["last_message_id"] = ids()
    if place >= count - VOICE:
        channel |= {"type": _VOICE, "bitrate": 64000, "user_limit": 0, "rtc_region": None}
    elif place == len(categories):
        channel["type"] = _ANNOUNCEMENT
    elif place == len(categories) + 1:
        channel |= {"type": _FORUM, "available_tags": [], "default_forum_layout": 0}
        channel |= {"default_reaction_emoji": None, "default_sort_order": None}
    if place % _EVERY_TOPIC == 0 and channel["type"] != _VOICE:
        channel["topic"] = _TOPIC % channel["name"]


def _overwrites(everyone: str, roles: list[Json], place: int) -> list[Json]:
    shut = {"id": everyone, "type": 0, "allow": "0", "deny": str(_SEE)}
    opened = [
        {"id": roles[(place + number) % len(roles)]["id"], "type": 0, "allow": str(_SEE), "deny": "0"}
        for number in range(1 + place % 2)
    ]
    return [shut, *opened]


def _emoji(ids: _Ids, number: int) -> Json:
    return {
        "id": ids(),
        "name": f"hearth_{number}",
        "roles": [],
        "require_colons": True,
        "managed": False,
        "animated": number % 5 == 0,
        "available": True,
    }


def _sticker(ids: _Ids, guild: str, number: int) -> Json:
    return {
        "id": ids(),
        "guild_id": guild,
        "name": f"warm-{number}",
        "description": "a warm fire",
        "tags": "fire",
        "type": 2,
        "format_type": 1,
        "available": True,
    }


def _thread(ids: _Ids, room: Json, number: int) -> Json:
    at = "2026-11-01T18:00:00+00:00"
    return {
        "id": ids(),
        "type": _PUBLIC_THREAD,
        "guild_id": room["guild_id"],
        "name": f"how was the week {number}",
        "parent_id": room["id"],
        "owner_id": ids(),
        "last_message_id": ids(),
        "message_count": 12,
        "total_message_sent": 12,
        "member_count": 4,
        "rate_limit_per_user": 0,
        "flags": 0,
        "thread_metadata": {
            "archived": False,
            "locked": False,
            "auto_archive_duration": 4320,
            "archive_timestamp": at,
            "create_timestamp": at,
        },
    }
