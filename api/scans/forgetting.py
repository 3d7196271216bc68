"""Forgets what is over: details of old scans, keys of old pseudonyms."""

from __future__ import annotations

from api.services import Services
from ledger.vocabulary import Seconds
from records.engine import let_go, writing
from records.scans.pseudonyms import destroy_keys
from records.scans.retention import forget

EVERY_SECONDS = 3600
_DAY = 86_400


def forget_scans(services: Services) -> str | None:
    """Deletes details older than the setting says, and the keys of days that are over."""
    now = services.now()
    before = Seconds(now - services.settings.scan_retention_days * _DAY)
    with writing(services.records) as records:
        keys = destroy_keys(records, now)
        gone = forget(records, before, now)
    if not gone and not keys:
        return None
    let_go(services.records)
    return f"{gone} scans, {keys} keys"
