"""What the directory says about controllers, enrolment services and templates; read from a controller's own copy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from troubleshoot.parsing.areas.certificates import (
    ControllerRing,
    Enroller,
    EnrollmentService,
    EnrollmentServices,
    RingController,
    TemplateRights,
)
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure, excerpt
from troubleshoot.parsing.records import Cites
from troubleshoot.parsing.table import one_page
from troubleshoot.parsing.windows.fields import Field, one, read_fields

_SETTINGS = re.compile(r"CN=NTDS Settings,(?P<server>CN=(?P<name>[^,]{1,63}),.{1,1000})", re.I)
_ENROLL = "0e10c968-78fb-11d2-90d4-00c04f79dc55"  # extended right Certificate-Enrollment (MS-CRTD 3.2)
_ACE = re.compile(
    r"\((?P<type>[A-Z]{1,4});(?P<flags>[A-Z]*);(?P<rights>[A-Z]*|0x[0-9a-fA-F]{1,8});(?P<object>[0-9a-fA-F-]*);"
    r"(?P<inherited>[0-9a-fA-F-]*);(?P<trustee>[A-Z]{2}|S-1-[0-9-]{1,180})(?:;[^()]{0,500})?\)"
)
_ALL, _CONTROL = 0x10000000, 0x100  # GENERIC_ALL, ADS_RIGHT_DS_CONTROL_ACCESS
# Two-letter names of MS-DTYP 2.5.1.1, and the relative ids behind a domain's SID that mean the same.
_ADMINISTRATIVE = frozenset({"BA", "DA", "EA", "SA", "SY", "LA", "ED", "S-1-5-18", "S-1-5-32-544"})
_ADMINISTRATIVE_RID = re.compile(r"S-1-5-21-[0-9]+-[0-9]+-[0-9]+-(?:500|512|516|518|519|521)")


def parse_controllers(pages: Sequence[Clean]) -> ControllerRing:
    """Read `self=` (the asked one's DNS name), pairs of `dsa=` and `category=`, pairs of `server=` and `dns=`, `end`.

    `dsa` is the DN of an object nTDSDSA or nTDSDSARO, `category` its objectCategory; `server` is the DN of a server
    object and `dns` its DNS name.

    Raises:
        ParseFailure: a line has no partner or is no such DN, or the asked controller is not among them.
    """
    page = one_page(pages)
    fields = read_fields(page, ("self",))
    own = one(fields, "self", page).value.lower()
    names = {server.value.casefold(): dns.value.lower() for server, dns in _pairs(fields, "server", "dns")}
    found = [_controller(dsa, category, names) for dsa, category in _pairs(fields, "dsa", "category")]
    found.sort(key=lambda controller: controller["name"])
    place = next((n for n, item in enumerate(found) if _is(item, own)), None)
    if place is None:
        raise ParseFailure(f"{excerpt(own)} is not among the domain controllers", page.part)
    following = found[(place + 1) % len(found)]
    return ControllerRing(
        controllers=found, next=following["name"], next_dns=following["dns"], at=page.all(), unread=[]
    )


def _pairs(fields: Sequence[Field], first: str, second: str) -> Iterator[tuple[Field, Field]]:
    wanted = [field for field in fields if field.key in (first, second)]
    for left, right in zip(wanted[::2], wanted[1::2], strict=False):
        if (left.key, right.key) != (first, second):
            raise left.unfit(f"followed by its {second}")
        yield left, right
    if len(wanted) % 2:
        raise wanted[-1].unfit("one of a pair")


def _controller(dsa: Field, category: Field, names: Mapping[str, str]) -> RingController:
    match = _SETTINGS.fullmatch(dsa.value)
    if match is None:
        raise dsa.unfit("the settings object of a domain controller")
    return RingController(
        name=match["name"].lower(),
        dns=names.get(match["server"].casefold()) or None,
        read_only=category.value.casefold().startswith("cn=ntds-dsa-ro,"),
        at=[*dsa.at, *category.at],
    )


def _is(controller: RingController, own: str) -> bool:
    return own == controller["dns"] or own.partition(".")[0] == controller["name"]


def parse_services(pages: Sequence[Clean]) -> EnrollmentServices:
    """Read `service=`, `server=` and one `template=` for each template, again and again, and `end`.

    Raises:
        ParseFailure: a line stands before the first `service`.
    """
    page = one_page(pages)
    services: list[EnrollmentService] = []
    for field in read_fields(page):
        if field.key == "service" and field.value:
            services.append(EnrollmentService(name=field.value, server=None, templates=[], at=field.at))
        elif not services or field.key not in ("server", "template"):
            raise field.unfit("part of an enrolment service")
        else:
            _belongs(services[-1], field)
    return EnrollmentServices(services=services, at=page.all(), unread=[])


def _belongs(service: EnrollmentService, field: Field) -> None:
    service["at"] = [[field.page.part, service["at"][0][1], field.line]]
    if field.key == "server":
        service["server"] = field.value.lower() or None
    elif field.value:
        service["templates"].append(field.value)


def parse_rights(pages: Sequence[Clean]) -> TemplateRights:
    """Read `dn=` and `sddl=` (the security descriptor of a certificate template, MS-DTYP 2.5.1), and `end`.

    Raises:
        ParseFailure: one is missing, or the descriptor holds an entry that cannot be read.
    """
    page = one_page(pages)
    sddl = one(read_fields(page, ("dn", "sddl")), "sddl", page)
    entries = [match for match in _entries(sddl) if _enrolls(match)]
    return TemplateRights(
        enrollers=[_enroller(match, sddl.at) for match in entries if match["type"] in ("A", "OA", "XA", "ZA")],
        denied=[_enroller(match, sddl.at) for match in entries if match["type"] in ("D", "OD", "XD")],
        at=page.all(),
        unread=[],
    )


def _entries(sddl: Field) -> list[re.Match[str]]:
    _, sign, rest = sddl.value.partition("D:")
    access = _access_list(rest)
    left = _ACE.sub("", access)
    if not sign or "(" in left or ")" in left:
        raise sddl.unfit("a readable security descriptor")
    return list(_ACE.finditer(access))


def _access_list(text: str) -> str:
    """The entries of the DACL: up to the S: that follows a closing bracket."""
    end = re.search(r"\)S:", text)
    return text[: end.start() + 1] if end else text


def _enrolls(entry: re.Match[str]) -> bool:
    if "IO" in re.findall("..", entry["flags"]):  # inherit only: counts for objects below, not for this one
        return False
    if entry["object"] and entry["object"].lower() != _ENROLL:
        return False
    rights = entry["rights"]
    if rights.startswith("0x"):
        return bool(int(rights, 16) & (_ALL | _CONTROL))
    return bool({"GA", "CR"} & set(re.findall("..", rights)))


def _enroller(entry: re.Match[str], at: Cites) -> Enroller:
    trustee = entry["trustee"]
    administrative = trustee in _ADMINISTRATIVE or _ADMINISTRATIVE_RID.fullmatch(trustee) is not None
    return Enroller(trustee=trustee, administrative=administrative, at=at)
