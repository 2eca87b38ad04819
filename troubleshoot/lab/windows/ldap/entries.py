"""The objects that scripts get from [ADSI] and DirectorySearcher, with the ways in which they fail.

A process that came over the network has nothing to show to a further host: a directory object there answers "An
operations error occurred." (0x80072020), while the root of the directory (RootDSE) is open to everybody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from troubleshoot.errors import OperatorError
from troubleshoot.lab.windows.directory import Attributes, Directory
from troubleshoot.lab.windows.ldap.filters import CATEGORIES, BadFilter, compile_filter, values_of
from troubleshoot.lab.windows.topic import Call, PsError, PsObject

ENTRY: Final = "System.DirectoryServices.DirectoryEntry"
_RODC: Final = "1.2.840.113556.1.4.1920"  # LDAP_CAP_ACTIVE_DIRECTORY_PARTIAL_SECRETS_OID
_CAPABILITIES: Final = ["1.2.840.113556.1.4.800", "1.2.840.113556.1.4.1670", "1.2.840.113556.1.4.1791"]
_CLEAR, _UPDATE, _APPEND, _DELETE = 1, 2, 3, 4  # ADS_PROPERTY_OPERATION_ENUM


@dataclass(frozen=True, slots=True)
class Place:
    """Where a path leads: a controller's copy of an object."""

    call: Call
    directory: Directory
    dc: str
    dn: str
    server: str  # as written, for paths of what is found below

    def denied(self) -> bool:
        """True where the logon cannot show itself to the controller."""
        own = self.call.machine.name == self.dc
        return not (own or self.call.logon.delegated or self.call.logon.system)

    def path(self, dn: str) -> str:
        return f"LDAP://{self.server}/{dn}" if self.server else f"LDAP://{dn}"

    def at(self, dn: str) -> Place:
        return Place(self.call, self.directory, self.dc, dn, self.server)


def locate(call: Call, path: str) -> Place | None:
    """Where a path leads, or None where no directory answers under that name."""
    directory = call.machine.estate.directory
    rest = path.partition("://")[2] or path
    server, _, dn = rest.rpartition("/")
    if directory is None or call.machine.role == 2:
        return None
    own = call.machine.name if call.machine.name in directory.controllers else directory.pdc.name
    if server.casefold() in ("localhost", "127.0.0.1", "."):
        return Place(call, directory, own, dn, server) if own == call.machine.name else None
    try:
        name = directory.controller(server).name if server and server.casefold() != directory.domain else own
    except OperatorError:
        return None
    return Place(call, directory, name, dn or directory.base, server)


def _failure(member: str, message: str) -> PsError:
    return PsError(
        f'The following exception occurred while retrieving member "{member}": "{message}\r\n"',
        "CatchFromBaseGetMember",
        category="NotSpecified: (:) [], ExtendedTypeSystemException",
        terminating=True,
    )


def _refused(member: str, message: str) -> PsError:
    return PsError(
        f'Exception calling "{member}": "{message}\r\n"',
        "CatchFromBaseAdapterMethodInvokeTI",
        category="NotSpecified: (:) [], MethodInvocationException",
        terminating=True,
    )


