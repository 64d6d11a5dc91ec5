"""What there is to do here, for whoever asks."""

from __future__ import annotations

from bot.sdk import Level, Supplies


class Help:
    """Finds commands by name. All of it touches memory only."""

    def __init__(self, supplies: Supplies) -> None:
        assert supplies.directory is not None
        self._directory = supplies.directory

    def prefix(self, platform: str) -> str:
        """What stands before a command's name on this platform."""
        return self._directory.prefix(platform)

    def commands(self, level: Level, language: str) -> list[tuple[str, str]]:
        """(name, what it is for) of every command for this level, the crisis lines first."""
        return self._directory.commands(level, language)

    def about(self, name: str, level: Level, language: str) -> list[tuple[str, str]]:
        """The command of this name, or the commands of the group of this name; none where there is none.
        English names are understood as well."""
        wanted = " ".join(name.strip().lstrip("/!").casefold().split())
        own = self.commands(level, language)
        for names, told in zip((own, self.commands(level, "en")), (own, own), strict=True):
            found = [
                told[at]
                for at, (known, _) in enumerate(names)
                if wanted and (known.casefold() == wanted or known.casefold().startswith(f"{wanted} "))
            ]
            if found:
                return found
        return []

    def options(self, name: str, language: str) -> list[tuple[str, str]]:
        """(name, what it is for) of the options of the command of this very name."""
        return self._directory.options(name, language)
