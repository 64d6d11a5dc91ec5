"""`python -m benchmarks`: every ratio of "how fast, how small", printed as one table.

`--only NAME` (may be repeated) runs a part, `--quick` a small setting of it whose figures mean little.
Everything runs on 127.0.0.1, in processes of its own that are ended with it.
"""

from __future__ import annotations

import argparse
import asyncio
import compileall
import importlib
import inspect
import sys
import time
import traceback
from pathlib import Path

from .table import Row, machine, printed

PARTS = {
    "commands": "discord_commands",
    "size": "discord_size",
    "prompts": "prompts",
    "history": "history",
    "matrix": "matrix",
    "profiles": "profiles",
}
"""Name -> module of this package with `run(quick) -> list[Row]` (awaited where it is to be)."""


async def _run(parts: list[str], quick: bool) -> list[Row]:
    rows: list[Row] = []
    for name in parts:
        began = time.monotonic()
        print(f"{name} …", end="", file=sys.stderr, flush=True)
        try:
            found = importlib.import_module(f".{PARTS[name]}", __package__).run(quick)
            rows += await found if inspect.isawaitable(found) else found
        except Exception as error:
            # What the other parts measured in ten minutes must not be lost with it.
            traceback.print_exc()
            rows.append(Row(f"{name}: broke off", type(error).__name__, "–", "–", "–", met=False))
        print(f" {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return rows


def main() -> int:
    """Run the parts asked for. 0 when every target is met, else 1."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", choices=sorted(PARTS), help="one part; may be repeated")
    parser.add_argument("--quick", action="store_true", help="small counts: does it run at all?")
    options = parser.parse_args()
    # As pip does on installing: compiling our own sources is no part of a start.
    for package in ("bot", "cogs", "benchmarks"):
        compileall.compile_dir(Path(__file__).parent.parent / package, quiet=2)
    about = machine()
    rows = asyncio.run(_run(options.only or list(PARTS), options.quick))
    print(printed(rows))
    print(f"\n{about}")
    broken = any("broke off" in row.what for row in rows)
    return 1 if broken or (not options.quick and any(row.met is False for row in rows)) else 0


if __name__ == "__main__":
    sys.exit(main())
