"""A desk on a port of this machine, for as long as a test asks."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from primum.clinic.app import create
from primum.clinic.desk import Desk
from primum.clinic.room import Settings


@contextmanager
def served(desk: Desk) -> Iterator[str]:
    """Give the address at which a desk is served."""
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create(desk, Settings()), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{door.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    door.close()
