"""Takes the pictures of docs/images from the real application on the built-in lab: ``python -m scripts.screenshots``.

The tutorial shows the same screens as text, each between ``<!-- screen: NAME -->`` and ``<!-- end -->``. Incident ids,
ports and clocks differ from run to run; everything else is the same.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from textual.pilot import Pilot

from troubleshoot.core.state import Phase
from troubleshoot.session.wiring import Setup
from troubleshoot.tui.app import TroubleshootApp
from troubleshoot.tui.screens.fix import FixScreen
from troubleshoot.tui.screens.run import RunScreen
from troubleshoot.tui.wired import WiredServices

DOCS: Final = Path(__file__).resolve().parent.parent / "docs"
IMAGES: Final = DOCS / "images"
TUTORIAL: Final = DOCS / "tutorial.md"
PICTURES: Final = ("diagnosis", "fix")
PROBLEM: Final = "rpf-trace"
SIZE: Final = (100, 30)
_PATIENCE: Final = 60.0


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Wait for a condition of the screen; give up with an error after a minute."""
    end = time.monotonic() + _PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the screen did not get there")
        await pilot.pause(0.05)
    await pilot.pause(0.3)


def waits_for(app: TroubleshootApp, word: str) -> bool:
    """True when the walk asks a person for this."""
    walks = [screen for screen in app.screen_stack if isinstance(screen, RunScreen)]
    return bool(walks) and walks[-1].situation().waiting == word


def take(app: TroubleshootApp, name: str) -> None:
    """Put the screen as text into the tutorial, and some screens as pictures too."""
    tell(name, "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips()))
    if name not in PICTURES:
        return
    IMAGES.mkdir(parents=True, exist_ok=True)
    svg = app.export_screenshot(title="troubleshoot", simplify=True)
    # Viewers that show a picture in a page load no fonts from elsewhere.
    (IMAGES / f"{name}.svg").write_text(_without_fonts(svg), encoding="utf-8")


def tell(name: str, screen: str) -> None:
    page = TUTORIAL.read_text(encoding="utf-8")
    begin, end = f"<!-- screen: {name} -->\n", "<!-- end -->"
    before, found, rest = page.partition(begin)
    if found:
        _, _, after = rest.partition(end)
        TUTORIAL.write_text(f"{before}{begin}```text\n{screen}\n```\n{end}{after}", encoding="utf-8")


def _without_fonts(svg: str) -> str:
    head, _, rest = svg.partition("@font-face")
    while rest:
        _, _, rest = rest.partition("}")
        more, _, rest = rest.partition("@font-face")
        head += more
    return "\n".join(line.rstrip() for line in head.replace("Fira Code,", "ui-monospace, Menlo, Consolas,").split("\n"))


async def demo(journal: Path) -> None:
    """The walk of the demo from its first step to the verified fix, with pictures on the way."""
    app = TroubleshootApp(
        WiredServices(Setup(PROBLEM, lab_fault="pim_missing", journal=journal)), start="run", problem=PROBLEM
    )
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: waits_for(app, "collect"))
        await pilot.press("enter")
        await until(pilot, lambda: waits_for(app, "collect") and app.state is not None and len(app.state.path) == 1)
        take(app, "step")
        await pilot.press("a")
        await until(pilot, lambda: waits_for(app, "offer"))
        take(app, "diagnosis")
        await pilot.press("f")
        await until(pilot, lambda: isinstance(app.screen, FixScreen) and waits_for(app, "consent"))
        take(app, "fix")
        await pilot.press("A")
        await until(pilot, lambda: app.state is not None and app.state.phase is Phase.ENDED)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        take(app, "fixed")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(demo(Path(folder) / "journal.sqlite3"))


if __name__ == "__main__":
    main()
