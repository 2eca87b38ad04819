"""A process that appends as fast as it can and says what was acknowledged; its parent kills it.

Run as ``python writer.py JOURNAL INCIDENT SEED``.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from troubleshoot.core.events import Observed, Part, Started
from troubleshoot.journal import Journal


def say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def main(path: Path, incident: str, seed: int) -> None:
    journal = Journal.open(path)
    chance = random.Random(seed)
    journal.create(incident, {"demo": "id: demo\n"}, Started(1.0, incident, "demo", "00", {}, "lab"))
    say(1)
    while True:
        text = f"{incident} " + "output of a command\n" * chance.randrange(1, 400)
        event = Observed(2.0, 1, "route", "r1", (Part("show ip route", text),), {"size": len(text)})
        say(journal.append(incident, event))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
