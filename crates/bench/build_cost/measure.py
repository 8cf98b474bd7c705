#!/usr/bin/env python3
"""Measures what it costs to build programs that do the same: with Hardline, with Ruma, and by hand on http and serde_json.

    crates/bench/build_cost/measure.py [--check] [RUNS]

builds each from nothing, RUNS times in turn (3 where it is not said), and prints the CPU seconds of `cargo build` and of
`cargo build --release`, each also as a share of Ruma's, the crates in the tree, and the size of the stripped release
program. What was measured several times is told as the least, the middle and the most. Then it holds what has an aim to
it, by the middle: with --check it exits with 1 where one is missed that crates/bench/missed.toml does not list under
`build_cost`, or where a listed one is more than 5 % worse than listed. It takes many minutes of all cores, and Python
3.11.
"""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
MISSED = HERE.parent / "missed.toml"
BY_HAND, THREEPID, ALL, RUMA = "by hand", "Hardline, threepid alone", "Hardline, every feature", "Ruma, client-api-c"
ALL_BUT_BY_NAME = "Hardline, all but by-name"
UNSTABLE = "Hardline, with unstable"
EVENTS = "Hardline, threepid and events"
PROGRAMS = [
    (BY_HAND, "by-hand", "build-cost-by-hand", []),
    (THREEPID, "hardline", "build-cost-of-hardline", []),
    (EVENTS, "hardline", "build-cost-of-hardline", ["--features", "hardline/events"]),
    ("Hardline, threepid and flow", "hardline", "build-cost-of-hardline", ["--features", "hardline/flow"]),
    (ALL_BUT_BY_NAME, "hardline", "build-cost-of-hardline", ["--features", "all-but-by-name"]),
    (ALL, "hardline", "build-cost-of-hardline", ["--features", "all"]),
    (UNSTABLE, "hardline", "build-cost-of-hardline", ["--features", "unstable"]),
    ("Hardline, with unstable, simd", "hardline", "build-cost-of-hardline", ["--features", "unstable,hardline/simd"]),
    ("Hardline, threepid and simd", "hardline", "build-cost-of-hardline", ["--features", "hardline/simd"]),
    (RUMA, "ruma", "build-cost-of-ruma", []),
]
# Each with the greatest ratio that is good enough, and the two that it is of: what, and whose. If there is a third, only what
# comes on top of it counts.
AIMS = [
    ("debug build of threepid alone, of Ruma's", 0.10, "debug", THREEPID, RUMA),
    ("debug build of every feature, of Ruma's", 0.25, "debug", ALL, RUMA),
    ("debug build with unstable, of Ruma's", 0.26, "debug", UNSTABLE, RUMA),
    ("debug build of events, on top of threepid, of Ruma's", 0.04, "debug", EVENTS, RUMA, THREEPID),
    ("debug build of every feature, of that without by-name", 1.05, "debug", ALL, ALL_BUT_BY_NAME),
    ("release program of every feature, of that by hand", 1.34, "size", ALL, BY_HAND),
]
# How much worse than listed a ratio may be.
NOISE = 1.05
# The profiles by the names of their directories, with what asks for them. The release program is built last: its size counts.
PROFILES = {"debug": [], "release": ["--release"]}


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--check"]
    runs = int(arguments[0]) if arguments else 3
    listed = read_missed()
    seconds = {(name, profile): [] for name, *_ in PROGRAMS for profile in PROFILES}
    sizes = {}
    for _ in range(runs):
        for name, directory, program, features in PROGRAMS:
            for profile, flags in PROFILES.items():
                taken, sizes[name] = build(HERE / directory, program, profile, flags + features)
                seconds[name, profile].append(taken)
    print_programs(seconds, sizes)
    print()
    if print_aims(seconds, sizes, listed) and "--check" in sys.argv:
        sys.exit(1)


def print_programs(seconds, sizes):
    times = "".join(f" {profile + ', CPU s':>17} {'of Ruma':>17}" for profile in PROFILES)
    print(f"{'':29}{times} {'crates':>6} {'release, bytes':>14} {'of by hand':>10}")
    for name, directory, _, features in PROGRAMS:
        times = ""
        for profile in PROFILES:
            taken = seconds[name, profile]
            times += f" {spread(taken, 1):>17} {spread(shares(taken, seconds[RUMA, profile]), 3):>17}"
        crates = count(HERE / directory, features)
        print(f"{name:29}{times} {crates:>6} {sizes[name]:>14} {sizes[name] / sizes[BY_HAND]:>10.2f}")


def print_aims(seconds, sizes, listed):
    """Prints whether each aim is met, and returns whether a check fails because of one."""
    failed = False
    print(f"| {'':53} |  aim | ratio | verdict |\n| {'-' * 53} | ---: | ----: | ------- |")
    for row, aim, what, ours, other, *base in AIMS:
        if what == "size":
            ratio = sizes[ours] / sizes[other]
        else:
            taken = seconds[ours, what]
            if base:
                taken = [whole - part for whole, part in zip(taken, seconds[base[0], what])]
            ratio = statistics.median(shares(taken, seconds[other, what]))
        verdict = verdict_on(ratio, aim, listed.get(row))
        failed = failed or verdict.startswith("MISSED")
        print(f"| {row:53} | {aim:.2f} | {ratio:.3f} | {verdict:7} |")
    return failed


def verdict_on(ratio, aim, listed):
    """As in the table of hardline-bench."""
    if ratio <= aim:
        return "ok" if listed is None else "met: remove it from missed.toml"
    if listed is None:
        return "MISSED"
    return "missed" if ratio <= listed * NOISE else "MISSED, worse than listed"


def read_missed():
    """The ratios of the aims that are known to be missed, by their rows. hardline-bench checks that each has a reason."""
    document = tomllib.loads(MISSED.read_text(encoding="utf-8"))
    listed = {missed["row"]: missed["ratio"] for missed in document.get("build_cost", [])}
    unknown = listed.keys() - {row for row, *_ in AIMS}
    if unknown:
        sys.exit(f"missed.toml: no row of the build cost is called {', '.join(sorted(unknown))}")
    return listed


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


def shares(taken, whole):
    """Of each run, since the machine's load changes between them."""
    return [own / other for own, other in zip(taken, whole)]


def spread(values, digits):
    middle = statistics.median(values)
    return " ".join(f"{value:.{digits}f}" for value in (min(values), middle, max(values)))


if __name__ == "__main__":
    main()
