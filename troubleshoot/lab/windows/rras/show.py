"""What `netsh routing ip rip` shows: the script of `dump`, and `show interface`."""

from __future__ import annotations

from collections.abc import Iterator

from troubleshoot.lab.windows.rras.model import FLAGS, Range, RipAdapter, Rras, rras
from troubleshoot.lab.windows.rras.words import NO_PROTOCOL, Refused
from troubleshoot.lab.windows.topic import Call

_RULE = "# ----------------------------------\n"


def dump(call: Call) -> None:
    """`netsh routing ip rip dump`: always in English, and with or without a running service."""
    state = rras(call.machine)
    call.out(f"\n\n{_RULE}# RIP configuration\n{_RULE}pushd routing ip rip\nuninstall\n")
    if state.installed:
        call.out("install\nset global loglevel=ERROR mintrig=5 peermode=DISABLE\n\n")
        for settings in state.adapters.values():
            call.out("".join(f"{line}\n" for line in _script(settings)))
    call.out("\n\npopd\n# End of RIP configuration\n\n\n\n")


def _script(item: RipAdapter) -> Iterator[str]:
    name = f'name="{item.name}"'
    yield f"delete interface {name} "
    yield f"add interface {name} "
    yield f"set interface {name} {' '.join(f'{key}={value}' for key, value in settings_of(item))}"
    if item.password:
        yield f"set interface {name} password={item.password}"
    yield f"set flags {name} flag={','.join(flag for flag in FLAGS if flag in item.flags)}"
    yield ""
    yield from (f"add acceptfilter {name} filter={_range(found)}" for found in item.accept_filters)
    yield from (f"add announcefilter {name} filter={_range(found)}" for found in item.announce_filters)


def settings_of(item: RipAdapter) -> Iterator[tuple[str, str | int]]:
    """The parameters of `set interface` with their values."""
    yield "metric", item.metric
    yield "updatemode", item.update_mode
    yield "announce", item.announce
    yield "accept", item.accept
    yield "expire", item.expire
    yield "remove", item.remove
    yield "update", item.update
    yield "authmode", "AUTHSIMPLEPASSWORD" if item.password else "AUTHNONE"
    yield "tag", item.tag
    yield "unicast", item.unicast
    yield "accfiltmode", item.accept_mode
    yield "annfiltmode", item.announce_mode


def _range(found: Range) -> str:
    return f"{found[0]}-{found[1]}"


def show_interface(call: Call, name: str | None) -> None:
    """`show interface [name]`. Raises Refused where RIP is not installed."""
    state = rras(call.machine)
    if not state.installed:
        raise Refused(NO_PROTOCOL)
    call.out("".join(_table(call, state, name)))


def _table(call: Call, state: Rras, name: str | None) -> Iterator[str]:
    heading = call.text("RIP Interface Configuration", "RIP-Schnittstellenkonfiguration")
    yield f"\n{heading}\n{'-' * 60}\n"
    for item in state.adapters.values():
        if name is None or item.name.casefold() == name.casefold():
            yield f"{call.text('Interface', 'Schnittstelle')} : {item.name}\n"
            rows = [*settings_of(item), ("flags", ",".join(flag for flag in FLAGS if flag in item.flags))]
            yield from (f"  {key:<14}: {value}\n" for key, value in rows if value != "")
            yield "\n"
