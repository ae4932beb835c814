"""Where an HTTP message ends, so that it can be spoiled as a whole."""

from __future__ import annotations

from typing import BinaryIO


def read_message(stream: BinaryIO) -> bytes:
    """Read one request or answer to its last byte; empty if the connection has ended before."""
    head = _read_head(stream)
    headers = _headers(head)
    if headers.get(b"transfer-encoding") == b"chunked":
        return head + _read_chunks(stream)
    return head + stream.read(int(headers.get(b"content-length", 0)))


def _read_head(stream: BinaryIO) -> bytes:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = stream.readline()
        if not line:
            return b""
        head += line
    return head


def _headers(head: bytes) -> dict[bytes, bytes]:
    lines = (line.partition(b":") for line in head.split(b"\r\n")[1:])
    return {name.strip().lower(): value.strip().lower() for name, _, value in lines}


def _read_chunks(stream: BinaryIO) -> bytes:
    read = b""
    while True:
        line = stream.readline()
        chunk = stream.read(int(line, 16) + 2) if line else b""
        read += line + chunk
        if chunk in (b"", b"\r\n"):
            return read
