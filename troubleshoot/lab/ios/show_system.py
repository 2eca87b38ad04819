"""``show version``, ``show clock``, ``show users``."""

from __future__ import annotations

from datetime import UTC, datetime

from troubleshoot.lab.ios import show_catalyst
from troubleshoot.lab.ios.device import Device, uptime
from troubleshoot.lab.network.catalyst import Catalyst


def version(device: Device) -> str:
    """Software and uptime; the hardware line says honestly that this is a lab."""
    if device.router.part(Catalyst).members:
        return show_catalyst.version(device)
    return "\n".join(
        (
            "Cisco IOS Software, IOSv Software (VIOS-ADVENTERPRISEK9-M), "
            f"Version {device.router.release}, RELEASE SOFTWARE (fc1)",
            "",
            "ROM: Bootstrap program is IOSv",
            "",
            f"{device.router.hostname} uptime is {uptime(device.uptime)}",
            "System returned to ROM by reload",
            "",
            "Simulated router (troubleshoot lab) with 524288K bytes of memory.",
            f"Processor board ID LAB{device.name.upper()}",
            f"{sum(not i.loopback for i in device.router.interfaces)} Gigabit Ethernet interfaces",
            "",
            "Configuration register is 0x2102",
        )
    )


def clock(device: Device) -> str:
    """The time of day; the leading asterisk says that no time server vouches for it."""
    now = datetime.fromtimestamp(device.world.now(), UTC)
    return f"*{now:%H:%M:%S}.{now.microsecond // 1000:03} UTC {now:%a %b} {now.day} {now:%Y}"


def users(device: Device, user: str) -> str:
    """Who is logged in: only the asking session is known here."""
    head = "    Line       User       Host(s)              Idle       Location"
    return f"{head}\n*  2 vty 0     {user:<10} idle                 00:00:00 127.0.0.1"
