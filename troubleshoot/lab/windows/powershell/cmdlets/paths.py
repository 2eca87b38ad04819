"""Get-Item, Get-ChildItem, Set-Item and the others over the topics' drives and the host's files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from troubleshoot.lab.windows.filesystem import FileProblem, FileSystem, file_system
from troubleshoot.lab.windows.lookup import find_drive
from troubleshoot.lab.windows.powershell.cmdlets.selecting import visible
from troubleshoot.lab.windows.powershell.commands import Invocation, builtin
from troubleshoot.lab.windows.powershell.operators import like
from troubleshoot.lab.windows.powershell.values import as_integer, as_text, custom, items
from troubleshoot.lab.windows.topic import Drive, PsError, PsObject

_ROOTS = {
    "hkey_local_machine": "hklm",
    "hkey_current_user": "hkcu",
    "hkey_users": "hku",
    "hkey_classes_root": "hkcr",
}
_PATH = "path literalpath"
_ALIASES = {"pspath": "literalpath", "lp": "literalpath"}


@dataclass(frozen=True, slots=True)
class Place:
    """A path: on a topic's drive, or (``drive`` is None) a file of the host."""

    text: str
    drive: Drive | None
    parts: tuple[str, ...] = ()


def _locate(inv: Invocation, path: str) -> Place:
    text = re.sub(r"^(?:Microsoft\.\w+(?:\.\w+)*\\)?(?:Registry|WSMan|FileSystem)::", "", path, flags=re.IGNORECASE)
    if text != path:
        head, _, rest = text.partition("\\")
        root = _ROOTS.get(head.lower())
        text = f"{root}:\\{rest}" if root else text
    name, colon, rest = text.partition(":")
    if not colon or len(name) == 1:
        return Place(path, None)
    drive = _environment_drive(inv) if name.lower() == "env" else find_drive(inv.run.session.call.machine, name)
    if drive is None:
        raise PsError(
            inv.run.session.call.text(
                f"Cannot find drive. A drive with the name '{name}' does not exist.",
                f'Das Laufwerk wurde nicht gefunden. Ein Laufwerk mit dem Namen "{name}" ist nicht vorhanden.',
            ),
            f"DriveNotFound,Microsoft.PowerShell.Commands.{inv.name.replace('-', '')}Command",
            category=f"ObjectNotFound: ({name}:String) [{inv.name}], DriveNotFoundException",
        )
    return Place(path, drive, tuple(part for part in re.split(r"[\\/]", rest) if part))


def _environment_drive(inv: Invocation) -> Drive:
    def item(_: Any, parts: tuple[str, ...]) -> PsObject:
        value = inv.run.session.get(parts[0].lower(), "env") if parts else None
        if value is None:
            raise missing(inv, f"Env:\\{parts[0] if parts else ''}")
        return PsObject("System.Collections.DictionaryEntry", {"Name": parts[0].upper(), "Value": value})

    return Drive(item, lambda machine, parts: [item(machine, parts)])


def missing(inv: Invocation, path: str) -> PsError:
    """The error of a path that leads nowhere."""
    return PsError(
        inv.run.session.call.text(
            f"Cannot find path '{path}' because it does not exist.",
            f'Der Pfad "{path}" kann nicht gefunden werden, da er nicht vorhanden ist.',
        ),
        f"PathNotFound,Microsoft.PowerShell.Commands.{inv.name.replace('-', '')}Command",
        category=f"ObjectNotFound: ({path}:String) [{inv.name}], ItemNotFoundException",
    )


def _places(inv: Invocation) -> list[Place]:
    given = items(inv.parameters.get("path") or inv.parameters.get("literalpath"))
    if not given:
        given = [_path_of(item) for item in inv.given or []]
    return [_locate(inv, as_text(path)) for path in given]


def _path_of(item: Any) -> str:
    if isinstance(item, PsObject):
        return as_text(item.prop("PSPath") or item.prop("FullName") or item.prop("Path"))
    return as_text(item)


def _files(inv: Invocation) -> FileSystem:
    return file_system(inv.run.session.call.machine)


def _file_object(inv: Invocation, path: str) -> PsObject:
    files, cwd = _files(inv), inv.run.session.call.cwd
    full = files.resolve(path, cwd)
    name = full.rstrip("\\").rpartition("\\")[2]
    if files.is_folder(path, cwd):
        return PsObject(
            "System.IO.DirectoryInfo", {"Name": name, "FullName": full, "PSIsContainer": True, "__tostring": full}
        )
    file = files.find(path, cwd)
    if file is None:
        raise missing(inv, full)
    size = len(files.read(path, cwd))
    extension = f".{name.rpartition('.')[2]}" if "." in name else ""
    facts = {"Name": name, "Length": size, "FullName": full, "Extension": extension, "PSIsContainer": False}
    return PsObject("System.IO.FileInfo", {**facts, "__tostring": full})


def _item(inv: Invocation, place: Place) -> PsObject:
    if place.drive is not None:
        return place.drive.item(inv.run.session.call.machine, place.parts)
    return _file_object(inv, place.text)


