"""The story is told through the public web service, each organisation with its own API key."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event

from api.services import Services
from ledger.chain.node import NodeChain
from ledger.errors import Unavailable
from ledger.vocabulary import OrgId, place
from lotmark.demo.cast import Cast, Player, cast
from lotmark.demo.client import Client
from lotmark.demo.documents import story
from lotmark.demo.packs import Chapter, Packs, plain_packs, read_packs
from lotmark.files import write_atomically
from lotmark.importing import CSV, JSON_LD, wait_until_recorded
from lotmark.installation import wait_until_indexed
from records import api_keys
from records.bootstrap import Bootstrap, NewOrganisation
from records.engine import writing
from records.keystores import Keystore

FRESH = timedelta(days=3)
"""A story older than this is told anew, with new lots: its salad is about to expire."""
JSON = "application/json"


@dataclass
class Told:
    """What is remembered of a story: its day, each organisation's API key by GLN, its packs."""

    day: date
    secrets: dict[str, str]
    complete: bool = False
    packs: Packs | None = None

    @property
    def lot(self) -> str:
        """The lot that the shop sells."""
        return f"SALAD-{self.day - timedelta(days=1):%y%m%d}-A"


def remembered(path: Path) -> Told | None:
    """The story of an earlier run."""
    try:
        found = json.loads(path.read_text())
        packs = read_packs(found.get("packs"))
        return Told(date.fromisoformat(found["day"]), found["api_keys"], found["complete"], packs)
    except FileNotFoundError:
        return None


def tell(
    services: Services, base_url: str, path: Path, stop: Event, step: Callable[[str], None]
) -> Told:
    """Tells the story, or what is missing of it; comes back when all is on chain and mirrored.

    ``path`` is where it is remembered, ``step`` is told what is being done.

    Raises:
        WebRefused, Unavailable: the web service or the chain does not do as asked.
    """
    today = datetime.now(UTC).date()
    told = remembered(path) or Told(today, {})
    if told.complete and today - told.day <= FRESH:
        return told
    if told.complete:
        told = Told(today, told.secrets)
    players = cast(told.day)
    step("organisations")
    _admit(services, players, told)
    _remember(path, told)
    step("products and documents")
    operations = _bring(base_url, players, told)
    step("recording on the chain")
    _recorded(services, operations, stop)
    step("packs, labels and the till")
    told.packs = _packs(services, base_url, told, stop)
    told.complete = True
    _remember(path, told)
    return told


def _recorded(services: Services, operations: Iterable[str], stop: Event) -> None:
    late = wait_until_recorded(services, operations, stop)
    if late:
        raise Unavailable(f"{len(late)} operations are not on the chain: see `lotmark status`")


def _packs(services: Services, base_url: str, told: Told, stop: Event) -> Packs:
    clients = {gln: Client(base_url, secret) for gln, secret in told.secrets.items()}
    try:
        return Chapter(
            services.settings, clients, told.lot, lambda ids: _recorded(services, ids, stop)
        ).tell()
    finally:
        for client in clients.values():
            client.close()


def _remember(path: Path, told: Told) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = {
        "day": str(told.day),
        "complete": told.complete,
        "api_keys": told.secrets,
        "packs": plain_packs(told.packs),
    }
    write_atomically(path, json.dumps(kept, indent=2).encode(), mode=0o600)


def _admit(services: Services, players: Cast, told: Told) -> None:
    """Organisations on chain, with accounts, signing keys and API keys."""
    chain = NodeChain(services.settings.chain_url())
    try:
        keystore = Keystore.open(services.settings, services.records, chain.chain_id())
        governor = Bootstrap(services.records, chain, services.deployment, keystore)
        for player in players.players:
            org = governor.organisation(_organisation(player)).org
            if player.party not in told.secrets:
                told.secrets[player.party] = _api_key(services, org)
        wait_until_indexed(services, chain.head().number)
    finally:
        chain.close()


def _organisation(player: Player) -> NewOrganisation:
    return NewOrganisation(
        gln=player.party,
        name=player.name["en"],
        names=player.name,
        roles=player.roles,
        prefixes=[player.prefix],
        places=[place(gln) for gln in player.places],
    )


def _api_key(services: Services, org: OrgId) -> str:
    with writing(services.records) as connection:
        secret, _ = api_keys.create(connection, org, ("read", "write"), label="demonstration")
    return secret


def _bring(base_url: str, players: Cast, told: Told) -> Iterable[str]:
    """Products, then documents in the order of the story; the operations that follow from them."""
    operations: list[str] = []
    clients = {gln: Client(base_url, secret) for gln, secret in told.secrets.items()}
    try:
        for goods in players.goods:
            body = json.dumps(goods.body).encode()
            key = f"demonstration {goods.body['gtin']}"
            answer = clients[goods.owner].post("/api/v1/products", body, JSON, key)
            operations.append(answer["id"])
        for name, data in story(told.day).items():
            media_type = CSV if name.endswith(".csv") else JSON_LD
            key = f"demonstration {told.day} {name}"
            client = clients[players.documents[name]]
            answer = client.post("/api/v1/documents", data, media_type, key)
            operations += answer["operations"]
    finally:
        for client in clients.values():
            client.close()
    return operations
