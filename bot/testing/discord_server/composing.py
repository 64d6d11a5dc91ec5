"""What a Discord client does before anything reaches the bot: finds commands, refuses wrong input, fills in
interaction data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from . import limits, permissions
from .check_commands import (
    BOOLEAN,
    CHANNEL,
    CHAT,
    FILE,
    GROUP,
    INTEGER,
    MENTIONABLE,
    NUMBER,
    ROLE,
    STRING,
    SUBCOMMAND,
    USER,
)
from .errors import Json
from .rest import Upload
from .seen import SeenField, SeenModal
from .state import Channel, Role

if TYPE_CHECKING:
    from .people import Person
    from .world import World


class ClientRefuses(Exception):
    """The person's client would not let them do this: nothing was sent to the bot."""


class NotOffered(ClientRefuses):
    """The command is not in the person's list in this place."""


def names(thing: Mapping[str, Any], locale: str) -> tuple[str, str]:
    """The name a person of that language sees, and the default one (which search finds too)."""
    default = str(thing["name"])
    return (thing.get("name_localizations") or {}).get(locale) or default, default


def allowed(server: World, person: Person, channel: Channel, command: Json) -> bool:
    """Whether a command is offered to a person in a channel.

    Order as in interactions/application-commands#permissions: administrators always; then what the server's
    owner set for the command in the channel, for the person, for their roles, for everyone; then the
    default permissions.
    """
    guild = channel.guild
    contexts = command.get("contexts")
    if guild is None:
        return bool(command.get("dm_permission", True)) if contexts is None else 1 in contexts
    if contexts is not None and 0 not in contexts:
        return False
    if not permissions.allows(channel, person.account, "view_channel", "use_application_commands"):
        return False
    mine = permissions.in_channel(channel, person.account)
    if mine & permissions.BITS["administrator"]:
        return True
    entries = {
        int(one["id"]): bool(one["permission"])
        for one in guild.command_permissions.get(int(command["id"]), ())
    }
    place = channel.parent if channel.is_thread and channel.parent else channel
    if not entries.get(place.id, entries.get(guild.id - 1, True)):  # id - 1 stands for "all channels"
        return False
    if person.id in entries:
        return entries[person.id]
    roles = [entries[role.id] for role in guild.members[person.id].roles if role.id in entries]
    if roles:
        return any(roles)
    if guild.id in entries:
        return entries[guild.id]
    default = command.get("default_member_permissions")
    if default is None:
        return True
    return int(default) != 0 and mine & int(default) == int(default)


def offered(server: World, person: Person, channel: Channel, kind: int = CHAT) -> list[Json]:
    """The commands of a type a person is offered in a channel; a server's own hide global ones."""
    guild = channel.guild
    found: dict[str, Json] = {
        one["name"]: one for one in server.global_commands.values() if one["type"] == kind
    }
    if guild is not None:
        local = server.guild_commands.get(guild.id, {}).values()
        found |= {one["name"]: one for one in local if one["type"] == kind}
    return [one for one in found.values() if allowed(server, person, channel, one)]


def find(server: World, person: Person, channel: Channel, line: str) -> tuple[Json, list[Json], list[Json]]:
    """The command typed as "name [group] [subcommand]", the options on the way, and those at its end."""
    words = line.lstrip("/").split()
    for command in offered(server, person, channel):
        if words and words[0] in names(command, person.locale):
            break
    else:
        raise NotOffered(f"/{line} is not offered to this person here")
    path: list[Json] = []
    options: list[Json] = command.get("options") or []
    for word in words[1:]:
        for option in options:
            if option["type"] in (SUBCOMMAND, GROUP) and word in names(option, person.locale):
                path.append(option)
                options = option.get("options") or []
                break
        else:
            raise NotOffered(f"/{line}: there is no subcommand {word!r}")
    if any(option["type"] in (SUBCOMMAND, GROUP) for option in options):
        raise ClientRefuses(f"/{line}: one of its subcommands must be chosen")
    return command, path, options


