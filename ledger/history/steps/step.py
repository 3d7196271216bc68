"""What a step of the fold is."""

from __future__ import annotations

from collections.abc import Callable

from ledger.events import Event

Steps = dict[type[Event], Callable[..., None]]
"""By event: a function of the state, the event and the time of its block."""
