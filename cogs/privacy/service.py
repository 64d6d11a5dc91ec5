"""What a person may ask about their own data. The work itself is done over all cogs at once by the core."""

from __future__ import annotations

import datetime
import json

from bot.sdk import Person, Space, Supplies


class Privacy:
    """See, take along, erase."""

    def __init__(self, supplies: Supplies) -> None:
        assert supplies.account is not None
        self._account = supplies.account

    def kept(self, language: str) -> list[tuple[str, str]]:
        """What is kept, by cog: (the cog, in words what, why, how long, and who sees it)."""
        told: dict[str, list[str]] = {}
        for cog, words in self._account.kept(language):
            told.setdefault(cog, []).append(words)
        return [(cog, "\n".join(words)) for cog, words in told.items()]

    async def spaces(self, person: Person, here: Space) -> list[str]:
        """The names of the communities in which this account was met, this one among them."""
        met = {space.id: space for space in [*await self._account.spaces(person), here] if space.id}
        return sorted(space.name or space.id for space in met.values())

    async def left_in_force(self, person: Person, language: str) -> list[tuple[str, datetime.date]]:
        """What an erasure leaves in force about this account in any community, in words, and until which day
        (UTC) at most."""
        return await self._account.stays(person, language)

    async def export(self, person: Person, at: datetime.datetime, language: str) -> tuple[bytes, list[str]]:
        """All that is kept about an account in every community, as JSON in UTF-8, and the names of what could
        not be read just now. Times are in UTC."""
        found = await self._account.export(person)
        missing = [name for name, kept in found.items() if kept is None]
        spaces = {space.id: space.name for space in await self._account.spaces(person)}
        kept = {
            "made_at": at.isoformat(),
            "communities": spaces,
            "kept": {name: one for name, one in found.items() if one is not None},
            "missing": missing,
        }
        told = [self._account.title(name, language) for name in missing]
        return json.dumps(kept, ensure_ascii=False, indent=2).encode(), told

    async def erase(self, person: Person) -> bool:
        """Erase an account everywhere. False when that is still being finished."""
        return await self._account.erase(person)
