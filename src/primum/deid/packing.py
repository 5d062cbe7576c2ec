"""Packed files written again as they were packed: gzip, or blocked gzip that indexes can point into."""

import gzip
import shutil
import struct
import zlib
from typing import BinaryIO

BLOCK = 0xFF00
"""Bytes that one block of blocked gzip holds at most."""
END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
"""The empty block that ends such a file.

Source: SAM/BAM format specification, section 4.1 (BGZF).
"""


def pack(source: BinaryIO, target: BinaryIO, packed: str) -> None:
    """Write a file packed, from its beginning.

    Args:
        source: Is packed.
        target: Takes the bytes; neither name nor time of the source is in them.
        packed: ``gzip``, ``bgzf``, or empty: as it is.
    """
    source.seek(0)
    if packed == "bgzf":
        _blocked(source, target)
    elif packed:
        with gzip.GzipFile(filename="", mode="wb", fileobj=target, mtime=0) as file:
            shutil.copyfileobj(source, file)
    else:
        shutil.copyfileobj(source, target)


def _blocked(read: BinaryIO, write: BinaryIO) -> None:
    while data := read.read(BLOCK):
        deflater = zlib.compressobj(wbits=-15)
        body = deflater.compress(data) + deflater.flush()
        head = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0" + struct.pack("<H", len(body) + 25)
        write.write(head + body + struct.pack("<II", zlib.crc32(data), len(data)))
    write.write(END)
