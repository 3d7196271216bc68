"""Issues a run: its print file, what is kept of its units, and the act that puts its root on chain.

Everything is made first and then committed at once. A request that is repeated, also while the
first is still at work, ends with the run of whichever was committed first.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from api.acceptance import Acceptance, accepting
from api.judging import judge
from api.known_units import refused
from api.languages import marked
from api.planning import planning_state
from api.printing.pressing import Order, header, pressed
from api.printing.sealing import read_recipient, seal
from api.printing.spool import Spool
from api.services import Services
from indexer.queries.units import issue_of_root
from ledger import commands as c
from ledger.errors import CommandInvalid, IdempotencyKeyReused, Refused
from ledger.vocabulary import Amount, DocumentHash, Gs1Key, OrgId
from records import outbox, print_files, units
from records.engine import reading
from records.units import NewRun, PrintRun, Replaced

_ASKED = ("count", "each", "codes", "activation", "recipient", "replaces")
ANY_ROOT = DocumentHash(b"\xff" * 32)
"""Stands for the root while it is not known: the rules only ask that there is one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A run that is asked for: units of a lot, each of so much of it, with hidden codes or without,
    active at once or when they are dispatched, for a print shop with this age key.
    """

    lot: Gs1Key
    count: int
    each: Amount
    codes: bool
    activation: str
    recipient: str
    replaces: Replaced | None = None


@dataclass(frozen=True)
class _Books:
    mirror: Connection
    records: Connection


def new_run_id() -> str:
    """An id that no other run has."""
    return secrets.token_hex(6)


def issue(
    services: Services,
    org: OrgId,
    wanted: Wanted,
    idempotency_key: str,
    request_hash: bytes,
    *,
    out: Path | None = None,
    run_id: str = "",
    processes: int = 1,
    moved: Callable[[int], None] = lambda _: None,
) -> PrintRun:
    """Makes and accepts a run, or gives the one that this request made before. ``out`` is where the
    print file is wanted: then it counts as handed out. ``run_id`` is the run's id where the caller
    has taken one. ``moved`` hears how many more units are made.

    Raises:
        CommandInvalid: no recipient, or ``out`` cannot be written.
        ActRefused: the rules say no already.
        Refused: what it replaces is not on chain.
        IdempotencyKeyReused: the key was used for another request.
    """
    recipient = read_recipient(wanted.recipient)
    with reading(services.records) as records, reading(services.mirror) as mirror:
        known = _known(records, org, idempotency_key, request_hash)
        if known is not None:
            return known
        state = planning_state(mirror, records, services.now())
        judge(services, records, state, org, _acts(_Books(mirror, records), wanted, ANY_ROOT))
    run_id = run_id or new_run_id()
    path = out or print_files.path_of(services.settings, run_id)
    folder = print_files.folder(services.settings)
    with print_files.new_file(path) as new, closing(Spool(folder)) as spool:
        seal(_pieces(services, wanted, spool, processes, moved), new.file, recipient)
        with accepting(services, org, idempotency_key, request_hash) as acceptance:
            records = acceptance.records
            known = _known(records, org, idempotency_key, request_hash)
            if known is not None:
                return known
            run = _keep(acceptance, wanted, run_id, spool, handed_out=out is not None)
            new.put_in_place()
            return run


def _keep(
    acceptance: Acceptance, wanted: Wanted, run_id: str, spool: Spool, *, handed_out: bool
) -> PrintRun:
    services, records, org = acceptance.services, acceptance.records, acceptance.org
    commands = _acts(_Books(acceptance.mirror, records), wanted, spool.root)
    acceptance.judge(commands)
    now = services.now()
    key, request = acceptance.idempotency_key, acceptance.request_hash
    made = outbox.submit(records, org, commands, key, request, now=now)
    asked = {name: getattr(wanted, name) for name in _ASKED}
    run = NewRun(
        run_id, org, wanted.lot.id, root=spool.root, operation=made.id, created=now,
        handed_out=now if handed_out else None, **asked,
    )  # fmt: skip
    return units.add(records, run, spool.chunks(), spool.keys)


def _pieces(
    services: Services,
    wanted: Wanted,
    spool: Spool,
    processes: int,
    moved: Callable[[int], None],
) -> Iterator[bytes]:
    order = Order(wanted.lot, services.settings.base_url, wanted.codes)
    yield header()
    for each in pressed(order, wanted.count, processes):
        spool.add(each)
        yield each.rows
        moved(len(each.keys) // units.KEY_LENGTH)


def _known(
    records: Connection, org: OrgId, idempotency_key: str, request_hash: bytes
) -> PrintRun | None:
    found = outbox.find(records, org, idempotency_key)
    if found is None:
        return None
    run = units.run_of_operation(records, found.id)
    if run is None or found.request_hash != request_hash:
        raise IdempotencyKeyReused("this idempotency key was used for another request", id=found.id)
    return run


def _acts(books: _Books, wanted: Wanted, root: DocumentHash) -> list[c.Command]:
    """The acts that issue a run, with this root."""
    issuing = c.IssueUnits(wanted.lot.id, wanted.count, wanted.each, root)
    return [*(_voiding(books, wanted.replaces) if wanted.replaces else ()), issuing]


def _voiding(books: _Books, replaced: Replaced) -> list[c.Command]:
    """What makes the codes of the units that are printed again count no more. Those of a run that
    the contract refused never counted.
    """
    run = units.run(books.records, replaced.run)
    if replaced.first + replaced.count > run.count:
        raise CommandInvalid(
            f"run {run.id} has the places 0 to {run.count - 1}", field="count", count=run.count
        )
    found = issue_of_root(books.mirror, run.lot, run.root)
    if found is not None:
        first = found.first + replaced.first
        return [c.VoidUnits(run.lot, found.issue, first, replaced.count, replaced.reason)]
    if refused(books, run):
        return []
    text = marked("The run is not on the chain yet; wait until it is.")
    raise Refused(text, template=text)
