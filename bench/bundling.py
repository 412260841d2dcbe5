"""Prints the table of the bundling engine: for each number of needs its plan beside one made as by hand."""

import argparse
import os
import resource
import sys
import time

from bench.greedy import solve_by_hand
from bench.needs import make_document
from broker.needs.bundling.effort import Effort
from broker.needs.bundling.engine import solve
from broker.needs.bundling.exchange import parse
from broker.needs.bundling.objective import score
from broker.needs.bundling.rules import Rules

SIZES = (60, 150, 500, 1500, 4000)


def main():
    parser = argparse.ArgumentParser(prog="bench.bundling")
    parser.add_argument("--needs", type=int, action="append", help="How many; 50000 takes about twenty minutes.")
    parser.add_argument("--seed", type=int, action="append")
    parser.add_argument("--effort", choices=[effort.value for effort in Effort], default=Effort.NORMAL.value)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    measure_bundling(arguments.needs or SIZES, arguments.seed or (1,), Effort(arguments.effort), arguments.workers or 1)


def measure_bundling(sizes=SIZES, seeds=(1,), effort=Effort.NORMAL, workers=1):
    print(f"\nPaketering, {effort}, {workers} processer, last {os.getloadavg()[0]:.1f}")
    headings = {
        "behov": 7,
        "frö": 5,
        "värde": 11,
        "gräns": 11,
        "gap": 8,
        "s": 8,
        "cpu s": 8,
        "MB": 6,
        "för hand": 11,
        "s ": 7,
    }
    print("".join(f"{heading:>{width}}" for heading, width in headings.items()))
    for size in sizes:
        for seed in seeds:
            print_row(parse(make_document(size, seed)), seed, effort, workers)


def print_row(instance, seed, effort, workers):
    started, busy = time.perf_counter(), cpu_seconds()
    plan = solve(instance, effort=effort, workers=workers)
    seconds, busy = time.perf_counter() - started, cpu_seconds() - busy
    assert Rules(instance).plan_failures(plan) == []
    print(
        f"{len(instance.needs):7}{seed:5}{plan.value:11}{plan.bound:11}{plan.gap:8.2%}{seconds:8.1f}{busy:8.1f}"
        f"{most_memory():6}",
        end="",
        flush=True,
    )
    started = time.perf_counter()
    by_hand = score(instance, solve_by_hand(instance)).objective
    print(f"{by_hand:11}{time.perf_counter() - started:7.1f}", flush=True)


def cpu_seconds():
    return sum(os.times()[:4])


def most_memory():
    """Give the most memory that one process has held so far, in MB."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(kind).ru_maxrss for kind in kinds) // 1024


if __name__ == "__main__":
    sys.exit(main())
