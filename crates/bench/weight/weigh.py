#!/usr/bin/env python3
"""Weighs three programs that do the same: with Hardline, with Ruma, and by hand on http and serde_json.

    crates/bench/weight/weigh.py [RUNS]

builds each from nothing, RUNS times in turn (3 where it is not said), and prints the CPU seconds of `cargo build
--release`, the crates in the tree, and the size of the stripped program. It takes some minutes of all cores.
"""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAMS = [
    ("by hand", "by-hand", "weight-by-hand", []),
    ("Hardline, threepid alone", "hardline", "weight-of-hardline", []),
    ("Hardline, every feature", "hardline", "weight-of-hardline", ["--features", "all"]),
    ("Ruma, client-api-c", "ruma", "weight-of-ruma", []),
]


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    seconds = {name: [] for name, *_ in PROGRAMS}
    sizes = {}
    for _ in range(runs):
        for name, directory, program, features in PROGRAMS:
            taken, sizes[name] = build(HERE / directory, program, features)
            seconds[name].append(taken)
    crates = {name: count(HERE / directory, features) for name, directory, _, features in PROGRAMS}

    by_hand, *_, ruma = (name for name, *_ in PROGRAMS)
    print(f"{'':26} {'CPU seconds':>20} {'of Ruma':>20} {'crates':>7} {'bytes':>9} {'of by hand':>11}")
    for name, *_ in PROGRAMS:
        shares = [own / whole for own, whole in zip(seconds[name], seconds[ruma])]
        print(
            f"{name:26} {spread(seconds[name], 1):>20} {spread(shares, 3):>20} {crates[name]:>7}"
            f" {sizes[name]:>9} {sizes[name] / sizes[by_hand]:>11.2f}"
        )


def build(directory, program, features):
    """The CPU seconds of a build from nothing, and the size of what was built."""
    target = tempfile.mkdtemp(prefix="weight-")
    try:
        environment = {**os.environ, "CARGO_TARGET_DIR": target}
        # What is to be downloaded is not weighed.
        subprocess.run(["cargo", "fetch", "--quiet"], cwd=directory, env=environment, check=True)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = ["cargo", "build", "--release", "--quiet", *features]
        subprocess.run(command, cwd=directory, env=environment, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return taken, Path(target, "release", program).stat().st_size
    finally:
        shutil.rmtree(target)


def count(directory, features):
    """The crates that the program is built from, those included that run while it is built."""
    command = ["cargo", "tree", "-e", "normal,build", "--prefix", "none", "--format", "{p}", *features]
    tree = subprocess.run(command, cwd=directory, check=True, capture_output=True, text=True)
    return len({line.replace(" (*)", "") for line in tree.stdout.split("\n") if line}) - 1


def spread(values, digits):
    middle = statistics.median(values)
    return " ".join(f"{value:.{digits}f}" for value in (min(values), middle, max(values)))


if __name__ == "__main__":
    main()
