"""A cog that cannot hand out what it keeps."""

from typing import Any

from bot.sdk import Cog, Kept, Person, Supplies


class Faulty:
    """Breaks when it is asked for an export."""

    def __init__(self, supplies: Supplies) -> None:
        self.forgot = 0

    async def export(self, person: Person) -> list[dict[str, Any]]:
        raise RuntimeError("on purpose")

    async def forget(self, person: Person, session: object = None) -> None:
        self.forgot += 1


cog = Cog("faulty", service=Faulty, keeps=[Kept("marbles")], stores=False)
