"""The web server: gunicorn with the queue's threads inside, on a free port; and the job process alone."""

import ctypes
import signal
import socket
import threading
from importlib import import_module
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from broker import create_app

_THREADS = 8
_PORTS_TRIED = 20
# Seconds for which a browser's connection stays open: longer than most people look at a page.
_KEEPALIVE = 30
# M_ARENA_MAX of glibc's malloc.h.
_MOST_HEAPS, _HEAPS = -8, 2
_LOADED_WHEN_NEEDED = ("openpyxl", "pandas")


class _Server(BaseApplication):
    """Gunicorn, told what to do by us instead of by a file."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Give gunicorn its options."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the application, in each worker for itself."""
        return create_app()


def serve(host: str, port: int, *, workers: int) -> None:
    """Answer until told to stop; the running requests and jobs are finished first."""
    consumers: list[Any] = []
    _save_memory()
    # Loaded once, before the workers part, what the first visitors of each would wait for.
    for name in _LOADED_WHEN_NEEDED:
        import_module(name)

    def start_jobs(worker: Any) -> None:
        queue = worker.app.callable.extensions["broker_jobs"]
        consumers.append(queue.start_consumer())

    def stop_jobs(server: Any, worker: Any) -> None:
        for consumer in consumers:
            consumer.stop(graceful=True)

    _Server(
        {
            "bind": f"{host}:{port}",
            "workers": workers,
            "threads": _THREADS,
            "worker_class": "gthread",
            "keepalive": _KEEPALIVE,
            "graceful_timeout": 20,
            "timeout": 120,
            "control_socket_disable": True,
            "post_worker_init": start_jobs,
            "worker_exit": stop_jobs,
            "loglevel": "warning",
            # The forwarded address is believed only from the machine's own front server.
            "forwarded_allow_ips": "127.0.0.1,::1",
        }
    ).run()


def _save_memory() -> None:
    """Let the threads of a process share two heaps; glibc gives each one of its own, and those never shrink."""
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(_MOST_HEAPS, _HEAPS)


def work(app: Flask) -> None:
    """Do jobs, without pages, until told to stop."""
    consumer = app.extensions["broker_jobs"].start_consumer(workers=2)
    stopped = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda number, frame: stopped.set())
    stopped.wait()
    consumer.stop(graceful=True)


def free_port(host: str, wanted: int) -> int:
    """Give the wanted port, or the first free one after it."""
    for port in range(wanted, wanted + _PORTS_TRIED):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    return wanted
