"""Every question to the mirror, on a small story that is told in the comments."""

import pytest
from sqlalchemy import Connection

from indexer.mirror import Mirror
from indexer.queries.facts import facts_of_operation, story
from indexer.queries.findings import counts, findings
from indexer.queries.logistic_units import logistic_unit
from indexer.queries.lots import HoldingView, PackedView, TransitView, item, items
from indexer.queries.operations import operation, operations
from indexer.queries.organisations import PrefixView, by_party, organisation, organisations
from indexer.queries.products import product, products
from indexer.queries.search import search
from indexer.queries.shipments import ShipmentLine, inbound, shipment, shipments
from indexer.queries.state import mirror_state
from indexer.queries.statements import statement, statements_of
from indexer.queries.status import status
from indexer.queries.trace import custody, trace
from indexer.sync import Indexer
from ledger import commands as c
from ledger import vocabulary as v
from ledger.hashing import sha256
from tests.indexer.living_chain import (
    FARM,
    GLNS,
    LETTUCE,
    PACKER,
    PALLETS,
    SALAD,
    SHOP,
    LivingChain,
)
from tests.support.anvil import LocalAnvil

pytestmark = pytest.mark.chain

L1, L2, UNKNOWN = (v.lot(LETTUCE.digits, n).id for n in ("L1", "L2", "L9"))
S1, S2, S3 = (v.lot(SALAD.digits, n).id for n in ("S1", "S2", "S3"))
TO_PACKER, TO_SHOP = v.shipment("A1").id, v.shipment("B1").id
SAID_MIXED, SAID_AGAIN, SAID_UNKNOWN, SAID_CIRCLE = (
    v.DocumentHash(sha256(name.encode())) for name in ("mixed", "again", "unknown", "circle")
)
LETTUCES = [("lot", L1), ("lot", L2), ("lot", UNKNOWN)]
NOTICE = v.DocumentHash(sha256(b"notice"))


def line(item, amount):
    return c.Line(item, v.Amount(amount))


def observe(subject, hash_, part, step="", action=v.Action.NONE, amount=1, other=0):
    return c.Observe(
        subject, hash_, part, action, v.step_number(step), 0, v.Amount(amount),
        v.Seconds(1_700_000_000), v.Id(bytes(32)), v.OrgId(other),
    )  # fmt: skip


def transformation(hash_, inputs, outputs):
    return [
        *(observe(each, hash_, v.Part.INPUT) for each in inputs),
        *(observe(each, hash_, v.Part.OUTPUT) for each in outputs),
    ]


def tell(chain: LivingChain) -> None:
    def act(org, *commands):
        chain.act(org, *commands)
        chain.mine()

    # 11: the farm makes two lots of lettuce
    chain.operation = 10
    act(FARM, c.CommissionItem(L1, v.Amount(100), v.Seconds(0)),
        c.CommissionItem(L2, v.Amount(40), v.Seconds(0)))  # fmt: skip
    # 12: and sends both to the packer, 13: who receives some and 14: rejects some
    act(FARM, c.ShipItems(TO_PACKER, PACKER, (line(L1, 60), line(L2, 40))))
    act(PACKER, c.ReceiveShipment(FARM, TO_PACKER, (line(L1, 50), line(L2, 40))))
    act(PACKER, c.RejectShipment(FARM, TO_PACKER, (line(L1, 4),), 1))
    # 15: the packer makes a salad of both, and says so
    act(PACKER, *transformation(SAID_MIXED, [L1, L2], [S1]),
        c.TransformItems((line(L1, 30), line(L2, 40)),
                         (c.Output(S1, v.Amount(25), v.Seconds(0)),)))  # fmt: skip
    # 16: it goes onto a pallet, that into another, 17: and away; 18: it arrives and is unpacked
    act(PACKER, c.PackItems(PALLETS[0], (line(S1, 20),)), c.PackItems(PALLETS[0], (line(L1, 5),)),
        c.PackItems(PALLETS[1], (line(PALLETS[0], 1),)))  # fmt: skip
    act(PACKER, c.ShipItems(TO_SHOP, SHOP, (line(PALLETS[1], 1),)))
    act(SHOP, c.ReceiveShipment(PACKER, TO_SHOP, (line(PALLETS[1], 1),)),
        c.UnpackItems(PALLETS[1], (line(PALLETS[0], 1),)),
        c.UnpackItems(PALLETS[0], (line(S1, 12),)), c.SellItem(S1, v.Amount(7)))  # fmt: skip
    # 19: the shop says that it received a lot nobody made, 20: and that salads are made in a circle
    act(
        SHOP,
        observe(UNKNOWN, SAID_UNKNOWN, v.Part.OBJECT, "receiving", v.Action.OBSERVE, 3, PACKER),
    )
    act(
        SHOP,
        *transformation(SAID_CIRCLE, [S1, S3], [S2]),
        *transformation(SAID_AGAIN, [S2], [S3, S1]),
    )
    # 21: the farm recalls
    act(FARM, c.RecallItems((L2,), NOTICE))
    # 22: the shop takes its words about the unknown lot back
    act(SHOP, c.CorrectStatement(SAID_UNKNOWN, v.DocumentHash(bytes(32))))


