"""`python -m tests.durability --seeds 20`: the suite again and again, each time by another seed.

Every run is a process of its own. What a failed one said is printed whole, the others go on, and the last
line counts. Further arguments go to pytest: `--long`, or the name of one file.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def main() -> int:
    """Run it; 0 when every seed passed."""
    parser = argparse.ArgumentParser(prog="python -m tests.durability")
    parser.add_argument("--seeds", type=int, default=20, metavar="N", help="how many runs (20)")
    parser.add_argument("--first", type=int, default=1, metavar="SEED", help="the seed of the first run (1)")
    chosen, rest = parser.parse_known_args()
    where = [] if any(Path(one.split("::")[0]).exists() for one in rest) else [str(HERE)]
    failed = []
    for seed in range(chosen.first, chosen.first + chosen.seeds):
        began = time.monotonic()
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"--seed={seed}", *where, *rest]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        said = run.stdout + run.stderr
        if run.returncode:
            failed.append(seed)
            say(said)
        last = said.strip().splitlines()[-1] if said.strip() else "said nothing"
        how = "FAILED" if run.returncode else "passed"
        say(f"seed {seed}: {how} ({time.monotonic() - began:.0f} s) {last}")
    say(f"{chosen.seeds - len(failed)} of {chosen.seeds} passed" + (f"; failed: {failed}" if failed else ""))
    return 1 if failed else 0


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
