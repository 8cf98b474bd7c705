#!/usr/bin/env python3
"""Measures what it costs to build three programs that do the same: with Hardline, with Ruma, and by hand on http and serde_json.

    crates/bench/build_cost/measure.py [RUNS]

builds each from nothing, RUNS times in turn (3 where it is not said), and prints the CPU seconds of `cargo build` and of
`cargo build --release`, each also as a share of Ruma's, the crates in the tree, and the size of the stripped release
program. What was measured several times is told as the least, the middle and the most. It takes many minutes of all
cores.
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
    ("by hand", "by-hand", "build-cost-by-hand", []),
    ("Hardline, threepid alone", "hardline", "build-cost-of-hardline", []),
    ("Hardline, threepid and flow", "hardline", "build-cost-of-hardline", ["--features", "hardline/flow"]),
    ("Hardline, every feature", "hardline", "build-cost-of-hardline", ["--features", "all"]),
    ("Ruma, client-api-c", "ruma", "build-cost-of-ruma", []),
]
# The profiles by the names of their directories, with what asks for them. The release program is built last: its size counts.
PROFILES = {"debug": [], "release": ["--release"]}


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    seconds = {(name, profile): [] for name, *_ in PROGRAMS for profile in PROFILES}
    sizes = {}
    for _ in range(runs):
        for name, directory, program, features in PROGRAMS:
            for profile, flags in PROFILES.items():
                taken, sizes[name] = build(HERE / directory, program, profile, flags + features)
                seconds[name, profile].append(taken)

    by_hand, *_, ruma = (name for name, *_ in PROGRAMS)
    times = "".join(f" {profile + ', CPU s':>17} {'of Ruma':>17}" for profile in PROFILES)
    print(f"{'':27}{times} {'crates':>6} {'release, bytes':>14} {'of by hand':>10}")
    for name, directory, _, features in PROGRAMS:
        times = ""
        for profile in PROFILES:
            taken = seconds[name, profile]
            shares = [own / whole for own, whole in zip(taken, seconds[ruma, profile])]
            times += f" {spread(taken, 1):>17} {spread(shares, 3):>17}"
        crates = count(HERE / directory, features)
        print(f"{name:27}{times} {crates:>6} {sizes[name]:>14} {sizes[name] / sizes[by_hand]:>10.2f}")


def build(directory, program, profile, flags):
    """The CPU seconds of a build from nothing, and the size of what was built."""
    target = tempfile.mkdtemp(prefix="build-cost-")
    try:
        # Only a path dependency would be compiled incrementally, which costs more: Hardline here, and not Ruma.
        environment = {**os.environ, "CARGO_TARGET_DIR": target, "CARGO_INCREMENTAL": "0"}
        # Downloads are not measured.
        subprocess.run(["cargo", "fetch", "--quiet"], cwd=directory, env=environment, check=True)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(["cargo", "build", "--quiet", *flags], cwd=directory, env=environment, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return taken, Path(target, profile, program).stat().st_size
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
