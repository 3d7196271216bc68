"""Stopping when asked: SIGTERM and SIGINT set an event, once for all."""

from __future__ import annotations

import signal
from threading import Event


def stop_on_signals() -> Event:
    """An event that SIGTERM or Ctrl-C sets. Call it from the main thread.

    A second Ctrl-C ends the process at once, should it not have stopped by then.
    """
    stop = Event()

    def ask(number: int, _: object) -> None:
        if number == signal.SIGINT and stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    return stop
