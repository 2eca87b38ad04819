"""What every new domain holds: the naming contexts, the sites with their servers, a computer account for each host."""

from __future__ import annotations

import time
import uuid
import zlib
from typing import Any

from troubleshoot.lab.windows.directory import Directory, DomainController
from troubleshoot.lab.windows.machine import Estate, Machine

_CONTAINERS = ("Computers", "Users", "System", "Builtin")
_SERVER_TRUST, _READ_ONLY, _WORKSTATION_TRUST = 0x82000, 0x5011000, 0x1000  # userAccountControl


def domain_sid(directory: Directory) -> str:
    """The domain's SID, always the same for a name."""
    words = (zlib.crc32(f"{salt}{directory.domain}".encode()) for salt in "abc")
    return "S-1-5-21-" + "-".join(str(word) for word in words)


def computer_dn(directory: Directory, machine: Machine) -> str:
    """Where a host's computer account stands."""
    holder = "OU=Domain Controllers" if machine.role >= 4 else "CN=Computers"
    return f"CN={machine.computer},{holder},{directory.base}"


def settings_dn(directory: Directory, machine: Machine) -> str:
    """A DC's NTDS Settings object below its site."""
    site = directory.controllers[machine.name].site
    return f"CN=NTDS Settings,CN={machine.computer},CN=Servers,CN={site},CN=Sites,{directory.configuration}"


def seed_directory(estate: Estate) -> None:
    """Fill an empty directory. Containers first, then the objects that belong to hosts."""
    directory = estate.directory
    if directory is None:
        return
    _seed_domain(directory)
    _seed_configuration(directory)
    members = (machine for machine in estate.machines.values() if machine.role != 2)
    for number, machine in enumerate(members, start=1104):
        _seed_computer(directory, machine, number)
        if machine.role >= 4:
            _seed_server(directory, machine, directory.controllers[machine.name])


def _object(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"objectClass": kind, "name": name, "cn": name, "objectGUID": str(uuid.uuid4()), **more}


def _seed_domain(directory: Directory) -> None:
    name = directory.domain.partition(".")[0]
    directory.seed(directory.base, _object("domainDNS", name, objectSid=domain_sid(directory)))
    for container in _CONTAINERS:
        directory.seed(f"CN={container},{directory.base}", _object("container", container))
    controllers = "Domain Controllers"
    directory.seed(f"OU={controllers},{directory.base}", _object("organizationalUnit", controllers))


def _seed_configuration(directory: Directory) -> None:
    configuration = directory.configuration
    directory.seed(configuration, _object("configuration", "Configuration"))
    for name, kind in (("Sites", "sitesContainer"), ("Services", "container"), ("Partitions", "crossRefContainer")):
        directory.seed(f"CN={name},{configuration}", _object(kind, name))
    keys = "Public Key Services"
    directory.seed(f"CN={keys},CN=Services,{configuration}", _object("container", keys))
    for site in sorted({dc.site for dc in directory.controllers.values()}):
        directory.seed(f"CN={site},CN=Sites,{configuration}", _object("site", site))
        directory.seed(f"CN=Servers,CN={site},CN=Sites,{configuration}", _object("serversContainer", "Servers"))


def _seed_computer(directory: Directory, machine: Machine, number: int) -> None:
    flags = _WORKSTATION_TRUST
    if machine.role >= 4:
        flags = _READ_ONLY if directory.controllers[machine.name].read_only else _SERVER_TRUST
    account = _object(
        "computer",
        machine.computer,
        sAMAccountName=f"{machine.computer}$",
        dNSHostName=machine.fqdn,
        userAccountControl=flags,
        objectSid=f"{domain_sid(directory)}-{number}",
        operatingSystem=machine.personality.caption.removeprefix("Microsoft "),
        servicePrincipalName=[f"HOST/{machine.computer}", f"HOST/{machine.fqdn}"],
        pwdLastSet=machine.now - 12 * 86400,
        whenCreated=time.strftime("%Y%m%d%H%M%S.0Z", time.gmtime(machine.now - 400 * 86400)),
    )
    directory.seed(computer_dn(directory, machine), account)


def _seed_server(directory: Directory, machine: Machine, controller: DomainController) -> None:
    settings = settings_dn(directory, machine)
    server = settings.partition(",")[2]
    directory.seed(server, _object("server", machine.computer, dNSHostName=machine.fqdn))
    kind = "nTDSDSARO" if controller.read_only else "nTDSDSA"
    directory.seed(settings, {**_object(kind, "NTDS Settings"), "objectGUID": controller.guid})
