"""Master data from the files themselves: on development chains, what they take for granted is made.

Prefixes are not guessed: each product's owner gets the twelve digits of just that product, unless
somebody has a prefix over it already, who then registers it and lets the others make it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from threading import Event

from api.capture import act
from api.services import Services
from indexer.queries.state import mirror_state
from ledger import commands as c
from ledger.amounts import PIECE, is_measure
from ledger.chain.port import Chain
from ledger.csv_lines import Act, CsvLine
from ledger.epcis.master_data import MEASURE_DECIMALS, ProductNeed, master_data
from ledger.errors import InvalidInput, Unavailable
from ledger.hashing import canonical, document_hash, sha256
from ledger.history import State
from ledger.vocabulary import Gs1Key, OrgId, key_of
from lotmark.importing import Source, wait_until_recorded
from lotmark.installation import wait_until_indexed
from records.bootstrap import Bootstrap, NewOrganisation
from records.engine import reading
from records.keystores import Keystore

_LENGTHS = range(12, 5, -1)
"""Digits that a company prefix may have, longest first; the longest holds one product."""
JSON = "application/json"


@dataclass
class Wanted:
    """What is to be made; products that a CSV file registers itself are only ``announced``."""

    parties: set[Gs1Key] = field(default_factory=set)
    places: list[tuple[Gs1Key, Gs1Key]] = field(default_factory=list)
    products: dict[Gs1Key, ProductNeed] = field(default_factory=dict)
    announced: dict[Gs1Key, Gs1Key] = field(default_factory=dict)


def wanted(sources: Sequence[Source], speaker: Gs1Key | None) -> Wanted:
    """What files take for granted; ``speaker`` is the party that CSV files speak for.

    Raises:
        InvalidInput: a CSV file, and nobody who speaks.
    """
    found = master_data((event for source in sources for event in source.events), speaker)
    needs = Wanted(
        set(found.parties), list(found.places), {need.product: need for need in found.products}
    )
    for line in (line for source in sources for line in source.lines):
        if speaker is None:
            raise InvalidInput("a CSV file does not say whose it is: use --as GLN", field="as")
        _add_line(needs, line, speaker)
    makers = {maker for need in needs.products.values() for maker in (need.owner, *need.makers)}
    needs.parties |= makers
    return needs


def _add_line(needs: Wanted, line: CsvLine, speaker: Gs1Key) -> None:
    needs.parties |= {each for each in (line.to, line.source, speaker) if each is not None}
    product = line.product
    if product is None:
        return
    if line.act is Act.PRODUCT:
        needs.announced[product] = speaker
        needs.products.pop(product, None)
    elif product not in needs.announced and product not in needs.products:
        unit = line.unit or PIECE
        decimals = MEASURE_DECIMALS if is_measure(unit) else 0
        needs.products[product] = ProductNeed(product, speaker, unit, decimals)


def create(
    services: Services,
    chain: Chain,
    needs: Wanted,
    stop: Event,
    told: Callable[[str], None],
) -> None:
    """Makes what is missing, with the governor's key and the organisations' own.

    Raises:
        NotADevelopmentChain: the chain is none.
        ActRefused, Unavailable: as the chain; repeating is harmless.
    """
    keystore = Keystore.open(services.settings, services.records, services.deployment.chain_id)
    governor = Bootstrap(services.records, chain, services.deployment, keystore)
    owners = _owners(services, needs)
    for party in sorted(needs.parties):
        told(f"organisation {party}")
        governor.organisation(_organisation(services, needs, owners, party))
    wait_until_indexed(services, chain.head().number)
    ids = [i for need in needs.products.values() for i in _register(services, need, owners)]
    if wait_until_recorded(services, ids, stop):
        raise Unavailable("products are not on the chain yet: see `lotmark status`")


def _owners(services: Services, needs: Wanted) -> dict[Gs1Key, Gs1Key]:
    """The party whose prefix each product lies under: as granted, else the first that needs it."""
    claims = needs.announced | {need.product: need.owner for need in needs.products.values()}
    first: dict[str, Gs1Key] = {}
    owners = {}
    with reading(services.mirror) as connection:
        state = mirror_state(connection)
        for product, party in claims.items():
            body = product.digits[1:13]
            owners[product] = _granted(state, body) or first.setdefault(body, party)
    return owners


def _granted(state: State, body: str) -> Gs1Key | None:
    """The party that has a prefix over a product already."""
    granted = (state.prefixes.get((n, int(body[:n]))) for n in _LENGTHS)
    org = next((org for org in granted if org), None)
    known = state.organisations.get(org) if org else None
    return key_of(known.party) if known else None


def _organisation(
    services: Services, needs: Wanted, owners: dict[Gs1Key, Gs1Key], party: Gs1Key
) -> NewOrganisation:
    with reading(services.mirror) as connection:
        state = mirror_state(connection)
        own = {product.digits[1:13] for product, owner in owners.items() if owner == party}
        missing = sorted(body for body in own if _granted(state, body) is None)
    places = [place for place, owner in needs.places if owner == party]
    return NewOrganisation(party.digits, f"GLN {party}", prefixes=missing, places=places)


def _register(services: Services, need: ProductNeed, owners: dict[Gs1Key, Gs1Key]) -> Iterable[str]:
    """Operations that register a product and name its makers, where that is still to be done."""
    owner = owners[need.product]
    with reading(services.mirror) as connection:
        state = mirror_state(connection)
        org = _org(state, owner)
        others = [_org(state, each) for each in (need.owner, *need.makers) if each != owner]
        known = state.products.get(need.product.id)
        length = _prefix_length(state, org, need.product)
        makers = [each for each in others if not state.makers.get((need.product.id, each))]
    description = canonical({"name": {"en": f"GTIN {need.product}"}})
    commands: list[c.Command] = []
    if known is None:
        unit = need.unit.encode("ascii").ljust(3, b"\0")
        hashed = document_hash(description)
        commands.append(c.RegisterProduct(need.product.id, length, unit, need.decimals, hashed))
    commands += [c.AuthoriseMaker(need.product.id, each, allowed=True) for each in makers]
    if commands:
        body = canonical([c.to_json(command) for command in commands])
        key = f"bootstrap {need.product} {sha256(body).hex()[:16]}"
        attached = [(description, JSON)] if known is None else []
        yield act(services, org, commands, key, sha256(body), attached).id


def _org(state: State, party: Gs1Key) -> OrgId:
    found = state.parties.get(party.id)
    assert found, "every party was made before"
    return found


def _prefix_length(state: State, org: OrgId, product: Gs1Key) -> int:
    body = product.digits[1:13]
    return next((n for n in _LENGTHS if state.prefixes.get((n, int(body[:n]))) == org), 0)
