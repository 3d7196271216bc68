"""From which devices a member joined and asked for redemption codes: a new one is told to it.

Most loyalty fraud is a taken-over account that is emptied from elsewhere; who owns it should see
that. A device is what our own cookie says, kept as a keyed hash.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from ledger.vocabulary import Seconds
from records.engine import insert_if_absent
from records.members import messages
from records.members.vault import MembersVault
from records.schema.members import member_devices as t


def note(connection: Connection, vault: MembersVault, card: str, device: str, now: Seconds) -> bool:
    """Notes the device that a member asks from; whether it is a new one beside others.

    The member is told of a new one, but not of its first.
    """
    first = not connection.scalar(select(func.count()).where(t.c.card == card))
    values = {"card": card, "device": vault.mac_of("device", device), "since": now}
    new = insert_if_absent(connection, t, values, t.c.card, t.c.device) and not first
    if new:
        messages.add(connection, card, "new_device", {}, now)
    return new


def since(connection: Connection, card: str) -> list[Seconds]:
    """When each device was first used."""
    query = select(t.c.since).where(t.c.card == card).order_by(t.c.since)
    return [Seconds(each) for each in connection.scalars(query)]
