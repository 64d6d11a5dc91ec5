"""The community whose members share without their names, for whoever looks for them in what is left of it."""

from __future__ import annotations

from tests.cogs.sharing import scene

from . import canaries

COGS = scene.COGS
PROFILE = (
    scene.PROFILE.replace('room: "#ring"', f'room: "#{canaries.ROOM}"')
    .replace("small_group: 5", "small_group: 3")
    .replace("pictures: true", "pictures: true\n      a_day: 9")
)
REPLY = "juniper answers softly 2290"
