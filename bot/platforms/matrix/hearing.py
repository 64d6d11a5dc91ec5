"""What people mean: whether a line speaks to the bot, and which command it begins with. Memory only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.sdk.commands import Described
from bot.sdk.ports import Front

from .read import Said, addressed

_ENDS = ".,;:!?\u2026"


class Hearing:
    """Tells commands from talk, by the commands there are."""

    def __init__(self, front: Front, me: str) -> None:
        self._front, self._me = front, me
        self._private: Mapping[str, bool] = {}
        self._about: frozenset[str] = frozenset()
        self._known: Sequence[Described] = ()

    def command(self, said: Said, name: str, *, direct: bool) -> str | None:
        """The command line that somebody speaks to the bot, None for plain words.

        `!crisis`, `!hearth crisis` (or the bot's own name), or the bot's id or name first. In a room other
        bots may listen to `!` as well: there a command must be one of ours.
        """
        line = said.line.strip()
        if line.startswith("!") and line[1:2].isalnum():
            rest = line[1:]
            first, _, more = rest.partition(" ")
            if first.casefold().rstrip(_ENDS) in self._called(name):
                return more.strip()
            if direct or self._front.urgent(rest) or self._starts(rest) is not None:
                return rest
            return None
        return addressed(said, self._me, name)

    def is_private(self, command: str) -> bool:
        """Whether a command line asks for something that is answered to its person alone."""
        found = self._starts(command)
        return found is None or self._private[found]

    def tells(self, command: str) -> bool:
        """Whether words stand behind a command that is between its person and the bot alone."""
        found = self._starts(command)
        return self.is_private(command) and len(command.split()) > len((found or "one").split())

    def is_about(self, command: str) -> bool:
        """Whether a command line asks for something that is about a message."""
        return self._starts(command) in self._about

    def begins(self, line: str) -> bool:
        """Whether a line begins with a command's name."""
        return self._starts(line) is not None

    def _called(self, name: str) -> set[str]:
        return {"hearth", self._me[1:].partition(":")[0].casefold(), "".join(name.split()).casefold()}

    def _starts(self, line: str) -> str | None:
        self._look()
        words = [word.casefold().rstrip(_ENDS) for word in line.split(None, 2)[:2]]
        return next((name for name in (" ".join(words), *words[:1]) if name in self._private), None)

    def _look(self) -> None:
        described = self._front.described()
        if described is self._known:
            return
        names: dict[str, bool] = {}
        about: set[str] = set()
        for one in described:
            for path in _paths(one):
                names[path] = one.private
                about |= {path} if one.menu else set()
                # A group's name alone is answered with its commands, to its person alone.
                names.setdefault(path.partition(" ")[0], True)
        self._private, self._about, self._known = names, frozenset(about), described


def _paths(one: Described) -> set[str]:
    own = {one.name, *one.names.values()}
    if one.group is None:
        return {name.casefold() for name in (one.path, *own)}
    groups = {one.group, *one.group_names.values()}
    return {one.path.casefold()} | {f"{group} {name}".casefold() for group in groups for name in own}
