"""Messages between the fork server, its children and their clients: a length, then JSON."""

from __future__ import annotations

import socket
import struct
from json import dumps, loads  # names of our own: a careless cell may break the module's

LENGTH = struct.Struct(">Q")


def send(sock: socket.socket, message: dict) -> None:
    """One message: its length, then JSON."""
    body = dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass")
    sock.sendall(LENGTH.pack(len(body)) + body)


def receive(sock: socket.socket) -> dict | None:
    """The next message, or None at the end of the connection (a message cut short counts as none)."""
    head = exactly(sock, LENGTH.size)
    if head is None:
        return None
    body = exactly(sock, LENGTH.unpack(head)[0])
    return None if body is None else loads(body.decode("utf-8", "surrogatepass"))


def exactly(sock: socket.socket, size: int) -> bytes | None:
    """So many bytes, or None when the connection ends before."""
    parts = bytearray()
    while len(parts) < size:
        try:
            part = sock.recv(min(size - len(parts), 1 << 20))
        except ConnectionResetError:
            return None
        if not part:
            return None
        parts += part
    return bytes(parts)