class Resolved:
    """The objects an interaction's data refers to, collected on the way."""

    def __init__(self, server: World, channel: Channel) -> None:
        self._server = server
        self._channel = channel
        self.body: dict[str, Json] = {}

    def user(self, person: Person) -> str:
        """Note a user (and member) and give their id."""
        self.body.setdefault("users", {})[str(person.id)] = person.account.payload()
        guild = self._channel.guild
        if guild is not None and person.id in guild.members:
            member = guild.members[person.id].payload(with_user=False)
            member["permissions"] = str(permissions.in_channel(self._channel, person.account))
            self.body.setdefault("members", {})[str(person.id)] = member
        return str(person.id)

    def role(self, role: Any) -> str:
        """Note a role."""
        self.body.setdefault("roles", {})[str(role.id)] = role.payload()
        return str(role.id)

    def channel(self, channel: Channel) -> str:
        """Note a channel."""
        mine = str(permissions.in_channel(channel, self._server.bot_user))
        self.body.setdefault("channels", {})[str(channel.id)] = channel.payload() | {"permissions": mine}
        return str(channel.id)

    def file(self, upload: Upload) -> str:
        """Store and note a file."""
        attachment = self._server.store(upload, self._channel.id, ephemeral=True)
        self.body.setdefault("attachments", {})[str(attachment.id)] = attachment.payload()
        return str(attachment.id)

    def anything(self, target: Any) -> str:
        """Note a person, role or channel, whichever it is."""
        if isinstance(target, Role):
            return self.role(target)
        if isinstance(target, Channel):
            return self.channel(target)
        return self.user(target)


def command_options(
    options: list[Json],
    given: Mapping[str, Any],
    person: Person,
    resolved: Resolved,
    *,
    focused: str | None = None,
) -> list[Json]:
    """The values of a command's options as the wire has them.

    Raises ClientRefuses for a missing, unknown or impossible value. With `focused` (autocomplete) nothing is
    required and nothing but the types is checked.
    """
    rest = dict(given)
    found: list[Json] = []
    for option in options:
        known = [name for name in dict.fromkeys(names(option, person.locale)) if name in rest]
        if not known:
            if option.get("required") and focused is None:
                raise ClientRefuses(f"option {option['name']!r} is required")
            continue
        value = rest.pop(known[0])
        entry: Json = {"name": option["name"], "type": option["type"]}
        if focused is not None and focused in names(option, person.locale):
            entry |= {"focused": True, "value": str(value)}
        else:
            entry["value"] = _value(option, value, person, resolved, strict=focused is None)
        found.append(entry)
    if rest:
        raise ClientRefuses(f"there is no option {', '.join(sorted(rest))}")
    return found


_PYTHON_TYPES: dict[int, tuple[type, ...]] = {
    STRING: (str,),
    INTEGER: (int,),
    BOOLEAN: (bool,),
    NUMBER: (int, float),
}


def _value(option: Json, value: Any, person: Person, resolved: Resolved, *, strict: bool) -> Any:
    kind, name = option["type"], option["name"]
    if kind == USER:
        return resolved.user(value)
    if kind == ROLE:
        return resolved.role(value)
    if kind == CHANNEL:
        kinds = option.get("channel_types")
        if kinds and value.kind not in kinds:
            raise ClientRefuses(f"option {name!r} does not take this kind of channel")
        return resolved.channel(value)
    if kind == MENTIONABLE:
        return resolved.anything(value)
    if kind == FILE:
        return resolved.file(value)
    wanted = _PYTHON_TYPES[kind]
    if not isinstance(value, wanted) or (kind in (INTEGER, NUMBER) and isinstance(value, bool)):
        chosen = _choice(option, value, person)
        if chosen is None:
            raise ClientRefuses(f"option {name!r} does not take {type(value).__name__}")
        return chosen
    if option.get("choices"):
        chosen = _choice(option, value, person)
        if chosen is None:
            raise ClientRefuses(f"option {name!r} has no such choice")
        return chosen
    if isinstance(value, str) and strict:
        least, most = option.get("min_length") or 0, option.get("max_length") or limits.STRING_OPTION
        if not least <= len(value) <= most:
            raise ClientRefuses(f"option {name!r} takes {least} to {most} characters")
    if kind in (INTEGER, NUMBER):
        low, high = option.get("min_value"), option.get("max_value")
        if (low is not None and value < low) or (high is not None and value > high):
            raise ClientRefuses(f"option {name!r} takes {low} to {high}")
    return value


