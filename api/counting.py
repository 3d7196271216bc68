"""Counts who looks at units and lots, without keeping the page waiting.

A view goes into a queue in memory; one thread writes what has gathered there, in one transaction.
When more comes than can be written the oldest are shed, and how many they were is told. What was
queued is written before the service ends.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import address_of
from api.devices import Device, Devices, Households
from api.places import Places
from api.scan import Past
from api.services import Services
from api.sessions import session_of
from insights.conflicts import CURRENT
from ledger.errors import StoreUnavailable
from ledger.vocabulary import Id, Kind, Seconds, Verdict, kind_of
from records.engine import writing
from records.scans import Place, View, add_views, seen
from records.scans.alerts import public_reasons

_log = logging.getLogger(__name__)
QUEUE = 20_000
"""Views that wait at most."""
BATCH = 500
GATHER = timedelta(seconds=0.2)
"""For so long views gather before they are written."""
RETRY = timedelta(seconds=1)
CLOSE = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of views in this process since it began."""

    waiting: int
    stored: int
    shed: int


@dataclass(frozen=True, slots=True)
class Visit:
    """A device in front of a code, and what is known of those before it."""

    subject: Id
    device: Device
    past: Past


class Writer:
    """The queue and the thread that empties it."""

    def __init__(self, records: Engine, size: int = QUEUE) -> None:
        self._records = records
        self._size = size
        self._waiting: deque[View] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closing = False
        self._writing = 0
        self._stored = self._shed = 0

    def put(self, view: View) -> None:
        """Queues a view; never waits for the database."""
        with self._changed:
            if len(self._waiting) >= self._size:
                self._waiting.popleft()
                self._shed += 1
            self._waiting.append(view)
            if self._thread is None:
                self._closing = False
                self._thread = threading.Thread(target=self._run, name="scans", daemon=True)
                self._thread.start()
            if len(self._waiting) in (1, BATCH):  # there is something, or enough
                self._changed.notify_all()

    def counts(self) -> Counts:
        """How it stands."""
        with self._changed:
            return Counts(len(self._waiting) + self._writing, self._stored, self._shed)

    def flush(self, timeout: timedelta = CLOSE) -> bool:
        """Waits until all that is queued was written; whether it was."""
        with self._changed:
            thread, self._closing = self._thread, True
            self._changed.notify_all()
        if thread is not None:
            thread.join(timeout.total_seconds())
        return self.counts().waiting == 0

    def _run(self) -> None:
        try:
            while batch := self._gathered():
                self._write(batch)
        finally:
            with self._changed:  # whatever ended it, the next view begins anew
                if self._thread is threading.current_thread():
                    self._thread, self._writing = None, 0

    def _gathered(self) -> list[View]:
        """The next batch; empty when all is written and the end was asked for."""
        with self._changed:
            while not self._waiting and not self._closing:
                self._changed.wait()
            if len(self._waiting) < BATCH and not self._closing:
                self._changed.wait(GATHER.total_seconds())
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            self._writing = len(batch)
            if not batch:  # now, while nobody can put one more
                self._thread = None
            return batch

    def _write(self, batch: Sequence[View]) -> None:
        try:
            with writing(self._records) as records:
                stored = len(add_views(records, batch))
        except StoreUnavailable as error:
            _log.warning("scans wait: %s", error.message)
            self._put_back(batch)
            return
        except SQLAlchemyError:
            _log.exception("scans cannot be stored")
            with self._changed:
                self._shed, self._writing = self._shed + len(batch), 0
            return
        with self._changed:
            self._stored, self._writing = self._stored + stored, 0

    def _put_back(self, batch: Sequence[View]) -> None:
        with self._changed:
            self._writing = 0
            room = self._size - len(self._waiting)
            kept = batch[max(0, len(batch) - room) :] if room > 0 else []
            self._shed += len(batch) - len(kept)
            self._waiting.extendleft(reversed(kept))
            self._changed.wait(RETRY.total_seconds())


class Counting:
    """What the resolver asks before it answers, and tells afterwards."""

    def __init__(self, services: Services) -> None:
        """Opens the database of places, where there is one.

        Raises:
            SettingInvalid: it cannot be opened.
        """
        self._services = services
        self._places = Places(services.settings.places_database)
        self.devices = Devices(services)
        self._households = Households()
        self.writer = Writer(services.records)

    def visit(self, request: Request, records: Connection, subject: Id) -> Visit:
        """Who looks at a unit or lot, and who did before."""
        device = self.devices.of(request, subject)
        reasons = public_reasons(records, subject, CURRENT.version)
        return Visit(subject, device, Past(seen(records, subject, device.visitors), reasons))

    def place_of(self, request: Request) -> Place | None:
        """Where a request comes from, as coarse as it is kept."""
        return self._places.of(address_of(request))

    def count(
        self, request: Request, response: Response, visit: Visit, verdict: Verdict, now: Seconds
    ) -> None:
        """Counts a view that was answered, unless it is no shopper's, not the device's first, or
        one more of a network than a household has.
        """
        if not _counts(request, self._services):
            return
        self.devices.hand_out(response, visit.device)
        if visit.past.seen is not None and visit.past.seen.by_this_device:
            return
        device = visit.device
        if kind_of(visit.subject) == Kind.UNIT and not self._households.takes(device):
            return
        place = self.place_of(request)
        self.writer.put(View(visit.subject, now, verdict, device.name, device.visitors, place))


def counting_of(request: Request) -> Counting:
    """The counting of this process."""
    found: Counting = request.app.state.counting
    return found


def _counts(request: Request, services: Services) -> bool:
    """Whether somebody looks: no HEAD, nothing fetched ahead of time, no staff at work."""
    if request.scope.get("head") or "authorization" in request.headers:
        return False
    if "prefetch" in request.headers.get("sec-purpose", request.headers.get("purpose", "")):
        return False
    return session_of(request, services, "staff") is None
