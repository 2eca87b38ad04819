"""``ip routing`` and ``ip default-gateway``: whether the device routes, and over whom it goes when it does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Address

from troubleshoot.lab.ios.config_commands import edit
from troubleshoot.lab.ios.context import Args, Context, Mode
from troubleshoot.lab.ios.feature import Feature
from troubleshoot.lab.network.ip_host import IpHost, routes
from troubleshoot.lab.network.model import Router


def ip_routing(context: Context, args: Args) -> str:
    """`[no] ip routing`; what the device does anyway is not kept as a line."""
    wanted = "no" not in args

    def change(router: Router) -> Router:
        bare = router.with_part(replace(router.part(IpHost), routing=None))
        return bare if routes(bare) is wanted else bare.with_part(replace(bare.part(IpHost), routing=wanted))

    return edit(context, change)


def _gateway(context: Context, args: Args) -> str:
    gateway = None if "no" in args else IPv4Address(args["gateway"])
    return edit(context, lambda r: r.with_part(replace(r.part(IpHost), gateway=gateway)))


def host_table(router: Router) -> str:
    """What `show ip route` answers where there is no route table."""
    gateway = router.part(IpHost).gateway
    return (
        f"Default gateway is {gateway or 'not set'}\n\n"
        "Host               Gateway           Last Use    Total Uses  Interface\nICMP redirect cache is empty"
    )


def _definitions(router: Router) -> Iterator[str]:
    said = router.part(IpHost).routing
    if said is not None:
        yield "ip routing" if said else "no ip routing"


def _global_lines(router: Router) -> Iterator[str]:
    gateway = router.part(IpHost).gateway
    if gateway is not None:
        yield f"ip default-gateway {gateway}"


FEATURE = Feature(
    commands={
        Mode.CONFIG: {
            "[no] ip routing": ip_routing,
            "ip default-gateway <gateway:address>": _gateway,
            "no ip default-gateway [<gateway:address>]": _gateway,
        }
    },
    definitions=_definitions,
    global_lines=_global_lines,
)