@builtin("Get-Item", parameters=f"{_PATH} filter include exclude", switches="force", positions="path", aliases=_ALIASES)
async def get_item(inv: Invocation) -> None:
    for place in _places(inv):
        if place.drive is None and any(char in place.text for char in "*?"):
            inv.out.extend(_matching_files(inv, place.text))
        elif place.drive is not None and place.parts and any(char in place.parts[-1] for char in "*?"):
            inv.out.extend(_matching_children(inv, place))
        else:
            inv.out.append(_item(inv, place))


@builtin(
    "Get-ChildItem",
    parameters=f"{_PATH} filter include exclude depth attributes",
    switches="force recurse name directory file hidden",
    positions="path filter",
    later="depth attributes directory file hidden",
    aliases=_ALIASES,
)
async def get_child_item(inv: Invocation) -> None:
    for place in _places(inv) or [Place(inv.run.session.call.cwd, None)]:
        for child in _children(inv, place):
            if _wanted(inv, child):
                inv.out.append(child.prop("Name") if inv.has("name") else child)


def _wanted(inv: Invocation, child: PsObject) -> bool:
    name = as_text(child.prop("PSChildName") or child.prop("Name"))
    if not like(name, inv.text("filter", "*")):
        return False
    folder = bool(child.prop("PSIsContainer"))
    return not ((inv.has("file") and folder) or (inv.has("directory") and not folder))


def _children(inv: Invocation, place: Place) -> list[PsObject]:
    if place.drive is None:
        if any(char in place.text for char in "*?"):
            return _matching_files(inv, place.text)
        return _folder(inv, place.text)
    if place.parts and any(char in place.parts[-1] for char in "*?"):
        return _matching_children(inv, place)
    return list(place.drive.children(inv.run.session.call.machine, place.parts))


def _matching_children(inv: Invocation, place: Place) -> list[PsObject]:
    assert place.drive is not None
    found = place.drive.children(inv.run.session.call.machine, place.parts[:-1])
    return [child for child in found if like(child.prop("PSChildName") or child.prop("Name"), place.parts[-1])]


def _matching_files(inv: Invocation, path: str) -> list[PsObject]:
    folder, _, pattern = path.rpartition("\\")
    return [item for item in _folder(inv, folder or ".") if like(item.prop("Name"), pattern)]


def _folder(inv: Invocation, path: str) -> list[PsObject]:
    files, cwd = _files(inv), inv.run.session.call.cwd
    full = files.resolve(path, cwd)
    if not files.is_folder(path, cwd):
        return [_file_object(inv, path)]
    base = full.rstrip("\\")
    names = [child if isinstance(child, str) else child.name for child in files.inside(full)]
    return [_file_object(inv, name if ":" in name else f"{base}\\{name}") for name in names]


@builtin("Test-Path", parameters=f"{_PATH} pathtype filter", switches="isvalid", positions="path", aliases=_ALIASES)
async def test_path(inv: Invocation) -> None:
    for path in items(inv.parameters.get("path") or inv.parameters.get("literalpath")):
        inv.out.append(_exists(inv, as_text(path)))


def _exists(inv: Invocation, path: str) -> bool:
    try:
        found = _item(inv, _locate(inv, path))
    except (PsError, FileProblem):
        return False
    kind = inv.text("pathtype").lower()
    folder = found.prop("PSIsContainer") in (True, None) if kind == "container" else bool(found.prop("PSIsContainer"))
    return folder if kind == "container" else not folder if kind == "leaf" else True


@builtin(
    "Get-ItemProperty", parameters=f"{_PATH} name filter", switches="force", positions="path name", aliases=_ALIASES
)
async def get_item_property(inv: Invocation) -> None:
    for place in _places(inv):
        found = _item(inv, place)
        wanted = [as_text(name) for name in items(inv.get("name"))]
        values = found.prop("__values")  # a drive may tell the values of a key apart from the key's own properties
        source = values if isinstance(values, PsObject) else found
        inv.out.append(
            _narrowed(inv, source, wanted, place) if wanted else custom((n, source[n]) for n in visible(source))
        )


def _narrowed(inv: Invocation, source: PsObject, wanted: list[str], place: Place) -> PsObject:
    kept = {key: source[key] for key in visible(source) if any(like(key, name) for name in wanted)}
    if not kept:
        raise PsError(
            f"Property {wanted[0]} does not exist at path {place.text}.",
            "System.Management.Automation.PSArgumentException,Microsoft.PowerShell.Commands.GetItemPropertyCommand",
            category=f"InvalidArgument: ({wanted[0]}:String) [{inv.name}], PSArgumentException",
        )
    return custom(kept.items())


@builtin("Get-ItemPropertyValue", parameters=f"{_PATH} name", positions="path name", since=(5, 0), aliases=_ALIASES)
async def get_item_property_value(inv: Invocation) -> None:
    before = len(inv.out)
    await get_item_property(inv)
    inv.out[before:] = [value for row in inv.out[before:] for value in row.values()]


