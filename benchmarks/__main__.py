"""``python -m benchmarks [a b c d e f g] [--rounds N]``: run the benchmarks and print ratios; nothing is asserted."""

from __future__ import annotations

import argparse
import datetime
import importlib
import os
import platform
import sys
import time

_ALL = {
    "a": ("trace", "RPF trace over eight hops against bare scripts", 9),
    "b": ("startup", "start of whole processes", 9),
    "c": ("first_paint", "first screen against a bare Textual application", 7),
    "d": ("parsing", "large tables against ntc-templates and Genie", 7),
    "e": ("connecting", "connect and commands against scrapli, Netmiko, OpenSSH", 9),
    "f": ("costs", "tree and memory", 9),
    "g": ("winrm_wire", "WinRM against pywinrm and pypsrp", 7),
}


def main() -> None:
    """Run the chosen benchmarks, all by default."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("which", nargs="*", metavar="|".join(_ALL), help="which to run (default: all)")
    parser.add_argument("--rounds", type=int, help="rounds of each (default: chosen per benchmark)")
    given = parser.parse_args()
    unknown = sorted(set(given.which) - set(_ALL))
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(_ALL)}")
    print(f"# Benchmarks, {datetime.date.today()}: {_machine()}")
    for name in given.which or _ALL:
        module, title, rounds = _ALL[name]
        print(f"\n## ({name}) {title}", flush=True)
        began = time.perf_counter()
        importlib.import_module(f"benchmarks.{module}").run(given.rounds or rounds)
        print(f"\n{time.perf_counter() - began:.0f} s", file=sys.stderr)


def _machine() -> str:
    cores = os.cpu_count() or 0
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"Python {platform.python_version()} on {platform.system()} {platform.machine()}, {cores} cores{load}"


if __name__ == "__main__":
    main()