def _choice(option: Json, value: Any, person: Person) -> Any:
    for choice in option.get("choices") or ():
        if value == choice["value"] or value in names(choice, person.locale):
            return choice["value"]
    return None


def fill_modal(modal: SeenModal, given: Mapping[str, Any], resolved: Resolved) -> list[Json]:
    """The components of a submitted form. What is not given keeps what it is filled with.

    Raises ClientRefuses where the client would not send: something required, too long, too many.
    """
    values = dict(given)
    found: list[Json] = []
    for part in modal.raw["components"]:
        if part["type"] == 10:
            found.append({"type": 10, "id": part["id"]})
            continue
        children = [part["component"]] if "component" in part else part["components"]
        filled = []
        for child in children:
            field = modal.field(child["custom_id"])
            key = next((one for one in (field.label, field.custom_id) if one in values), None)
            entry = {"type": child["type"], "id": child["id"], "custom_id": child["custom_id"]}
            if key is None:
                filled.append(entry | _preset(field))
            else:
                filled.append(entry | _answer(field, values.pop(key), resolved))
        outside = {"type": part["type"], "id": part["id"]}
        found.append(outside | ({"component": filled[0]} if "component" in part else {"components": filled}))
    if values:
        raise ClientRefuses(f"the form has no field {', '.join(sorted(values))}; it has {modal.labels}")
    return found


def _preset(field: SeenField) -> Json:
    if field.kind in ("text", "paragraph"):
        return _answer(field, field.value or "", None)
    if field.kind == "checkbox":
        return {"value": bool(field.value)}
    chosen = [option.value for option in field.options if option.chosen]
    if field.kind == "radio":
        return _answer(field, chosen[0] if chosen else None, None)
    chosen += [str(one["id"]) for one in field.raw.get("default_values") or ()]
    return _counted(field, chosen)


def _answer(field: SeenField, value: Any, resolved: Resolved | None) -> Json:
    if field.kind in ("text", "paragraph"):
        least, most = field.bounds
        if not value and field.required:
            raise ClientRefuses(f"{field.label!r} is required")
        if value and not least <= len(value) <= most:
            raise ClientRefuses(f"{field.label!r} takes {least} to {most} characters")
        return {"value": value}
    if field.kind == "checkbox":
        return {"value": bool(value)}
    if field.kind == "radio":
        if value is None:
            if field.required:
                raise ClientRefuses(f"{field.label!r} is required")
            return {"value": None}
        return {"value": option_value(field, value)}
    several: list[Any] = [value] if isinstance(value, str) or not isinstance(value, Iterable) else list(value)
    if field.options or field.kind in ("select", "checkboxes"):
        return _counted(field, [option_value(field, one) for one in several])
    assert resolved is not None
    take = resolved.file if field.kind == "file" else resolved.anything
    return _counted(field, [take(one) for one in several])


def _counted(field: SeenField, values: list[str]) -> Json:
    least, most = field.bounds
    if not values and not field.required:
        return {"values": []}
    if not max(least, 1 if field.required else 0) <= len(values) <= most:
        raise ClientRefuses(f"{field.label!r} takes {least} to {most} answers")
    return {"values": values}


def option_value(field: Any, wanted: str) -> str:
    """The value of a field's or select's option, by label or value. Raises ClientRefuses."""
    for option in field.options:
        if wanted in (option.label, option.value):
            return str(option.value)
    raise ClientRefuses(f"there is no option {wanted!r}; there are {[one.label for one in field.options]}")
