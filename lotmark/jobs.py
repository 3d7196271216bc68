"""What is done again and again while an installation runs, each job so often.

A job is safe to run twice and by two processes at once; one that fails is logged and tried again
when its time comes. `lotmark jobs` runs them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event

from api import referrals
from api.members import settling
from api.printing import sweeping
from api.recalls import notifying
from api.scans import anchoring, forgetting, judging
from api.services import Services
from ledger.errors import ChainContradiction, LotmarkError

_log = logging.getLogger("lotmark.jobs")
LOOK_SECONDS = 1.0


@dataclass(frozen=True)
class Job:
    """Work that is due every so many seconds; it says in a few words what it did, or nothing."""

    name: str
    seconds: float
    run: Callable[[Services], str | None]


JOBS: list[Job] = [
    Job("anchor-scans", anchoring.EVERY_SECONDS, anchoring.anchor_scans),
    Job("look-for-conflicts", judging.EVERY_SECONDS, judging.look_for_conflicts),
    Job("forget-scans", forgetting.EVERY_SECONDS, forgetting.forget_scans),
    Job("notify-recalls", notifying.EVERY_SECONDS, notifying.notify_recalls),
    Job("settle-points", settling.SETTLE_SECONDS, settling.settle_points),
    Job("expire-points", settling.EXPIRE_SECONDS, settling.expire_points),
    Job("reward-referrals", referrals.EVERY_SECONDS, referrals.reward_referrals),
    Job("sweep-print-files", sweeping.EVERY_SECONDS, sweeping.sweep_print_files),
]
"""Every job there is."""


@dataclass
class Schedule:
    """When which job is due."""

    jobs: Sequence[Job]
    _due: dict[str, float] = field(default_factory=dict)

    def run_due(self, services: Services, at: float) -> None:
        """Runs what is due at a moment of the monotonic clock."""
        for job in self.jobs:
            if at >= self._due.get(job.name, at):
                self._due[job.name] = at + job.seconds
                run(job, services)

    def run(self, services: Services, stop: Event) -> None:
        """Runs jobs as they come due, until told to stop."""
        while not stop.wait(LOOK_SECONDS):
            self.run_due(services, time.monotonic())


def run(job: Job, services: Services) -> bool:
    """Runs a job; whether it came to its end.

    Raises:
        ChainContradiction: the job met one: an operator must look.
    """
    try:
        did = job.run(services)
    except ChainContradiction:
        raise
    except LotmarkError as error:
        _log.warning("%s: %s", job.name, error.message)
        return False
    if did:
        _log.info("%s: %s", job.name, did)
    return True
