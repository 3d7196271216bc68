"""Anchors the log of scans: its root goes to the chain, one after the other, each after the one
before.
"""

from __future__ import annotations

from sqlalchemy import Connection

from api.acceptance import act
from api.services import Services
from indexer.queries.anchors import AnchorView, newest_anchor
from indexer.queries.operations import performed
from ledger.commands import AnchorRoot
from ledger.errors import LogContradicted
from ledger.hashing import sha256
from ledger.vocabulary import AnchoredContent, DocumentHash, OrgId
from records import accounts, outbox
from records.engine import reading, writing
from records.scans.log import length
from records.scans.tree import grow, root

EVERY_SECONDS = 3600
NO_ROOT = DocumentHash(bytes(32))


def anchor_scans(services: Services) -> str | None:
    """Anchors what came since the last time; nothing where nothing did, or where the last root is
    still on its way.

    Raises:
        ActRefused, ContractMissing: the operator may not anchor now.
        LogContradicted: the log is shorter than what was anchored, or begins otherwise.
    """
    with reading(services.records) as records:
        operator = accounts.operator(records, services.settings.operator)
        size = length(records)
        waits = operator is not None and _waits(services, records, operator.org)
    if operator is None or not size or waits:
        return None
    with reading(services.mirror) as mirror:
        newest = newest_anchor(mirror, operator.org, AnchoredContent.SCANS)
    with writing(services.records) as records:
        _require_growth(records, newest, size)
        if newest is not None and newest.size == size:
            return None
        grow(records, size)
        made = root(records, size)
    before = newest.root if newest else NO_ROOT
    command = AnchorRoot(AnchoredContent.SCANS, DocumentHash(made), size, before)
    # A refused request may be made again an hour later; an accepted one is only made once.
    hour = services.now() // EVERY_SECONDS
    key = f"anchor-scans {size} after {before.hex()[:16]} in {hour}"
    act(services, operator.org, [command], key, sha256(key.encode()))
    return f"{size} entries, root 0x{made.hex()[:16]}"


def _waits(services: Services, records: Connection, org: OrgId) -> bool:
    """Whether a root was sent that the mirror has not read yet."""
    sent = [
        each
        for each in outbox.pending(records, org)
        if any(_anchors_scans(command) for command in each.commands)
    ]
    if not sent:
        return False
    with reading(services.mirror) as mirror:
        done = performed(mirror, [(each.org, each.number, each.contract) for each in sent])
    return len(done) < len(sent)


def _anchors_scans(command: object) -> bool:
    return isinstance(command, AnchorRoot) and command.content == AnchoredContent.SCANS


def _require_growth(records: Connection, newest: AnchorView | None, size: int) -> None:
    if newest is None:
        return
    if newest.size > size:
        raise LogContradicted(f"the log has {size} entries, {newest.size} were anchored")
    if root(records, newest.size) != newest.root:
        raise LogContradicted(f"the first {newest.size} scans are not those that were anchored")