@pytest.fixture(scope="module")
def told():
    with LocalAnvil(mining="manual") as node:
        chain = LivingChain.begin(node)
        tell(chain)
        yield chain


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def mirror(request, told, tmp_path_factory):
    def filled(url):
        mirror = Mirror.open(url)
        with Indexer(told.anvil.url, told.deployment, mirror, finality=2) as indexer:
            indexer.catch_up()
        return mirror

    if request.param == "sqlite":
        mirror = filled(f"sqlite:///{tmp_path_factory.mktemp('queries') / 'mirror.db'}")
        yield mirror
        mirror.close()
    else:
        with request.getfixturevalue("postgres").database() as url:
            mirror = filled(url)
            yield mirror
            mirror.close()


@pytest.fixture
def ask(mirror) -> Connection:
    with mirror.read() as connection:
        yield connection


def names(entries):
    return [type(each.event).__name__ for each in entries]


def test_organisations(ask):
    farm = organisation(ask, FARM)
    assert farm == by_party(ask, v.party(GLNS[FARM]).id)
    assert (farm.org, farm.roles, farm.suspended) == (FARM, v.ALL_ROLES, False)
    assert farm.prefixes == (PrefixView(7, 9521234),)
    assert farm.places == (v.place(GLNS[FARM]).id,)
    assert [(key.valid_to, key.revoked) for key in farm.keys] == [(0, False)]
    assert [each.org for each in organisations(ask)] == [1, 2, 3]
    assert [each.org for each in organisations(ask, v.OrgId(1), limit=1)] == [2]
    assert organisation(ask, v.OrgId(9)) is None


def test_products(ask):
    lettuce = product(ask, LETTUCE.id)
    assert (lettuce.org, lettuce.unit, lettuce.decimals, lettuce.lots) == (FARM, "KGM", 3, 2)
    assert lettuce.makers == (PACKER, SHOP)
    assert products(ask) == (lettuce, product(ask, SALAD.id))
    assert products(ask, after=LETTUCE.id, org=SHOP) == (product(ask, SALAD.id),)
    assert products(ask, org=v.OrgId(9)) == ()
    assert product(ask, L1) is None


def test_items(ask):
    salad = item(ask, S1)
    assert (salad.maker, salad.made, salad.sold, salad.consumed) == (PACKER, 25, 7, 0)
    assert salad.product == product(ask, SALAD.id)
    assert salad.holdings == (HoldingView(PACKER, 5), HoldingView(SHOP, 5))
    assert salad.packed == (PackedView(PALLETS[0], 8),)
    assert salad.recalled_by is None
    lettuce = item(ask, L1)
    assert lettuce.in_transit == (TransitView(FARM, PACKER, TO_PACKER, 6),)
    assert (item(ask, L2).recalled_by, item(ask, L2).recall_document) == (FARM, NOTICE)
    assert [each.item for each in items(ask)] == [L1, L2, S1]
    assert [each.item for each in items(ask, after=L1, product=LETTUCE.id)] == [L2]
    assert [each.item for each in items(ask, org=SHOP)] == [S1]
    assert item(ask, UNKNOWN) is None