# --- changes -------------------------------------------------------------------------------------------------------


def _change(inv: Invocation, place: Place, parts: tuple[str, ...], value: Any) -> None:
    if place.drive is None or place.drive.change is None:
        raise PsError(
            "Cannot use interface. The IDynamicPropertyCmdletProvider interface is not supported by this provider.",
            f"NotSupported,Microsoft.PowerShell.Commands.{inv.name.replace('-', '')}Command",
            category=f"NotImplemented: (:) [{inv.name}], PSNotSupportedException",
        )
    place.drive.change(inv.run.session.call.machine, parts, value)


@builtin(
    "Set-Item", parameters=f"{_PATH} value filter", switches="force passthru", positions="path value", aliases=_ALIASES
)
async def set_item(inv: Invocation) -> None:
    for place in _places(inv):
        _change(inv, place, place.parts, inv.parameters.get("value"))
        if inv.has("passthru"):
            inv.out.append(_item(inv, place))


@builtin(
    "Set-ItemProperty",
    parameters=f"{_PATH} name value type propertytype filter",
    switches="force passthru",
    positions="path name value",
    aliases=_ALIASES,
)
@builtin(
    "New-ItemProperty",
    parameters=f"{_PATH} name value type propertytype filter",
    switches="force",
    positions="path name",
    aliases=_ALIASES,
)
async def set_item_property(inv: Invocation) -> None:
    """On a registry drive ``change`` gets the key's path with the value's name as last part."""
    for place in _places(inv):
        _change(inv, place, (*place.parts, inv.text("name")), inv.parameters.get("value"))


@builtin(
    "Get-Content",
    parameters=f"{_PATH} encoding totalcount tail readcount",
    switches="force raw",
    positions="path",
    later="raw tail",
    aliases={**_ALIASES, "first": "totalcount", "head": "totalcount", "last": "tail"},
)
async def get_content(inv: Invocation) -> None:
    for place in _places(inv):
        text = read_text(inv, place.text)
        if inv.has("raw"):
            inv.out.append(text)
            continue
        lines = text.splitlines()
        if inv.get("totalcount") is not None:
            lines = lines[: as_integer(inv.get("totalcount"))]
        if inv.get("tail") is not None:
            lines = lines[max(0, len(lines) - as_integer(inv.get("tail"))) :]
        inv.out.extend(lines)


def read_text(inv: Invocation, path: str) -> str:
    """A file as text, by its byte order mark. Raises PsError."""
    files, cwd = _files(inv), inv.run.session.call.cwd
    try:
        data = files.read(path, cwd)
    except FileProblem:
        raise missing(inv, files.resolve(path, cwd)) from None
    if data[:2] == b"\xff\xfe":
        return data[2:].decode("utf-16-le", "replace")
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")


_CODECS = {"unicode": "utf-16", "utf8": "utf-8-sig", "ascii": "ascii", "oem": "cp437"}


@builtin(
    "Set-Content",
    parameters=f"{_PATH} value encoding",
    switches="force nonewline",
    positions="path value",
    aliases=_ALIASES,
)
@builtin(
    "Add-Content",
    parameters=f"{_PATH} value encoding",
    switches="force nonewline",
    positions="path value",
    aliases=_ALIASES,
)
@builtin(
    "Out-File",
    parameters="filepath encoding width",
    switches="append force noclobber",
    positions="filepath encoding",
    aliases={"path": "filepath"},
)
async def set_content(inv: Invocation) -> None:
    path = inv.text("path") or inv.text("literalpath") or inv.text("filepath")
    values = items(inv.parameters.get("value")) or inv.given or []
    text = "".join(f"{as_text(value)}\r\n" for value in values)
    usual = "unicode" if inv.name.lower() == "out-file" else "default"
    data = text.encode(_CODECS.get(inv.text("encoding", usual).lower(), "cp1252"), "replace")
    append = inv.has("append") or inv.name.lower() == "add-content"
    try:
        _files(inv).write(path, data, inv.run.session.call.cwd, append=append)
    except FileProblem:
        raise PsError(
            f"Could not find a part of the path '{path}'.",
            f"GetContentWriterDirectoryNotFoundError,Microsoft.PowerShell.Commands.{inv.name.replace('-', '')}Command",
            category=f"ObjectNotFound: ({path}:String) [{inv.name}], DirectoryNotFoundException",
        ) from None


@builtin(
    "Remove-Item",
    parameters=f"{_PATH} filter include exclude",
    switches="force recurse",
    positions="path",
    aliases=_ALIASES,
)
async def remove_item(inv: Invocation) -> None:
    for place in _places(inv):
        if place.drive is not None:
            raise PsError(
                "Provider operation stopped because the provider does not support this operation.",
                "NotSupported,Microsoft.PowerShell.Commands.RemoveItemCommand",
                category="NotImplemented: (:) [Remove-Item], PSNotSupportedException",
            )
        try:
            _files(inv).delete(place.text, inv.run.session.call.cwd)
        except FileProblem:
            raise missing(inv, place.text) from None
