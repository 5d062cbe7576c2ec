"""Packed files written again as they were packed: gzip, or blocked gzip that indexes can point into."""

import gzip
import shutil
import struct
import zlib
from pathlib import Path
from typing import BinaryIO

BLOCK = 0xFF00
"""Bytes that one block of blocked gzip holds at most."""
END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
"""The empty block that ends such a file.

Source: SAM/BAM format specification, section 4.1 (BGZF).
"""


def pack(source: Path, target: Path, packed: str) -> None:
    """Write a file packed.

    Args:
        source: Is packed.
        target: Takes the bytes; neither name nor time of the source is in them.
        packed: ``gzip`` or ``bgzf``.
    """
    with source.open("rb") as read, target.open("wb") as write:
        if packed == "bgzf":
            _blocked(read, write)
        else:
            with gzip.GzipFile(filename="", mode="wb", fileobj=write, mtime=0) as file:
                shutil.copyfileobj(read, file)


def _blocked(read: BinaryIO, write: BinaryIO) -> None:
    while data := read.read(BLOCK):
        deflater = zlib.compressobj(wbits=-15)
        body = deflater.compress(data) + deflater.flush()
        head = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0" + struct.pack("<H", len(body) + 25)
        write.write(head + body + struct.pack("<II", zlib.crc32(data), len(data)))
    write.write(END)