def test_shipments(ask):
    sent = shipment(ask, FARM, TO_PACKER)
    assert sent.lines == (
        ShipmentLine(L1, shipped=60, received=50, rejected=4, taken_back=0, open=6),
        ShipmentLine(L2, shipped=40, received=40, rejected=0, taken_back=0, open=0),
    )
    assert shipments(ask) == (sent, shipment(ask, PACKER, TO_SHOP))
    assert shipments(ask, PACKER, after=(FARM, TO_PACKER)) == shipments(ask, SHOP)
    assert shipments(ask, open_only=True) == (sent,) == inbound(ask, PACKER)
    assert inbound(ask, SHOP) == ()
    assert shipment(ask, SHOP, TO_SHOP) is None


def test_logistic_units(ask):
    pallet = logistic_unit(ask, PALLETS[0])
    assert (pallet.holder, pallet.inside, pallet.in_transit) == (SHOP, None, None)
    assert [(each.item, each.amount) for each in pallet.contents] == [(L1, 5), (S1, 8)]
    assert logistic_unit(ask, PALLETS[1]) is None


def test_the_story_of_an_item(ask):
    entries = story(ask, S1)
    assert names(entries) == [
        "StatementMade", "ItemProduced", "ItemPacked", "ItemPacked", "ItemShipped", "ItemReceived",
        "ItemUnpacked", "ItemUnpacked", "ItemSold", "StatementMade", "StatementMade",
    ]  # fmt: skip
    assert [each.operation for each in entries][:2] == [15, 15]
    assert {each.org for each in entries} == {PACKER, SHOP}
    assert all(each.key is not None for each in entries)
    final = status(ask).final_block
    assert [each.final for each in entries] == [each.block <= final for each in entries]
    assert names(story(ask, v.party(GLNS[FARM]).id)) == ["OrganisationRegistered"]
    assert story(ask, v.lot(SALAD.digits, "none").id) == ()


def test_operations(ask):
    made = operation(ask, FARM, 11)
    assert (made.org, made.number) == (FARM, 11)
    assert names(made.facts) == ["OperationPerformed", "ItemCommissioned", "ItemCommissioned"]
    assert facts_of_operation(ask, FARM, 11) == made.facts
    assert operation(ask, FARM, 15) is None is operation(ask, FARM, 2**256)
    newest = operations(ask, limit=2)
    assert [each.number for each in newest] == [22, 21]
    last = newest[-1]
    assert [o.number for o in operations(ask, after=(last.block, last.log_index), limit=1)] == [20]
    assert {each.org for each in operations(ask, SHOP)} == {SHOP}


def test_custody(ask):
    moves = custody(ask, S1)
    assert [(each.kind, each.source, each.target, each.amount) for each in moves] == [
        ("produced", None, PACKER, 25),
        ("packed", PACKER, PACKER, 20),
        ("packed", PACKER, PACKER, 20),
        ("shipped", PACKER, SHOP, 20),
        ("received", PACKER, SHOP, 20),
        ("unpacked", SHOP, SHOP, 20),
        ("unpacked", SHOP, SHOP, 12),
        ("sold", SHOP, None, 7),
    ]
    assert [each.via for each in moves[2:6]] == [PALLETS[0], PALLETS[1], PALLETS[1], PALLETS[0]]
    assert [each.amount for each in custody(ask, L2)] == [40, 40, 40, 40]


def test_a_trace_upwards(ask):
    found = trace(ask, S1, "up")
    assert {each.item: each.depth for each in found.nodes} == {
        S1: 0, L1: -1, L2: -1, S2: -1, S3: -2,
    }  # fmt: skip
    facts = [each for each in found.edges if each.fact]
    assert [(e.source, e.target, e.amount_in, e.amount_out) for e in facts] == [
        (L1, S1, 30, 25),
        (L2, S1, 40, 25),
    ]
    assert {each.statement for each in facts} == {SAID_MIXED}
    assert len({each.transformation for each in facts}) == 1
    assert not found.truncated


def test_a_trace_goes_round_a_circle_once(ask):
    found = trace(ask, L1)
    assert {each.item: each.depth for each in found.nodes} == {L1: 0, S1: 1, S2: 2, S3: 3}
    assert {each.item for each in found.nodes if not each.recorded} == {S2, S3}
    said = {(e.source, e.target, e.statement) for e in found.edges if not e.fact}
    assert said == {
        (S1, S2, SAID_CIRCLE), (S3, S2, SAID_CIRCLE), (S2, S3, SAID_AGAIN), (S2, S1, SAID_AGAIN),
    }  # fmt: skip


