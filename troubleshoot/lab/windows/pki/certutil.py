"""certutil: the verbs that a certification authority's trouble needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from troubleshoot.lab.windows.pki import ca_verbs, store_verbs
from troubleshoot.lab.windows.pki.errors import CertutilError
from troubleshoot.lab.windows.pki.request import FLAGS, VALUES, Request, failed, finished
from troubleshoot.lab.windows.topic import Call

# Lower-case verb: how certutil writes it, and what it does.
_VERBS: Final[Mapping[str, tuple[str, Callable[[Request], None]]]] = {
    "cainfo": ("CAInfo", ca_verbs.info),
    "ca.cert": ("ca.cert", ca_verbs.certificate),
    "catemplates": ("CATemplates", ca_verbs.templates),
    "ping": ("ping", ca_verbs.ping),
    "store": ("store", store_verbs.store),
    "addstore": ("addstore", store_verbs.add),
    "delstore": ("delstore", store_verbs.remove),
    "dspublish": ("dsPublish", store_verbs.publish),
    "pulse": ("pulse", store_verbs.pulse),
    "dump": ("dump", store_verbs.dump),
}


async def certutil(call: Call) -> int:
    """`certutil [options] -verb [arguments]`; without a verb it is `-dump`."""
    request = _read(call)
    if request.verb not in _VERBS:
        return _unknown(call, request.verb)
    shown, run = _VERBS[request.verb]
    await call.sleep(0.3)
    try:
        run(request)
    except CertutilError as error:
        return failed(call, shown, error)
    return finished(call, shown)


def _read(call: Call) -> Request:
    request = Request(call)
    words = iter(call.args)
    for word in words:
        option = "-" + word[1:].lower() if word[:1] in "-/" else ""
        if option in FLAGS:
            request.flags.add(option)
        elif option in VALUES:
            request.values[option] = next(words, "")
        elif option and not request.verb:
            request.verb = option[1:]
        else:
            request.arguments.append(word)
    request.verb = request.verb or "dump"
    return request


def _unknown(call: Call, verb: str) -> int:
    call.out(call.text(f"CertUtil: Unknown arg: -{verb}\n", f"CertUtil: Unbekanntes Argument: -{verb}\n"))
    call.out(
        call.text(
            "\nCertUtil -?              -- Display a list of verbs (command list)\n",
            "\nCertUtil -?              -- Verbenliste (Befehlsliste) anzeigen\n",
        )
    )
    return 0x80070057