class Entry(PsObject):
    """A directory entry. It is bound when a member is first asked for, so a wrong path fails only then."""

    def __init__(self, call: Call, path: str) -> None:
        super().__init__(ENTRY, {})
        self.call, self.given = call, path
        self.place = locate(call, path)
        self._pending: dict[str, list[Any]] = {}
        self.methods = {
            "putex": self._put_ex,
            "setinfo": self._set_info,
            "commitchanges": self._set_info,
            "refreshcache": self._refresh,
        }

    def _text(self, english: str, german: str) -> str:
        return self.call.text(english, german)

    def attributes(self, member: str) -> Attributes:
        """The object's attributes. Raises PsError as ADSI fails."""
        place = self.place
        if place is None:
            message = self._text("The server is not operational.", "Der Server ist nicht funktionstüchtig.")
            raise _failure(member, message)
        if place.dn.casefold() == "rootdse":
            return _root(place)
        if place.denied():
            raise _failure(
                member, self._text("An operations error occurred.", "Es ist ein Vorgangsfehler aufgetreten.")
            )
        found = place.directory.read(place.dn, place.dc)
        if found is None:
            message = self._text(
                "There is no such object on the server.", "Ein solches Objekt ist auf dem Server nicht vorhanden."
            )
            raise _failure(member, message)
        return found

    def prop(self, name: str) -> Any:
        folded = name.casefold()
        if folded == "psbase":
            return self
        if folded == "path":
            return self.given
        attributes = self.attributes(name)
        if folded in _SPECIAL and self.place is not None:
            return _SPECIAL[folded](self, attributes)
        return shown(attributes, folded)

    # --- changes ---

    async def _put_ex(self, operation: Any, name: Any, values: Any = None) -> None:
        given = list(values) if isinstance(values, list) else [values]
        current = self._pending.get(str(name), values_of(self.attributes("PutEx"), str(name)))
        self._pending[str(name)] = _changed(int(operation), current, given)

    async def _set_info(self) -> None:
        attributes, place = self.attributes("SetInfo"), self.place
        assert place is not None  # attributes() raised otherwise
        await asyncio.sleep(0)
        if not place.directory.may_write(place.dn, self.call.logon):
            raise _refused("SetInfo", self._text("Access is denied.", "Zugriff verweigert"))
        try:
            place.directory.write(attributes["distinguishedName"], self._pending, place.dc)
        except OperatorError:
            message = self._text(
                "The server is unwilling to process the request.",
                "Der Server ist nicht bereit, die Anforderung zu verarbeiten.",
            )
            raise _refused("SetInfo", message) from None
        self._pending = {}

    async def _refresh(self, *names: Any) -> None:
        self.attributes("RefreshCache")


def _changed(operation: int, current: Sequence[Any], given: Sequence[Any]) -> list[Any]:
    if operation == _APPEND:
        return [*current, *(value for value in given if value not in current)]
    if operation == _DELETE:
        return [value for value in current if value not in given]
    return list(given) if operation == _UPDATE else []


def _root(place: Place) -> Attributes:
    directory, controller = place.directory, place.directory.controllers[place.dc]
    computer = place.call.machine.estate.machine(place.dc)
    server = f"CN={computer.computer},CN=Servers,CN={controller.site},CN=Sites,{directory.configuration}"
    return {
        "dnsHostName": computer.fqdn,
        "defaultNamingContext": directory.base,
        "rootDomainNamingContext": directory.base,
        "configurationNamingContext": directory.configuration,
        "schemaNamingContext": f"CN=Schema,{directory.configuration}",
        "serverName": server,
        "dsServiceName": f"CN=NTDS Settings,{server}",
        "supportedCapabilities": [*_CAPABILITIES, *([_RODC] if controller.read_only else [])],
        "isSynchronized": "TRUE",
    }


def shown(attributes: Attributes, folded: str) -> Any:
    """An attribute as a script sees it; None where the object has none."""
    if folded == "objectcategory":
        return category(attributes)
    return next((value for key, value in attributes.items() if key.casefold() == folded and value != []), None)


def category(attributes: Attributes) -> str | None:
    """The DN of the class that stands for the object's kind; the schema is below the configuration."""
    kind = str(attributes.get("objectClass", ""))
    _, mark, rest = str(attributes.get("distinguishedName", "")).partition("CN=Configuration,")
    if not kind or not mark:
        return None
    return f"CN={CATEGORIES.get(kind.casefold(), kind)},CN=Schema,CN=Configuration,{rest}"


# --- members that are no attributes ---------------------------------------------------------------------------------


def _children(entry: Entry, attributes: Attributes) -> list[Entry]:
    place = entry.place
    assert place is not None
    found = place.directory.below(place.dn, place.dc, direct=True)
    return [Entry(entry.call, place.path(item["distinguishedName"])) for item in found]


