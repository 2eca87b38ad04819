"""Plain lines for people: progress on stderr, the result as short text, and questions without a screen."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from troubleshoot.cli import output
from troubleshoot.core import events as ev
from troubleshoot.core.effects import Ask, Collect, Offer, Propose, Settle
from troubleshoot.core.kinds import Risk
from troubleshoot.core.planning import sent_lines
from troubleshoot.core.remarks import remarks
from troubleshoot.core.state import PathStep, State
from troubleshoot.session.front import ARM, Consent, Go
from troubleshoot.session.headless import Headless

_MARKS = {"healthy": "OK", "fixed": "FIXED", "diagnosed": "FAULT", "inconclusive": "CANNOT TELL"}


class Progress:
    """Tells on stderr what happens, one line an event."""

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet
        self._shown = 0

    def changed(self, state: State, event: ev.Event) -> None:
        if self.quiet:
            return
        line = _line(event)
        if line:
            output.say(line)
        for entry in state.path[min(self._shown, len(state.path)) :]:
            output.coloured(_decided(entry), "36")
        self._shown = len(state.path)

    def output(self, host: str, command: str, chunk: str) -> None:
        pass

    def warn(self, message: str) -> None:
        output.coloured(f"warning: {message}", "33")


def _decided(entry: PathStep) -> str:
    if entry.kind == "concluded":
        return f"=> {entry.title}"
    where = f" on {entry.host}" if entry.host else ""
    return f"-> {entry.title}{where}: {entry.because}"


def _line(event: ev.Event) -> str:
    match event:
        case ev.Observed(trouble=None):
            return "\n".join(f"   {event.host}# {part.command}" for part in event.parts)
        case ev.Observed():
            return f"   {event.host}: {event.trouble}: {event.message}" + (f" ({event.hint})" if event.hint else "")
        case ev.SendIntended():
            return f"   sending the {'rollback of ' if event.action == 'rollback' else ''}fix {event.fix}"
        case ev.SendFailed():
            return f"   {event.fix}: {event.kind}: {event.message}"
        case ev.SendAnswered():
            return f"   {event.fix}: " + (f"refused: {event.refusal}" if event.refusal else "sent")
        case _:
            return ""


# --- the result as text -------------------------------------------------------------------------------------------


def summary(plain: dict[str, Any]) -> str:
    """The public result as a page of text: verdict, proof, fixes, what is missing."""
    blocks = [_verdict(plain), _proof(plain), _fixes(plain), _needs(plain), _errors(plain)]
    return "\n\n".join(block for block in blocks if block)


def _verdict(plain: dict[str, Any]) -> str:
    mark = _MARKS.get(plain["outcome"], str(plain["outcome"]).replace("_", " ").upper())
    found = plain["diagnosis"] or plain.get("conclusion") or {}
    title = str(found.get("title") or plain["tree"]["title"])
    if title.lower() == mark.lower():
        title = plain["tree"]["title"]
    lines = [f"{mark}: {title}", f"  {found.get('explanation') or ''}".rstrip()]
    return "\n".join([*(line for line in lines if line), f"  incident {plain['incident']} ({plain['mode']})"])


def _proof(plain: dict[str, Any]) -> str:
    found = plain["diagnosis"] or plain.get("conclusion") or {}
    blocks = []
    for proof in found.get("evidence", ()):
        text = "\n".join(f"    {line}" for line in str(proof["text"]).splitlines())
        blocks.append(f"  {proof['host']}# {proof['command']}\n{text}")
    return "Proof:\n" + "\n".join(blocks) if blocks else ""


def _fixes(plain: dict[str, Any]) -> str:
    lines = []
    for fix in plain["fixes"]:
        commands = "; ".join(fix["commands"])
        lines.append(f"  {fix['id']} on {fix['host']} [{fix['status']}, risk {fix['risk']}]: {commands}")
    return "Fixes:\n" + "\n".join(lines) if lines else ""


def _needs(plain: dict[str, Any]) -> str:
    lines = [f"  {need['host']}# {need['command']}" for need in plain["needs"]]
    return "Not seen, but needed:\n" + "\n".join(lines) if lines else ""


def _errors(plain: dict[str, Any]) -> str:
    lines = [f"  {error['host']}: {error['kind']}: {error['message']}" for error in plain["errors"]]
    return "Trouble:\n" + "\n".join(lines) if lines else ""


# --- a person on plain lines --------------------------------------------------------------------------------------


@dataclass(slots=True)
class Lines(Headless):
    """Asks on plain lines: for dumb terminals, screen readers and pipes of answers."""

    questions: bool = True
    fixes: bool = True

    async def before_collect(self, effect: Collect, state: State) -> Go:
        if self.questions:
            output.say(f"\n{effect.title}: {effect.why}")
        return Go()

    async def ask(self, effect: Ask, state: State) -> str | None:
        known = self.answers.get(effect.step)
        if known is not None or not self.questions:
            return known
        output.say(f"\n{effect.why}\n{effect.question}")
        for number, answer in enumerate(effect.answers, 1):
            output.say(f"  {number}. {answer.label}")
        given = await _read("Your answer (empty: I don't know):")
        return _choice(effect, given)

    async def choose_fix(self, effect: Offer, state: State) -> str | None:
        named = await Headless.choose_fix(self, effect, state)
        if named or not self.fixes:
            return named
        output.say(f"\nDiagnosis: {effect.conclusion.title}\n{effect.conclusion.explanation}")
        for number, plan in enumerate(effect.plans, 1):
            output.say(f"  {number}. {plan.title} [risk {plan.risk}]")
        given = await _read("Which fix should be prepared? (number, empty: none):")
        index = int(given) if given.isdecimal() else 0
        return effect.plans[index - 1].id if 1 <= index <= len(effect.plans) else None

    async def consent(self, effect: Propose, state: State) -> Consent:
        if await Headless.consent(self, effect, state):
            return True
        if not self.fixes:
            return False
        output.say(_proposal(effect))
        if effect.last_resort:
            output.say(f"Type {ARM!r} to have it shown again with a scheduled restart as the way back.")
        wanted = effect.plan.host if effect.plan.risk.rank >= Risk.SESSION.rank else "yes"
        given = await _read(f"Type {wanted!r} to send exactly these commands (anything else: no):")
        return ARM if given == ARM and effect.last_resort else given == wanted

    async def settle(self, effect: Settle, state: State) -> str | None:
        if not self.fixes:
            return await Headless.settle(self, effect, state)
        output.say(f"\nIt is unknown whether {effect.plan.title!r} reached {effect.plan.host}.")
        choices = ["verify", "rollback", "applied", "not_applied"]
        if effect.revert_left is not None:
            output.say(f"The device takes it back by itself; that is certain in {effect.revert_left:.0f} s.")
            choices.insert(0, "await_revert")
        given = await _read(f"{', '.join(choices)} (empty: leave it open):")
        return given if given in choices else None


def _proposal(effect: Propose) -> str:
    plan = effect.plan
    rollback = effect.action == "rollback"
    commands, back = sent_lines(plan, effect.action), sent_lines(plan, "rollback")
    blocks = [
        f"\n{'ROLLBACK of' if rollback else 'FIX'} {plan.title}  on {plan.host}  [risk {plan.risk}]",
        effect.reason,
        f"Reaches: {plan.blast_radius}",
        "Now it says:\n" + _indented(effect.before.splitlines()),
        *remarks(plan, effect.action),
        "Would be sent:\n" + _indented(commands),
        "" if rollback else "Rollback:\n" + (_indented(back) if plan.rollback else f"    none: {plan.no_rollback}"),
        "" if rollback else f"Verified within {plan.within:.0f} s by:\n{_indented(plan.verify_commands)}",
    ]
    return "\n".join(block for block in blocks if block)


def _indented(lines: Any) -> str:
    return "\n".join(f"    {line}" for line in lines)


async def _read(prompt: str) -> str:
    return (await asyncio.to_thread(output.ask, prompt) or "").strip()


def _choice(effect: Ask, given: str) -> str | None:
    if given.isdecimal() and 1 <= int(given) <= len(effect.answers):
        return effect.answers[int(given) - 1].value
    return given or None
