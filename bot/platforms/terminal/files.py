"""Files and pictures that the terminal shows: saved in a folder, and named."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from bot.sdk.words import ShownFile

from .write import SeenFile, one_line


class SavedFiles:
    """What was shown as a file, in `folder`; without one, under the system's temporary folder."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._saved = 0

    def save(self, file: ShownFile, own: str | None) -> SeenFile:
        """Save a file and name its place. `own` is whom alone it is shown to: it goes when they are
        forgotten. Raises `OSError`."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="hearth-"))
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = self._folder.resolve()
        if own is not None:
            folder = _folder_of(folder, own)
            folder.mkdir(mode=0o700, exist_ok=True)
        name = file_name(file.name)
        while True:
            self._saved += 1
            path = folder / f"{self._saved:03}-{name}"
            try:
                # Somebody's chart or export: for the owner of this machine's account alone.
                path.touch(mode=0o600, exist_ok=False)
            except FileExistsError:
                continue
            path.write_bytes(file.data)
            return SeenFile(name, one_line(file.type), str(path), one_line(file.alt), file.picture)

    def forget(self, who: str) -> None:
        """Remove what was shown to this person alone."""
        if self._folder is not None:
            shutil.rmtree(_folder_of(self._folder, who), ignore_errors=True)


def file_name(name: str) -> str:
    """A name that stays in its folder and on its line, whatever a cog called the file."""
    return _plain(Path(name).name).strip(".-")[-80:] or "file"


def _plain(name: str) -> str:
    return "".join(one if one.isalnum() or one in "._-" else "-" for one in name)


def _folder_of(folder: Path, who: str) -> Path:
    return folder / f"@{_plain(who)}"
