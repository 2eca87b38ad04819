"""Commands that look into a VRF when they name one."""

from __future__ import annotations

from dataclasses import replace

from troubleshoot.lab.ios.context import Args, Context, Handler

NO_VRF = "% VRF {} does not exist"


def in_vrf(handler: Handler) -> Handler:
    """The handler in the VRF that the command names, if it names one."""

    def run(context: Context, args: Args) -> str:
        if "vrf" not in args:
            return handler(context, args)
        inside = context.device.in_vrf(args["vrf"])
        return NO_VRF.format(args["vrf"]) if inside is None else handler(replace(context, device=inside), args)

    return run
