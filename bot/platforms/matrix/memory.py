"""A drawer that is empty at every start: for when storage or key cannot be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class Memory:
    """Fulfils `bot.sdk.ports.Vault` and `Handled` for as long as the process runs."""

    def __init__(self) -> None:
        self._blobs: dict[str, bytes] = {}
        self._handled: dict[str, None] = {}
        self._position: str | None = None

    async def load(self, name: str) -> bytes | None:
        """What was last saved under this name."""
        return self._blobs.get(name)

    async def save(self, blobs: Mapping[str, bytes | None]) -> None:
        """Keep these; None deletes."""
        for name, data in blobs.items():
            if data is None:
                self._blobs.pop(name, None)
            else:
                self._blobs[name] = data

    async def position(self) -> str | None:
        """The saved position."""
        return self._position

    async def was_handled(self, event_id: str) -> bool:
        """Whether this event was recorded and not dropped since."""
        return event_id in self._handled

    async def record(self, event_id: str) -> None:
        """Remember that this event is done."""
        self._handled[event_id] = None

    async def move(self, position: str | None, keep: Sequence[str]) -> None:
        """Save the position and drop every remembered event but those in `keep`."""
        self._position = position or self._position
        self._handled = dict.fromkeys(event for event in keep if event in self._handled)
