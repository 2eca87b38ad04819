"""`nlb` (and its old name `wlbs`): query, display, params, and what starts and stops the local host."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from troubleshoot.lab.windows.nlb.model import Node, cluster_mac, nlb
from troubleshoot.lab.windows.topic import Call

_BANNER: Final = (
    "WLBS Cluster Control Utility V2.6 (c) 1997-2007 Microsoft Corporation.\n",
    "WLBS-Clustersteuerungsprogramm V2.6 (c) 1997-2007 Microsoft Corporation.\n",
)
_ABSENT: Final = (
    "WLBS is not installed on this system or you do not have sufficient privileges to administer the cluster.\n",
    "WLBS ist auf diesem System nicht installiert, oder Sie haben nicht das Recht, den Cluster zu verwalten.\n",
)


async def nlb_tool(call: Call) -> int:
    """`nlb verb [cluster | all local]`."""
    call.out(call.text(*_BANNER))
    words = [word.casefold() for word in call.args]
    if not words or words[0] not in _VERBS:
        call.out(call.text("Type nlb help for the commands.\n", "Geben Sie nlb help ein.\n"))
        return 1
    node = nlb(call.machine).node
    if words[0] == "ip2mac":
        return _ip2mac(call, words[1:])
    reads = words[0] in ("query", "display", "params")
    if node is None or not (node.bound or words[0] == "reload"):
        call.out(call.text(*_ABSENT))
        return 1
    target = words[1] if len(words) > 1 else "all"
    if target not in ("all", node.vip):
        call.out(call.text(f"Cluster {target} does not exist.\n", f"Der Cluster {target} ist nicht vorhanden.\n"))
        return 1
    call.out(f"Cluster {node.vip}\n")
    if not reads:
        await call.sleep(3)
    return _VERBS[words[0]](call, node)


def _ip2mac(call: Call, words: list[str]) -> int:
    try:
        lines = [(mode, cluster_mac(words[0], mode)) for mode in ("unicast", "multicast", "igmp")]
    except (IndexError, ValueError):
        call.out(call.text("A cluster address is needed.\n", "Eine Clusteradresse wird benötigt.\n"))
        return 1
    labels = {"unicast": "Unicast MAC", "multicast": "Multicast MAC", "igmp": "IGMP Multicast MAC"}
    call.out(f"Cluster:           {words[0]}\n")
    for mode, text in lines:
        call.out(f"{labels[mode] + ':':<19}{text.lower()}\n")
    return 0


# --- query --------------------------------------------------------------------------------------------------------


def _query(call: Call, node: Node) -> int:
    number, state = node.priority, node.state
    if state == "stopped":
        english = f"Host {number} is stopped and does not know convergence state of the cluster.\n"
        german = f"Host {number} wurde beendet und kennt den Konvergenzstatus des Clusters nicht.\n"
        call.out(call.text(english, german))
    elif state == "suspended":
        english = f"Host {number} is stopped and has cluster control mode suspended.\n"
        german = f"Host {number} wurde beendet, und die Clustersteuerung ist unterbrochen.\n"
        call.out(call.text(english, german))
    else:
        call.out(_seen(call, node, state))
    return 0


def _seen(call: Call, node: Node, state: str) -> str:
    number = node.priority
    words = {
        "default": ("converged as DEFAULT", "als STANDARD zusammengeführt"),
        "converged": ("converged", "zusammengeführt"),
        "converging": ("converging", "wird zusammengeführt"),
    }[state]
    head = call.text(
        f"Host {number} {words[0]} with the following host(s) as part of the cluster:\n",
        f"Host {number} {words[1]}, mit folgenden Hosts als Teil des Clusters:\n",
    )
    return f"{head}{', '.join(str(peer.priority) for peer in node.peers())}\n"


def _display(call: Call, node: Node) -> int:
    call.out("\n=== Configuration: ===\n\n")
    _params(call, node)
    call.out("\n=== Current state: ===\n\n")
    return _query(call, node)


def _params(call: Call, node: Node) -> int:
    enabled = {True: "ENABLED", False: "DISABLED"}
    values = {
        "ParametersVersion": "4",
        "HostPriority": str(node.priority),
        "ClusterIPAddress": node.vip,
        "ClusterNetworkMask": node.mask,
        "ClusterName": node.name,
        "ClusterNetworkAddress": cluster_mac(node.vip, node.mode).lower(),
        "IPToMACEnable": "ENABLED",
        "MulticastSupportEnable": enabled[node.mode != "unicast"],
        "IGMPSupport": enabled[node.mode == "igmp"],
    }
    for name, value in values.items():
        call.out(f"{name:<26}= {value}\n")
    return 0


# --- changes ------------------------------------------------------------------------------------------------------


def _start(call: Call, node: Node) -> int:
    if node.suspended:
        call.out(call.text("Cluster operations are suspended.\n", "Clustervorgänge wurden unterbrochen.\n"))
        return 1
    node.started = True
    call.out(call.text("Cluster operations started.\n", "Clustervorgänge gestartet.\n"))
    return 0


def _stop(call: Call, node: Node) -> int:
    node.started = False
    call.out(call.text("Cluster operations stopped.\n", "Clustervorgänge beendet.\n"))
    return 0


def _suspend(call: Call, node: Node) -> int:
    node.suspended, node.started = True, False
    call.out(call.text("Cluster operation control suspended.\n", "Clustersteuerung unterbrochen.\n"))
    return 0


def _resume(call: Call, node: Node) -> int:
    node.suspended = False
    call.out(call.text("Cluster operation control resumed.\n", "Clustersteuerung fortgesetzt.\n"))
    return 0


def _reload(call: Call, node: Node) -> int:
    node.release()
    node.bind()
    call.out(call.text("Registry parameters successfully reloaded.\n", "Die Registrierungsparameter wurden geladen.\n"))
    return 0


_VERBS: Final[dict[str, Callable[[Call, Node], int]]] = {
    "query": _query,
    "display": _display,
    "params": _params,
    "ip2mac": lambda call, node: 0,
    "start": _start,
    "stop": _stop,
    "drainstop": _stop,
    "suspend": _suspend,
    "resume": _resume,
    "reload": _reload,
}
