"""`python -m tests.durability.changing FOLDER`: a Hearth whose profile is changed from chat again and again.
A line tells each version that was acknowledged.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.app import App
from bot.config.operator import OperatorConfig, Space
from bot.platforms.terminal import TerminalPlatform
from bot.sdk.people import Person

MOD = Person("terminal", "mod", "circle", name="Mo")


def text_of(number: int) -> str:
    """The profile as its version of that number says it, long enough to need many pages of the database."""
    padding = "".join(f"# {number} {line:04} what somebody noted beside it\n" for line in range(600))
    return f"name: Circle {number}\nzone: Europe/London\ncountry: GB\n{padding}"


async def opened(folder: Path) -> App:
    """Hearth on this folder, in whatever state a kill left it."""
    space = Space(profile=folder / "space.yaml", terminal=True)
    config = OperatorConfig(home=folder / "home", cogs=("crisis", "config"), spaces={"circle": space})
    return await App.open(config, platforms=[TerminalPlatform(folder / "files")], environ={})


async def change(folder: Path) -> None:
    """Put one version after another in force until killed."""
    app = await opened(folder)
    while True:
        now = app.communities.current("circle")
        assert now is not None
        number = await app.communities.put("circle", text_of(now.number + 1), after=now.number, by=MOD)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(change(Path(sys.argv[1])))
