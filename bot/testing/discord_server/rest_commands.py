"""Registering application commands, and who may use them in a server.

Source: https://docs.discord.com/developers/interactions/application-commands
"""

from __future__ import annotations

from .check_commands import CHAT, check_command, check_commands
from .errors import ApiError, Json, missing_access, unknown
from .rest import Call, route

_Store = dict[int, Json]


def _store(call: Call) -> _Store:
    """The commands of the scope in the path: all servers, or one."""
    if call.params["application_id"] != str(call.server.application_id):
        raise ApiError(403, 20012, "You are not authorized to perform this action on this application")
    if "guild_id" not in call.params:
        return call.server.global_commands
    guild_id = call.id("guild_id")
    if guild_id not in call.server.guilds:
        raise missing_access()
    return call.server.guild_commands.setdefault(guild_id, {})


def _stored(call: Call, command: Json, command_id: int) -> Json:
    """A command as Discord gives it back."""
    permissions = command.get("default_member_permissions")
    kind = command.get("type") or CHAT
    body: Json = {
        "id": str(command_id),
        "application_id": str(call.server.application_id),
        "version": str(call.server.snowflake()),
        "type": kind,
        "name": command["name"],
        "name_localizations": command.get("name_localizations"),
        "description": command.get("description") or "",
        "description_localizations": command.get("description_localizations"),
        "default_member_permissions": None if permissions is None else str(permissions),
        "dm_permission": command.get("dm_permission", True),
        "contexts": command.get("contexts"),
        "integration_types": command.get("integration_types") or [0],
        "nsfw": command.get("nsfw", False),
    }
    if command.get("options"):
        body["options"] = command["options"]
    if "guild_id" in call.params:
        body["guild_id"] = call.params["guild_id"]
    return body


def _shown(call: Call, command: Json) -> Json:
    """Translations are left out unless asked for (#get-global-application-commands)."""
    if call.query.get("with_localizations", "").lower() in ("1", "true"):
        return command
    return {key: value for key, value in command.items() if not key.endswith("_localizations")}


def _list(call: Call) -> list[Json]:
    return [_shown(call, one) for one in _store(call).values()]


def _overwrite(call: Call) -> list[Json]:
    """Replace all commands of a scope; one with the same name and type keeps its id."""
    store, wanted = _store(call), call.body or []
    if call.server.checks:
        call.refuse(list(check_commands(wanted)))
    known = {(one["name"], one["type"]): number for number, one in store.items()}
    fresh: _Store = {}
    for command in wanted:
        number = known.get((command["name"], command.get("type") or CHAT)) or call.server.snowflake()
        fresh[number] = _stored(call, command, number)
    store.clear()
    store.update(fresh)
    return list(store.values())


def _create(call: Call) -> Json:
    store, command = _store(call), call.body
    if call.server.checks:
        call.refuse(list(check_command(command)))
    kind = command.get("type") or CHAT
    same = [number for number, one in store.items() if (one["name"], one["type"]) == (command["name"], kind)]
    number = same[0] if same else call.server.snowflake()
    store[number] = _stored(call, command, number)
    return store[number]


def _one(call: Call) -> tuple[_Store, int]:
    store, number = _store(call), call.id("command_id")
    if number not in store:
        raise unknown("Application Command")
    return store, number


def _get(call: Call) -> Json:
    store, number = _one(call)
    return store[number]


def _edit(call: Call) -> Json:
    store, number = _one(call)
    changed = store[number] | call.body
    if call.server.checks:
        call.refuse(list(check_command(changed)))
    store[number] = _stored(call, changed, number)
    return store[number]


def _delete(call: Call) -> None:
    store, number = _one(call)
    del store[number]


def _entry(call: Call, guild_id: int, command_id: int, entries: list[Json]) -> Json:
    return {
        "id": str(command_id),
        "application_id": str(call.server.application_id),
        "guild_id": str(guild_id),
        "permissions": entries,
    }


@route("GET", "/applications/{application_id}/guilds/{guild_id}/commands/permissions")
def all_permissions(call: Call) -> list[Json]:
    """Every command a server's owner has re-mapped."""
    _store(call)
    guild = call.guild()
    return [_entry(call, guild.id, number, found) for number, found in guild.command_permissions.items()]


@route("GET", "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}/permissions")
def command_permissions(call: Call) -> Json:
    """One command's re-mapping; an error when it has none, as Discord does."""
    _store(call)
    guild, number = call.guild(), call.id("command_id")
    found = guild.command_permissions.get(number)
    if found is None:
        raise ApiError(404, 10066, "Unknown application command permissions")
    return _entry(call, guild.id, number, found)


# Last, so that "permissions" is not taken for a command_id.
for _scope in (
    "/applications/{application_id}/commands",
    "/applications/{application_id}/guilds/{guild_id}/commands",
):
    route("GET", _scope)(_list)
    route("PUT", _scope)(_overwrite)
    route("POST", _scope)(_create)
    route("GET", _scope + "/{command_id}")(_get)
    route("PATCH", _scope + "/{command_id}")(_edit)
    route("DELETE", _scope + "/{command_id}")(_delete)
