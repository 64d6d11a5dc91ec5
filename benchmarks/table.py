"""The table of ratios, and what it was measured on."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `met` None: reported, with no target of its own."""

    what: str
    hearth: str
    against: str
    ratio: str
    target: str
    met: bool | None


def ratio_row(
    what: str, hearth: float, bare: float, most: float, unit: str, ratio: float | None = None
) -> Row:
    """Hearth beside something else in the same unit, at most `most` times as much.

    `ratio` where it is not the quotient of the two, such as the median of several rounds' quotients.
    """
    found = hearth / bare if ratio is None else ratio
    return Row(
        what, f"{hearth:.3g} {unit}", f"{bare:.3g} {unit}", f"{found:.2f}", f"≤ {most:g} ×", found <= most
    )


def most_row(what: str, measured: float, most: float, unit: str) -> Row:
    """A figure with a ceiling; the ratio is the part of it that is used."""
    ratio = f"{measured / most:.2f}" if most else "–"
    return Row(what, f"{measured:.3g} {unit}", "–", ratio, f"≤ {most:g} {unit}", measured <= most)


def least_row(what: str, measured: float, whole: float, share: float, unit: str) -> Row:
    """A figure that should come near a physical limit: at least `share` of `whole`."""
    found = measured / whole
    return Row(
        what,
        f"{measured:.3g} {unit}",
        f"{whole:.3g} {unit}",
        f"{found:.3f}",
        f"≥ {share:g} ×",
        found >= share,
    )


def note_row(what: str, hearth: str, against: str = "–") -> Row:
    """A figure without a target."""
    return Row(what, hearth, against, "–", "–", None)


def median_ratio(pairs: Sequence[tuple[float, float]]) -> float:
    """The median over rounds of (Hearth, bare) quotients: both of a round met the same weather."""
    return statistics.median(one / other for one, other in pairs)


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which this share of them lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]


def printed(rows: Sequence[Row]) -> str:
    """The table as Markdown, the columns aligned."""
    head = ("what", "Hearth", "against", "ratio", "target", "met")
    cells = [head] + [
        (
            row.what,
            row.hearth,
            row.against,
            row.ratio,
            row.target,
            {True: "yes", False: "NO", None: ""}[row.met],
        )
        for row in rows
    ]
    widths = [max(len(line[at]) for line in cells) for at in range(len(head))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def machine() -> str:
    """What this ran on, in a few lines, without its name."""
    model = "unknown processor"
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    libraries = ("discord.py", "matrix-nio", "matrix-synapse", "SQLAlchemy", "aiohttp", "matplotlib")
    return "\n".join([
        f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB; {platform.system()} {platform.release()}",
        f"Python {platform.python_version()}; "
        + ", ".join(f"{name} {_version(name)}" for name in libraries),
        f"load average before: {load}",
    ])  # fmt: skip


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "absent"
