"""Who sees what of scans and alerts: makers what is of their goods, auditors all, others none."""

from __future__ import annotations

from sqlalchemy import Connection

from api.languages import marked
from api.scans.facts import Books, known_of
from indexer.queries.lots import item
from indexer.queries.organisations import organisation
from ledger.errors import NotAllowed
from ledger.vocabulary import Id, Kind, OrgId, Role, kind_of


def is_auditor(mirror: Connection, org: OrgId) -> bool:
    """Whether an organisation sees everything: an auditor that is not suspended."""
    found = organisation(mirror, org)
    return found is not None and bool(found.roles & Role.AUDITOR) and not found.suspended


def maker_filter(mirror: Connection, org: OrgId) -> OrgId | None:
    """What an organisation sees alerts by: itself, or None for an auditor, who sees all."""
    return None if is_auditor(mirror, org) else org


def require_scans_of(mirror: Connection, records: Connection, org: OrgId, subject: Id) -> None:
    """Lets by only who made a lot or unit, and auditors.

    Raises:
        NotAllowed: any other; whether there are scans is not told.
    """
    if org in makers_of(mirror, records, subject) or is_auditor(mirror, org):
        return
    text = marked("Only the maker of these goods and auditors may see their scans.")
    raise NotAllowed(text, template=text)


def makers_of(mirror: Connection, records: Connection, subject: Id) -> frozenset[OrgId]:
    """Whose goods a lot or unit is."""
    if kind_of(subject) == Kind.UNIT:
        return known_of(Books(mirror, records), subject, ()).makers
    view = item(mirror, subject)
    return frozenset({view.maker}) if view else frozenset()
