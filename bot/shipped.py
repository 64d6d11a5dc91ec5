"""Where the files lie that ship with Hearth: in the checkout, or inside the installed package."""

from pathlib import Path

_INSTALLED = Path(__file__).parent / "_shipped"
ROOT = _INSTALLED if _INSTALLED.is_dir() else Path(__file__).parent.parent
DATA = ROOT / "data"
CONFIG_EXAMPLE = ROOT / "config.example.yaml"
SPACE_EXAMPLE = ROOT / "space.example.yaml"


def cog_folder(name: str) -> Path:
    """The folder of a cog that ships."""
    return Path(__file__).parent.parent / "cogs" / name
