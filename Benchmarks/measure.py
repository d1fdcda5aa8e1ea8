"""What the benchmarks share: run a command, know how long it took and how much memory it had at the most; medians of five."""

import os
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SALES = os.path.join(ROOT, ".build", "release", "sales")
ROUNDS = 5


class Run:
    """Seconds by the wall clock and by the processor, and the peak of resident memory in bytes.

    The peak is the kernel's own count for the process (wait4); it cannot be less than this program's, some 15 MB, for a process is a copy
    of its parent before it starts another program.
    """

    def __init__(self, command, quiet=True, **options):
        # What was written before is not to be paid for in this run.
        os.sync()
        options.setdefault("stdout", subprocess.DEVNULL)
        errors = subprocess.PIPE if quiet else None
        began = time.perf_counter()
        process = subprocess.Popen(command, stderr=errors, **options)
        self.started(process.pid)
        words = process.stderr.read() if quiet else b""
        _, status, usage = os.wait4(process.pid, 0)
        self.seconds = time.perf_counter() - began
        self.cpu = usage.ru_utime + usage.ru_stime
        self.peak = usage.ru_maxrss * 1024
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.stderr.buffer.write(words)
            sys.exit(f"{' '.join(command)} left with {process.returncode}")

    def started(self, pid):
        """Called when the process is there, for those who want to look at it while it runs."""


def median(values):
    return statistics.median(values)


def in_turn(count, *works):
    """Runs the works one after the other, `count` times; the results of each. What the machine does meanwhile so strikes all of them."""
    results = [[] for _ in works]
    for _ in range(count):
        for work, into in zip(works, results):
            into.append(work())
    return results