def _properties(entry: Entry, attributes: Attributes) -> PsObject:
    listed = {key: value if isinstance(value, list) else [value] for key, value in attributes.items()}
    return PsObject("System.DirectoryServices.PropertyCollection", listed)


def _security(entry: Entry, attributes: Attributes) -> PsObject:
    return PsObject(
        "System.DirectoryServices.ActiveDirectorySecurity", {"Sddl": attributes.get("nTSecurityDescriptor", "")}
    )


_SPECIAL: Final = {"children": _children, "properties": _properties, "objectsecurity": _security}


# --- searching ------------------------------------------------------------------------------------------------------


class Searcher(PsObject):
    """A DirectorySearcher: root, filter, attributes to load, scope."""

    def __init__(self, call: Call, arguments: Sequence[Any]) -> None:
        rest = list(arguments)
        root = rest.pop(0) if rest and isinstance(rest[0], Entry) else None
        wanted = rest.pop(0) if rest and isinstance(rest[0], str) else "(objectClass=*)"
        load = rest.pop(0) if rest and isinstance(rest[0], list) else []
        scope = str(rest.pop(0)) if rest else "Subtree"
        super().__init__(
            "System.DirectoryServices.DirectorySearcher",
            {
                "SearchRoot": root if root is not None else Entry(call, f"LDAP://{_base(call)}"),
                "Filter": wanted,
                "PropertiesToLoad": list(load),
                "SearchScope": scope,
                "PageSize": 0,
            },
        )
        self.methods = {"findall": self._find_all, "findone": self._find_one}

    async def _find_all(self) -> list[PsObject]:
        root = self["SearchRoot"]
        own = root.attributes("FindAll")
        place = root.place
        try:
            test = compile_filter(str(self["Filter"]))
        except BadFilter:
            raise _refused("FindAll", f"The {self['Filter']} search filter is invalid.") from None
        found = [own, *place.directory.below(place.dn, place.dc)]
        scope = str(self["SearchScope"]).casefold()
        if scope == "base":
            found = [own]
        elif scope == "onelevel":
            found = place.directory.below(place.dn, place.dc, direct=True)
        await asyncio.sleep(0)
        return [self._result(place, item) for item in found if test(item)]

    async def _find_one(self) -> PsObject | None:
        return next(iter(await self._find_all()), None)

    def _result(self, place: Place, item: Attributes) -> PsObject:
        wanted = {str(name).casefold() for name in self["PropertiesToLoad"]}
        listed = {
            key.casefold(): value if isinstance(value, list) else [value]
            for key, value in {**item, "objectCategory": category(item)}.items()
            if value is not None and value != [] and (not wanted or key.casefold() in wanted)
        }
        if "allowedattributeseffective" in wanted and place.directory.may_write(
            item["distinguishedName"], place.call.logon
        ):
            listed["allowedattributeseffective"] = sorted(key for key in item if key != "distinguishedName")
        path = place.path(item["distinguishedName"])
        properties = PsObject("System.DirectoryServices.ResultPropertyCollection", {**listed, "adspath": [path]})
        return PsObject("System.DirectoryServices.SearchResult", {"Path": path, "Properties": properties})


def _base(call: Call) -> str:
    directory = call.machine.estate.directory
    return directory.base if directory is not None else ""


async def bind(call: Call, value: Any) -> Entry:
    """``[ADSI]"LDAP://..."``."""
    return Entry(call, str(value))


async def new_entry(call: Call, arguments: Sequence[Any]) -> Entry:
    """``New-Object DirectoryServices.DirectoryEntry("LDAP://...")``."""
    return Entry(call, str(arguments[0]) if arguments else f"LDAP://{_base(call)}")


async def new_searcher(call: Call, arguments: Sequence[Any]) -> Searcher:
    """``New-Object DirectoryServices.DirectorySearcher(root, filter, attributes, scope)``."""
    return Searcher(call, arguments)


async def cast_searcher(call: Call, value: Any) -> Searcher:
    """``[ADSISearcher]"(filter)"``."""
    return Searcher(call, [str(value)])
