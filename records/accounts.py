"""Organisations that this installation works for: number on chain, GLN, and names for people."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, update

from ledger.errors import NotFound
from ledger.vocabulary import Gs1Key, OrgId, Seconds, party
from records.engine import insert_if_absent
from records.schema import accounts, signing_keys


@dataclass(frozen=True, slots=True)
class Account:
    """An organisation. ``names`` holds its name by language code; ``name`` serves all others."""

    org: OrgId
    party: Gs1Key
    name: str
    names: Mapping[str, str]
    created: Seconds

    def name_in(self, language: str) -> str:
        """The name in a language, else the plain one."""
        return self.names.get(language, self.name)


def add(
    connection: Connection,
    org: OrgId,
    gln: str,
    name: str,
    names: Mapping[str, str] | None = None,
    *,
    now: Seconds | None = None,
) -> Account:
    """Adds an organisation, or gives back the one that is there under this number.

    Raises:
        KeyInvalid: ``gln`` is no GLN.
    """
    values = {
        "org": org,
        "gln": party(gln).digits,
        "name": name,
        "names": _json(names or {}),
        "created": int(time.time()) if now is None else now,
    }
    insert_if_absent(connection, accounts, values)
    return account(connection, org)


def rename(
    connection: Connection, org: OrgId, name: str, names: Mapping[str, str] | None = None
) -> Account:
    """Sets an organisation's names.

    Raises:
        NotFound: no such organisation here.
    """
    changed = {"name": name, "names": _json(names or {})}
    connection.execute(update(accounts).where(accounts.c.org == org).values(**changed))
    return account(connection, org)


def account(connection: Connection, org: OrgId) -> Account:
    """An organisation by its number on chain.

    Raises:
        NotFound: no such organisation here.
    """
    row = connection.execute(select(accounts).where(accounts.c.org == org)).one_or_none()
    if row is None:
        raise NotFound(f"organisation {org} has no account here", org=org)
    return _account(row)


def account_of(connection: Connection, gln: str) -> Account | None:
    """An organisation by its GLN."""
    row = connection.execute(select(accounts).where(accounts.c.gln == gln)).one_or_none()
    return None if row is None else _account(row)


def all_accounts(connection: Connection) -> list[Account]:
    """Every organisation, by number."""
    return [_account(row) for row in connection.execute(select(accounts).order_by(accounts.c.org))]


def operator(connection: Connection, gln: str | None) -> Account | None:
    """The organisation that runs this installation: the one with this GLN, without it the first
    that can sign here; None where there is none yet.

    Raises:
        NotFound: no organisation here has the GLN.
    """
    if gln is not None:
        found = account_of(connection, gln)
        if found is None:
            raise NotFound(f"the operator {gln} has no account here", gln=gln)
        return found
    k = signing_keys.c
    signs = select(k.org).where(k.retired.is_(None))
    query = select(accounts).where(accounts.c.org.in_(signs)).order_by(accounts.c.org).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else _account(row)


def _account(row: Row[Any]) -> Account:
    return Account(
        OrgId(row.org), party(row.gln), row.name, json.loads(row.names), Seconds(row.created)
    )


def _json(names: Mapping[str, str]) -> str:
    return json.dumps(dict(names), ensure_ascii=False, sort_keys=True)


def lock(connection: Connection, org: OrgId) -> None:
    """Keeps others who lock the same organisation waiting until the transaction ends."""
    own = select(accounts.c.org).where(accounts.c.org == org)
    connection.execute(own.with_for_update(key_share=True))  # rows may still point to it
