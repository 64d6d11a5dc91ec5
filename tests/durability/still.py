"""A platform of which nothing more is asked than that it is there."""

from __future__ import annotations

import asyncio

from bot.sdk.people import Person
from bot.sdk.ports import Front


class Still:
    """What every platform has; those of the tests add what they are asked for."""

    native_forms = False

    def equip(self, vault: object, handled: object) -> None:
        pass

    async def run(self, front: Front) -> None:
        await asyncio.Event().wait()

    async def stop(self) -> None:
        pass

    async def forget(self, person: Person) -> bool:
        return True