def test_a_trace_is_cut_where_asked(ask):
    found = trace(ask, S1, max_nodes=3)
    assert len(found.nodes) == 3
    assert found.truncated
    ends = {each.item for each in found.nodes}
    assert all(each.source in ends and each.target in ends for each in found.edges)


def test_statements(ask):
    said = statement(ask, SAID_MIXED)
    assert (said.orgs, said.operations, len(said.lines)) == ((PACKER,), ((PACKER, 15),), 3)
    assert [each.event.subject for each in statements_of(ask, UNKNOWN)] == [UNKNOWN]
    (correction,) = statement(ask, SAID_UNKNOWN).corrections
    assert (correction.org, correction.by) == (SHOP, None)
    assert statement(ask, NOTICE) is None


def test_findings(ask):
    every = findings(ask, open_only=False)
    assert [each.position for each in every] == sorted((f.position for f in every), reverse=True)
    (closed,) = findings(ask, open_only=False, statement=SAID_UNKNOWN)
    assert (closed.org, closed.kind, closed.closed_by) == (SHOP, "ItemUnknown", "correction")
    assert closed.closed_block > closed.block
    assert findings(ask, statement=SAID_UNKNOWN) == ()
    assert findings(ask, org=FARM, open_only=False) == ()
    assert findings(ask, open_only=False, after=every[0].position) == every[1:]
    assert findings(ask, open_only=False, limit=1) == every[:1]
    assert findings(ask, kind=closed.kind, subject=closed.subject, open_only=False) == (closed,)
    assert sum(each.all for each in counts(ask)) == len(every)
    assert sum(each.open for each in counts(ask)) == len(findings(ask)) == status(ask).findings


def test_status(ask, told):
    found = status(ask)
    assert found.block == found.verified_block == found.head_block == told.height
    assert found.final_block == told.height - 2
    assert found.statements == 4
    begun = 1 + 3 * 3 + 1 + 2 * 3  # the governor, three organisations, a prefix, two products
    acts = 2 + 2 + 2 + 1 + 3 + 3 + 1 + 4 + 1 + 1
    assert found.facts == begun + acts


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        (LETTUCE.digits, [("product", LETTUCE.id), *LETTUCES]),
        (LETTUCE.digits.lstrip("0"), [("product", LETTUCE.id), *LETTUCES]),
        ("L1", [("lot", L1)]),
        ("L9", []),
        ("A1", [("shipment", TO_PACKER)]),
        (f"https://id.gs1.org/01/{LETTUCE.digits}/10/L9", [("lot", UNKNOWN)]),
        (f"(01){LETTUCE.digits}(10)L1", [("lot", L1)]),
        (v.key_of(PALLETS[0]).digits, [("logistic unit", PALLETS[0])]),
        (GLNS[FARM], [("organisation", v.party(GLNS[FARM]).id), ("place", v.place(GLNS[FARM]).id)]),
        (SAID_MIXED.hex(), [("statement", SAID_MIXED)]),
        ("0x" + L1.hex(), [("lot", L1)]),
        ("nothing of the kind", []),
        ("", []),
    ],
)  # fmt: skip
def test_search(ask, text, hits):
    found = search(ask, text)
    assert sorted((hit.kind, hit.id) for hit in found) == sorted(hits)
    assert all(hit.recorded for hit in found if hit.id != UNKNOWN)


def test_search_finds_transactions_and_keys(ask, told):
    made = operation(ask, FARM, 11)
    assert [(hit.kind, hit.id) for hit in search(ask, "0x" + made.tx.hex())] == [
        ("transaction", made.tx)
    ]
    assert [hit.org for hit in search(ask, told.accounts[PACKER])] == [PACKER]


def test_the_state_is_that_of_the_rows(ask):
    state = mirror_state(ask)
    assert state.held(S1, SHOP) == 5
    assert state.packed(PALLETS[0], S1) == 8
    assert state.in_transit(FARM, TO_PACKER, L1) == 6
    assert state.org_at(v.place(GLNS[SHOP]).id) == SHOP
    assert state.items.get(UNKNOWN) is None
    assert state.makers.get((SALAD.id, PACKER)) is True
