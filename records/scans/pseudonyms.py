"""Names for devices that say nothing of them and die with their key.

A device has one name for all codes, which changes with the day's key, and one for each subject,
which stays. The first shows who harvests codes, the second counts devices of one code; neither
leads from one to the other, nor from a subject to another once the day's key is destroyed.
"""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

from sqlalchemy import Connection, delete, select

from ledger.hashing import tagged
from ledger.vocabulary import Id, Seconds
from records.engine import insert_if_absent
from records.schema.scans import scan_days

DAY = 86_400
KEPT_DAYS = 2
"""A day's key is destroyed when the day after the next begins."""
_KEY_BYTES = 32


def day_of(now: Seconds) -> int:
    """Days since 1970, UTC."""
    return now // DAY


def key_of_day(connection: Connection, day: int) -> bytes | None:
    """The key of a day, if one was made and is not destroyed."""
    query = select(scan_days.c.key).where(scan_days.c.day == day)
    found: bytes | None = connection.execute(query).scalar()
    return found


def make_key_of_day(connection: Connection, day: int) -> bytes:
    """The key of a day, made unless another process has."""
    values = {"day": day, "key": secrets.token_bytes(_KEY_BYTES)}
    insert_if_absent(connection, scan_days, values)
    found = key_of_day(connection, day)
    assert found is not None
    return found


def destroy_keys(connection: Connection, now: Seconds) -> int:
    """Destroys the keys that are over; how many they were."""
    over = scan_days.c.day <= day_of(now) - KEPT_DAYS
    return connection.execute(delete(scan_days).where(over)).rowcount


def network_name(day_key: bytes, network: str, user_agent: str) -> bytes:
    """Who comes without cookie: one network and program of one day."""
    return _name(day_key, "scan-network", f"{network}\n{user_agent}".encode())[:16]


def device_name(day_key: bytes, who: bytes) -> bytes:
    """A device for all codes of a day, 32 bytes."""
    return _name(day_key, "scan-device", who)


def visitor_name(key: bytes, subject: Id, who: bytes) -> bytes:
    """A device for one subject, 32 bytes."""
    return _name(key, "scan-visitor", subject + who)


def _name(key: bytes, purpose: str, data: bytes) -> bytes:
    return hmac.new(key, tagged(purpose, data), sha256).digest()
