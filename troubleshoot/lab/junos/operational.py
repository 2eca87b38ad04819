"""Operational mode: what the routers show.

Sources of the forms: Juniper, CLI reference of each command.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import ip_address

from troubleshoot.lab.junos import configuring, protocols
from troubleshoot.lab.junos.config import Refused
from troubleshoot.lab.junos.context import Args, Context, Handler
from troubleshoot.lab.junos.database import Commit
from troubleshoot.lab.junos.times import ago, clock, idle, listed, stamp

_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60


def _version(context: Context, _: Args) -> list[str]:
    hardware = context.machine.hardware
    return [
        f"Hostname: {context.machine.hostname}",
        f"Model: {hardware.model}",
        f"Junos: {hardware.version}",
        f"JUNOS OS Kernel 64-bit  [{hardware.version}]",
        f"JUNOS Routing Software Suite [{hardware.version}]",
    ]


# --- system -------------------------------------------------------------------------------------------------------


def _uptime(context: Context, _: Args) -> list[str]:
    now, newest = context.plant.clock(), context.database.commits[0]
    booted = context.machine.hardware.booted
    return [
        f"Current time: {stamp(now)}",
        "Time Source:  NTP CLOCK",
        f"System booted: {stamp(booted)} ({ago(now - booted)} ago)",
        f"Protocols started: {stamp(booted + 78)} ({ago(now - booted - 78)} ago)",
        f"Last configured: {stamp(newest.time)} ({ago(now - newest.time)} ago) by {newest.user}",
        _load(context),
    ]


def _load(context: Context) -> str:
    now = context.plant.clock()
    up = int(now - context.machine.hardware.booted)
    load = (100 - context.machine.hardware.idle) / 50
    return (
        f"{clock(now)}  up {up // _DAY} days, {up % _DAY // _HOUR:2d}:{up % _HOUR // _MINUTE:02d}, "
        f"{len(_users(context))} users, load averages: {load:.2f}, {load:.2f}, {load:.2f}"
    )


def _users(context: Context) -> list[tuple[str, str, str, float, float]]:
    """User, terminal, station, since, last typed."""
    people = [(each.user, each.terminal, "192.0.2.44", each.since, each.active) for each in context.machine.people]
    ours = [(each.user, each.terminal, each.station, each.since, each.since) for each in context.machine.logins]
    return [*people, *ours]


def _show_users(context: Context, _: Args) -> list[str]:
    now = context.plant.clock()
    rows = [
        f"{user:<8} {terminal:<8} {station:<33} {clock(since):>7} {idle(now - active):>6} -cli (cli)"
        for user, terminal, station, since, active in _users(context)
    ]
    heading = f"{'USER':<8} {'TTY':<8} {'FROM':<33} {'LOGIN@':>7} {'IDLE':>6} WHAT"
    return [_load(context), heading, *rows]


def _show_commits(context: Context, _: Args) -> list[str]:
    lines: list[str] = []
    for number, commit in enumerate(context.database.commits):
        lines += _commit(number, commit, waits=number == 0 and context.database.pending is not None)
    return lines


def _commit(number: int, commit: Commit, *, waits: bool) -> Iterator[str]:
    """The words about a confirmed commit stay for ever; "rollback pending" does not."""
    confirmed = f" commit confirmed, rollback in {commit.confirmed}mins" if commit.confirmed else ""
    yield f"{number:<3} {stamp(commit.time)} by {commit.user} via {commit.method}{confirmed}"
    if commit.comment:
        yield f"    {commit.comment}"
    if waits:
        yield "    rollback pending"


def _show_rollback(context: Context, args: Args) -> list[str]:
    return context.database.at(int(args["number"])).config.shown()


def _storage(context: Context, _: Args) -> list[str]:
    hardware, free = context.machine.hardware, context.machine.free_kilobytes()
    size = hardware.flash * 1024
    rows = (
        ("/dev/gpt/junos", "20G", "1.2G", "17G", "7%", "/.mount"),
        ("/dev/gpt/config", "793M", "60K", "730M", "0%", "/.mount/config"),
        ("/dev/gpt/var", _amount(size), _amount(size - free), _amount(free), _percent(size, free), "/.mount/var"),
        ("tmpfs", "3.2G", "196K", "3.2G", "0%", "/.mount/tmp"),
    )
    heading = "Filesystem              Size       Used      Avail  Capacity   Mounted on"
    body = (f"{a:<20} {b:>7} {c:>10} {d:>10} {e:>10}  {f}" for a, b, c, d, e, f in rows)
    return [heading, *body]


def _amount(kilobytes: int) -> str:
    for unit, size in (("G", 1024**2), ("M", 1024)):
        if abs(kilobytes) >= size:
            amount = kilobytes / size
            return f"{amount:.1f}{unit}" if abs(amount) < 10 else f"{amount:.0f}{unit}"
    return f"{kilobytes}K"


def _percent(size: int, free: int) -> str:
    return f"{round(100 * (size - free) / size)}%"


def _engine(context: Context, _: Args) -> list[str]:
    busy = 100 - context.machine.hardware.idle
    load = busy / 50
    return [
        "Routing Engine status:",
        "  Slot 0:",
        "    Current state                  Master",
        "    Election priority              Master (default)",
        "    Temperature                 41 degrees C / 105 degrees F",
        "    DRAM                      16341 MB (16384 MB installed)",
        "    Memory utilization          17 percent",
        "    5 sec CPU utilization:",
        f"      User                     {busy:3d} percent",
        "      Background                 0 percent",
        "      Kernel                     0 percent",
        "      Interrupt                  0 percent",
        f"      Idle                     {100 - busy:3d} percent",
        f"    Model                          RE-{context.machine.hardware.model.upper()}",
        f"    Start time                     {stamp(context.machine.hardware.booted)}",
        f"    Uptime                         {ago(context.plant.clock() - context.machine.hardware.booted)}",
        "    Last reboot reason             Router rebooted after a normal shutdown.",
        "    Load averages:                 1 minute   5 minute  15 minute",
        f"                                       {load:.2f}       {load:.2f}       {load:.2f}",
    ]


# --- log files ----------------------------------------------------------------------------------------------------


def _logs(context: Context, _: Args) -> list[str]:
    files = sorted(context.machine.files.by_name.items())
    rows = []
    for name, file in files:
        rows.append(f"-rw-r-----  1 root  wheel  {file.size:>9} {listed(file.modified)} {name}")
    return [f"total {sum(file.size for _, file in files) // 512 + 2}", *rows]


def _log(context: Context, args: Args) -> list[str]:
    file = context.machine.files.by_name.get(args["name"])
    if file is None:
        raise Refused(f"error: could not resolve file: {args['name']}")
    return list(file.lines)


# --- protocols ----------------------------------------------------------------------------------------------------


def _ospf_neighbors(context: Context, _: Args) -> list[str]:
    lines = ["Address          Interface              State           ID               Pri  Dead"]
    for own in protocols.ospf(context.database.active):
        for config, unit in context.plant.peers(context.machine.name, own.port.unit):
            for peer in protocols.ospf(config):
                state = protocols.neighbor_state(own, peer) if peer.port.unit == unit else ""
                if state:
                    where = f"{peer.port.ip:<16} {own.port.unit:<22} {state:<15}"
                    lines.append(f"{where} {peer.router_id:<16} 128    {own.dead - 5}")
    return lines if len(lines) > 1 else []


def _terse(context: Context, _: Args) -> list[str]:
    lines = ["Interface               Admin Link Proto    Local                 Remote"]
    for each in protocols.ports(context.database.active):
        lines.append(f"{each.unit.partition('.')[0]:<23} up    up")
        lines.append(f"{each.unit:<23} up    up   inet     {each.address}")
    return lines


def _route(context: Context, args: Args) -> list[str]:
    """Connected networks only: what leads to an address."""
    try:
        wanted = ip_address(args["address"])
    except ValueError:
        raise Refused(f"error: invalid value: {args['address']}") from None
    found = [each for each in protocols.ports(context.database.active) if wanted in each.address.network]
    if not found:
        return []
    best = max(found, key=lambda each: each.address.network.prefixlen)
    return [
        "inet.0: 4 destinations, 4 routes (4 active, 0 holddown, 0 hidden)",
        "+ = Active Route, - = Last Active, * = Both",
        "",
        f"{best.address.network!s:<18} *[Direct/0] 1w2d 03:04:05",
        f"                    >  via {best.unit}",
    ]


def _snmp(context: Context, _: Args) -> list[str]:
    config, now = context.database.active, context.plant.clock()
    since = context.machine.hardware.booted
    counts = [(each, int((now - since) / each.every)) for each in context.machine.managers]
    refused = [count for each, count in counts if protocols.request_refused(config, each.address, each.community)]
    return [
        "SNMP statistics:",
        "  Input:",
        f"    Packets: {sum(count for _, count in counts)}, Bad versions: 0, Bad community names: {sum(refused)},",
        "    Bad community uses: 0, ASN parse errors: 0,",
        "  Output:",
        f"    Packets: {sum(count for _, count in counts) - sum(refused)}, Too bigs: 0, No such names: 0,",
    ]


# --- the command line itself --------------------------------------------------------------------------------------


def _set_length(context: Context, args: Args) -> list[str]:
    context.page_length = int(args["lines"])
    return [f"Screen length set to {context.page_length}"]


def _set_width(_: Context, args: Args) -> list[str]:
    return [f"Screen width set to {args['columns']}"]


def _exit(context: Context, _: Args) -> list[str]:
    context.closed = True
    return []


COMMANDS: Mapping[str, Handler] = {
    "show version": _version,
    "show system uptime": _uptime,
    "show system users": _show_users,
    "show system commit": _show_commits,
    "show system rollback <number:number>": _show_rollback,
    "show system storage": _storage,
    "show chassis routing-engine": _engine,
    "show log": _logs,
    "show log <name:word>": _log,
    "show ospf neighbor": _ospf_neighbors,
    "show interfaces terse": _terse,
    "show route <address:word> [table <table:word>]": _route,
    "show snmp statistics": _snmp,
    "show configuration [<path:line>]": configuring.show_active,
    "configure [exclusive|private]": configuring.enter,
    "set cli screen-length <lines:number>": _set_length,
    "set cli screen-width <columns:number>": _set_width,
    "exit": _exit,
    "quit": _exit,
}
