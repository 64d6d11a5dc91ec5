"""Time out on Matrix: a power level below what writing needs, and back.

Matrix has no time out of its own. `m.room.power_levels` (client-server API, room events) says what level a
message needs and who has which; a level below that lets somebody read and not write.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from .purse import Urgency
from .rooms import Room
from .send import Actions, Later, Outcome, Refused, Sent, Unknown

_EVENT = "m.room.power_levels"


async def time_out(actions: Actions, room: Room, me: str, account: str, *, out: bool) -> Outcome:
    """Let `account` not write in a room, or (`out` False) again. Whoever was given a level of their own is
    left alone: somebody trusted them with it."""
    if room.power is None or not room.may(me, _EVENT, state=True) or room.level(account) >= room.level(me):
        return Refused("M_FORBIDDEN")
    levels = copy.deepcopy(dict(room.power))
    users = dict(levels.get("users") or {})
    below = int(room.needed("m.room.message")) - 1
    if out:
        if account in users and users[account] != below:
            return Refused("M_FORBIDDEN")
        users[account] = below
    elif users.pop(account, below) != below:
        return Sent("")  # somebody gave them another level meanwhile: nothing is left to lift
    levels["users"] = users
    if users == (room.power.get("users") or {}):
        return Sent("")
    path = f"/_matrix/client/v3/rooms/{quote(room.room_id, safe='')}/state/{_EVENT}/"
    return _outcome(await actions.do("PUT", path, levels, Urgency.PERSON))


def _outcome(found: Mapping[str, Any] | Refused | Unknown | Later) -> Outcome:
    return found if isinstance(found, Refused | Unknown | Later) else Sent("")
