"""Where training runs, and in which precision: chosen by what the machine can do, tried before it is trusted."""

import ctypes
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import torch

PROBE = """
import time, torch
torch.set_num_threads(1)
def cost(kind):
    a, b = torch.randn(512, 384, dtype=kind), torch.randn(384, 1536, dtype=kind)
    a @ b
    start = time.process_time()
    for _ in range(10):
        a @ b
    return time.process_time() - start
print(cost(torch.float32) / cost(torch.bfloat16))
"""
WORTH = 1.2
"""Times as fast as float32 bfloat16 must be on a processor to be chosen there."""
PATIENCE = 120
"""Seconds the probe may take."""
TRIM, MAPPED_FROM, MAPPED_MOST = -1, -3, -4
"""What ``mallopt`` calls when freed memory goes back, from which size memory is mapped apart, and how often at most."""
USUAL = {MAPPED_MOST: 65_536, MAPPED_FROM: 131_072, TRIM: 131_072}


def device() -> str:
    """Return ``cuda`` where there is one, else ``cpu``."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def precision(on: str) -> torch.dtype:
    """Return bfloat16 where a device multiplies faster in it and does so without fault, else float32."""
    if on == "cpu":
        return torch.bfloat16 if _gain_on_processor() >= WORTH else torch.float32
    return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute in one thread: sums come in one order, and a busy machine is not made busier."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


@contextmanager
def kept_memory() -> Iterator[None]:
    """Keep freed memory for the next step of a loop, where the C library can, and give it back afterwards.

    Each step asks for the same sizes again. Given back in between, every page is fetched and cleared anew, which costs
    a sixth of the time of a small transformer's training.
    """
    library = ctypes.CDLL(None)
    if not hasattr(library, "mallopt"):
        yield
        return
    library.mallopt(MAPPED_MOST, 0)
    library.mallopt(TRIM, 2**31 - 1)
    try:
        yield
    finally:
        for name, value in USUAL.items():
            library.mallopt(name, value)
        library.malloc_trim(0)


@lru_cache(maxsize=1)
def _gain_on_processor() -> float:
    """Return how many times as fast bfloat16 is, 0 where it does not run.

    Asked in a process of its own: a virtual machine may announce instructions (AMX) that end the process using them.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and text
            [sys.executable, "-c", PROBE], capture_output=True, check=True, text=True, timeout=PATIENCE
        )
        return float(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError):
        return 0.0
