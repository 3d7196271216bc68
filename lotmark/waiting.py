"""Waiting for what another process of the group brings about."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import TypeVar

from indexer.mirror import Mirror
from ledger.chain import deployment
from ledger.chain.deployment import Deployment
from ledger.errors import LotmarkError, MirrorOutdated, NotFound, Unavailable
from ledger.settings import Settings

LOOK_SECONDS = 0.05
START_SECONDS = 60.0
REBUILD_SECONDS = 3600.0
"""How long a mirror may take that is made anew."""

T = TypeVar("T")


def until(
    attempt: Callable[[], T],
    stop: Event,
    *,
    seconds: float = START_SECONDS,
    over: tuple[type[LotmarkError], ...] = (Unavailable, NotFound),
) -> T | None:
    """The first answer of an attempt that does not fail with ``over``; None when told to stop.

    Raises:
        LotmarkError: what the attempt raised last, when the time is up.
    """
    left = int(seconds / LOOK_SECONDS)
    while True:
        try:
            return attempt()
        except over:
            left -= 1
            if left <= 0:
                raise
        if stop.wait(LOOK_SECONDS):
            return None


def mirror_of_this_version(
    settings: Settings, stop: Event, look: Callable[[], None] = lambda: None
) -> bool:
    """Waits while the indexer makes an outdated mirror anew; False when told to stop.

    ``look`` is called now and then.

    Raises:
        MirrorOutdated: no indexer does.
    """

    def attempt() -> bool:
        look()
        Mirror.open(settings.mirror_database).close()
        return True

    over = (Unavailable, MirrorOutdated)
    return bool(until(attempt, stop, seconds=REBUILD_SECONDS, over=over))


def chain_and_deployment(settings: Settings, stop: Event) -> tuple[str, Deployment] | None:
    """Where the node answers and where the contracts stand, as soon as both are known.

    Raises:
        NodeUnavailable, NotFound: they are not in time.
    """
    return until(lambda: (settings.chain_url(), deployment.load(settings.deployment_path)), stop)
