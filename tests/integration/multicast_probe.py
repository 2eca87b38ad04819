"""A real multicast sender and a real receiver, run as scripts inside the namespaces of the test network."""

from __future__ import annotations

import itertools
import mmap
import socket
import struct
import sys
import time
from pathlib import Path

COUNTER = struct.Struct("<Q")


def send(source: str, group: str, port: int, ttl: int, interval: float) -> None:
    """Send numbered datagrams to ``group`` for ever, one every ``interval`` seconds."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stream:
        stream.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, ttl)
        stream.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(source))
        stream.bind((source, 0))
        for number in itertools.count():
            stream.sendto(struct.pack("!Q", number), (group, port))
            time.sleep(interval)


def receive(address: str, group: str, port: int, counter_file: Path) -> None:
    """Join ``group`` on the interface that owns ``address`` and keep the number of packets in ``counter_file``."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stream, counter_file.open("r+b") as handle:
        counter = mmap.mmap(handle.fileno(), COUNTER.size)
        stream.bind((group, port))
        membership = socket.inet_aton(group) + socket.inet_aton(address)
        stream.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
        for number in itertools.count(1):
            stream.recv(2048)
            counter[:] = COUNTER.pack(number)


def main(arguments: list[str]) -> None:
    """``send SOURCE GROUP PORT TTL INTERVAL`` or ``receive ADDRESS GROUP PORT COUNTER_FILE``."""
    role, address, group, port, *rest = arguments
    if role == "send":
        send(address, group, int(port), int(rest[0]), float(rest[1]))
    else:
        receive(address, group, int(port), Path(rest[0]))


if __name__ == "__main__":
    main(sys.argv[1:])
