"""``python -m troubleshoot`` and the console script: answers ``--version`` at once, loads everything else lazily."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and exit with its code."""
    if sys.argv[1:] == ["--version"]:
        from troubleshoot import __version__

        sys.stdout.write(f"troubleshoot {__version__}\n")
        return
    from troubleshoot.cli.app import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
