"""Where training runs, and in which precision: chosen by what the machine can do, tried before it is trusted."""

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
