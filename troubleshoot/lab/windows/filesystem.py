"""The files of a simulated host: bytes by path, kept in memory, with the sharing rules that a log in use shows."""

from __future__ import annotations

import ntpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from troubleshoot.lab.windows.machine import Machine

_STANDARD: Final = ("C:\\", "C:\\Windows\\Temp", "C:\\Windows\\System32", "C:\\Program Files", "C:\\Users\\Public")


class FileProblem(Exception):
    """An operation that Windows refuses: ``code`` is the Win32 error."""

    def __init__(self, code: int, path: str) -> None:
        super().__init__(f"error {code}: {path}")
        self.code, self.path = code, path


FILE_NOT_FOUND: Final = 2
PATH_NOT_FOUND: Final = 3
ACCESS_DENIED: Final = 5
SHARING_VIOLATION: Final = 32
FILE_EXISTS: Final = 183
NO_NETWORK_PATH: Final = 53


@dataclass(slots=True)
class File:
    """One file: its full path as created, its bytes, when it was last written (epoch seconds)."""

    path: str
    data: bytearray
    written: float
    writers: int = 0  # programs that have it open: it cannot be deleted or opened for writing meanwhile

    @property
    def name(self) -> str:
        return ntpath.basename(self.path)


@dataclass(slots=True)
class FileSystem:
    """All files and folders. Paths are absolute or relative to a given folder; letter case does not matter."""

    clock: Callable[[], float]
    files: dict[str, File] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)  # folded path -> path as created

    @classmethod
    def fresh(cls, clock: Callable[[], float]) -> FileSystem:
        """With the folders that every Windows has."""
        system = cls(clock)
        for folder in _STANDARD:
            system.make_folder(folder)
        return system

    def resolve(self, path: str, cwd: str = "C:\\") -> str:
        """The absolute form of a path. Raises FileProblem for network paths and other drives."""
        full = ntpath.normpath(ntpath.join(cwd, path.strip('"').replace("/", "\\")))
        if full.startswith("\\\\"):
            raise FileProblem(NO_NETWORK_PATH, full)
        if not full.upper().startswith("C:"):
            raise FileProblem(PATH_NOT_FOUND, full)
        return full

    def find(self, path: str, cwd: str = "C:\\") -> File | None:
        return self.files.get(self.resolve(path, cwd).casefold())

    def is_folder(self, path: str, cwd: str = "C:\\") -> bool:
        return self.resolve(path, cwd).casefold() in self.folders

    def exists(self, path: str, cwd: str = "C:\\") -> bool:
        return self.find(path, cwd) is not None or self.is_folder(path, cwd)

    def read(self, path: str, cwd: str = "C:\\") -> bytes:
        """The bytes of a file. Raises FileProblem."""
        found = self.find(path, cwd)
        if found is None:
            self._need_folder(path, cwd)
            raise FileProblem(FILE_NOT_FOUND, path)
        return bytes(found.data)

    def write(self, path: str, data: bytes, cwd: str = "C:\\", *, append: bool = False) -> File:
        """Create, replace or extend a file in a folder that exists. Raises FileProblem."""
        file = self.open(path, cwd, append=append)
        self.extend(file, data)
        file.writers -= 1
        return file

    def open(self, path: str, cwd: str = "C:\\", *, append: bool = False) -> File:
        """Open for writing: emptied unless ``append``. The caller lowers ``writers`` when done. Raises FileProblem."""
        full = self._need_folder(path, cwd)
        if full.casefold() in self.folders:
            raise FileProblem(ACCESS_DENIED, full)
        file = self.files.setdefault(full.casefold(), File(full, bytearray(), self.clock()))
        if file.writers:
            raise FileProblem(SHARING_VIOLATION, full)
        if not append:
            file.data.clear()
        file.writers += 1
        file.written = self.clock()
        return file

    def extend(self, file: File, data: bytes) -> None:
        """Write at the end of an open file."""
        file.data += data
        file.written = self.clock()

    def put(self, path: str, data: bytes, *, age: float = 0.0) -> None:
        """Place a file, with its folders, as if written ``age`` seconds ago."""
        full = self.resolve(path)
        self.make_folder(ntpath.dirname(full))
        self.files[full.casefold()] = File(full, bytearray(data), self.clock() - age)

    def delete(self, path: str, cwd: str = "C:\\") -> None:
        """Raises FileProblem where there is no such file, or a program writes to it."""
        found = self.find(path, cwd)
        if found is None:
            raise FileProblem(FILE_NOT_FOUND, path)
        if found.writers:
            raise FileProblem(SHARING_VIOLATION, found.path)
        del self.files[found.path.casefold()]

    def make_folder(self, path: str, cwd: str = "C:\\") -> None:
        """Create a folder and those above it; one that exists stays."""
        full = self.resolve(path, cwd)
        while full.casefold() not in self.folders:
            self.folders[full.casefold()] = full
            full = ntpath.dirname(full)

    def remove_folder(self, path: str, cwd: str = "C:\\") -> None:
        """Remove an empty folder. Raises FileProblem."""
        full = self.resolve(path, cwd)
        if full.casefold() not in self.folders:
            raise FileProblem(FILE_NOT_FOUND, full)
        if any(self.inside(full)):
            raise FileProblem(145, full)
        del self.folders[full.casefold()]

    def inside(self, folder: str) -> Iterator[File | str]:
        """What stands directly in a folder: files, and the paths of folders."""
        wanted = folder.casefold()
        yield from (file for file in self.files.values() if ntpath.dirname(file.path).casefold() == wanted)
        yield from (
            path for key, path in self.folders.items() if ntpath.dirname(path).casefold() == wanted and key != wanted
        )

    def _need_folder(self, path: str, cwd: str) -> str:
        full = self.resolve(path, cwd)
        if ntpath.dirname(full).casefold() not in self.folders:
            raise FileProblem(PATH_NOT_FOUND, full)
        return full


def file_system(machine: Machine) -> FileSystem:
    """The files of a host."""
    return machine.state("files", FileSystem)
