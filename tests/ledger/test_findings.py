"""Statements that fit and statements that contradict: what is found, what closes it."""

from __future__ import annotations

import pytest

from ledger import events as e
from ledger import vocabulary as v
from ledger.findings import Closed, Finding, advance, plan
from ledger.hashing import sha256
from ledger.history import Operation
from ledger.rules import decide
from ledger.statements import Statement, StatementLine, observations, shipment_of
from tests.support.world import FARM, NOW, PACKER, SALAD, SHOP, World, lot

_PLACES = {FARM: "9521234000006", PACKER: "9521234000105", SHOP: "9521234000204"}
PALLET = v.logistic_unit("095212340000000013").id


@pytest.fixture
def world() -> World:
    return World()


def says(
    org: v.OrgId,
    step: str,
    *lines: tuple[v.Part, v.Id, int],
    action: v.Action = v.Action.OBSERVE,
    disposition: str = "",
    other: v.OrgId = v.OrgId(0),
    at: v.OrgId | None = None,
    when: int = NOW,
    words: str = "",
) -> Statement:
    """A statement; ``words`` makes its bytes differ from another that tells the same."""
    told = repr((org, step, lines, action, disposition, other, when, words))
    return Statement(
        org=org,
        hash=v.DocumentHash(sha256(told.encode())),
        action=action,
        step=v.step_number(step),
        disposition=v.disposition_number(disposition),
        occurred_at=v.Seconds(when),
        place=v.place(_PLACES[at or org]).id,
        counterparty=other,
        lines=tuple(StatementLine(*line) for line in lines),
    )


def harvest(amount: int = 100, **how: object) -> Statement:
    line = (v.Part.OBJECT, lot("A"), amount)
    return says(FARM, "commissioning", line, action=v.Action.ADD, **how)  # type: ignore[arg-type]


def hear(world: World, statement: Statement, *, act: bool = True) -> tuple[Finding | Closed, ...]:
    """Plans a statement and performs it, with the acts that follow unless ``act`` is false."""
    planned = plan(statement, world.state, world.now)
    acts = planned.commands if act else ()
    events = decide(world.state, statement.org, (*observations(statement), *acts), world.now)
    head = e.OperationPerformed(statement.org, v.Address(bytes(20)), 1)
    logged = tuple(
        e.Logged(event, 7, i, b"t" * 32, world.now, i) for i, event in enumerate((head, *events))
    )
    return advance(world.state, Operation(head, logged))


def kinds(outcomes: tuple[Finding | Closed, ...]) -> list[str]:
    return [o.kind if isinstance(o, Finding) else o.by for o in outcomes]


def move(step: str, org: v.OrgId, other: v.OrgId, amount: int, **how: object) -> Statement:
    return says(org, step, (v.Part.OBJECT, lot("A"), amount), other=other, **how)  # type: ignore[arg-type]


def test_a_harvest_becomes_a_fact(world: World) -> None:
    assert hear(world, harvest()) == ()
    assert world.state.held(lot("A"), FARM) == 100


def test_a_chain_of_statements_moves_goods_along(world: World) -> None:
    hear(world, harvest())
    assert hear(world, move("shipping", FARM, PACKER, 60)) == ()
    assert hear(world, move("receiving", PACKER, FARM, 60)) == ()
    assert (world.state.held(lot("A"), FARM), world.state.held(lot("A"), PACKER)) == (40, 60)


def test_the_same_said_twice_adds_nothing(world: World) -> None:
    hear(world, harvest())
    assert plan(harvest(), world.state, world.now).known
    assert hear(world, harvest()) == ()
    assert world.state.held(lot("A"), FARM) == 100


def test_the_same_happening_in_other_words_is_a_repetition(world: World) -> None:
    hear(world, harvest())
    outcomes = hear(world, harvest(words="from another document"))
    assert kinds(outcomes) == ["StatementRepeated"]
    assert isinstance(outcomes[0], Finding)
    assert outcomes[0].severity == "notice"
    assert world.state.held(lot("A"), FARM) == 100


def test_the_same_happening_with_other_amounts_contradicts(world: World) -> None:
    hear(world, harvest())
    assert kinds(hear(world, harvest(90))) == ["StatementDiffers"]
    assert world.state.held(lot("A"), FARM) == 100


def test_a_second_run_of_a_lot_is_no_repetition(world: World) -> None:
    hear(world, harvest())
    assert hear(world, harvest(when=NOW + 60)) == ()
    assert world.state.held(lot("A"), FARM) == 200


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        (move("receiving", PACKER, FARM, 10), "NothingShipped"),
        (move("shipping", FARM, PACKER, 101), "HoldingTooSmall"),
        (move("shipping", FARM, v.OrgId(0), 10), "ReceiverUnknown"),
        (move("inspecting", SHOP, v.OrgId(0), 10), "ItemElsewhere"),
        (says(FARM, "storing", (v.Part.OBJECT, lot("Z"), 1)), "ItemUnknown"),
        (says(FARM, "shipping", (v.Part.OBJECT, lot("A"), 0), other=PACKER), "AmountMissing"),
        (move("receiving", FARM, SHOP, 10, at=PACKER), "SaidOfAnother"),
        (
            says(
                FARM, "packing", (v.Part.PARENT, lot("P"), 1), (v.Part.CHILD, lot("A"), 1),
                action=v.Action.ADD,
            ),
            "ParentNotLogisticUnit",
        ),
        (
            says(
                PACKER, "commissioning",
                (v.Part.INPUT, lot("A"), 5), (v.Part.OUTPUT, lot("S", SALAD), 5),
            ),
            "HoldingTooSmall",
        ),
        (
            says(PACKER, "commissioning", (v.Part.INPUT, lot("A"), 5)),
            "TransformationIncomplete",
        ),
        (
            says(PACKER, "commissioning", (v.Part.OUTPUT, lot("S", SALAD), 5)),
            "TransformationIncomplete",
        ),
    ],
)  # fmt: skip
def test_what_contradicts_stands_with_a_finding(
    world: World, statement: Statement, kind: str
) -> None:
    hear(world, harvest())
    outcomes = hear(world, statement)
    assert kinds(outcomes) == [kind]
    assert world.state.held(lot("A"), FARM) == 100


def test_facts_that_follow_after_all_close_the_finding(world: World) -> None:
    early = move("receiving", PACKER, FARM, 60)
    assert kinds(hear(world, early)) == ["ItemUnknown"]
    hear(world, harvest())
    hear(world, move("shipping", FARM, PACKER, 60))
    assert kinds(hear(world, early)) == ["facts"]
    assert world.state.held(lot("A"), PACKER) == 60


def test_acts_that_were_possible_but_not_recorded_are_found(world: World) -> None:
    assert kinds(hear(world, harvest(), act=False)) == ["NotRecorded"]


def test_a_correction_closes_findings_and_says_that_facts_stand(world: World) -> None:
    wrong = move("receiving", PACKER, FARM, 60)
    hear(world, wrong)
    hear(world, harvest())
    for statement, expected in ((wrong, ["correction"]), (harvest(), ["correction", "FactsStand"])):
        event = e.StatementCorrected(statement.hash, statement.org, v.DocumentHash(bytes(32)))
        logged = e.Logged(event, 9, 0, b"t" * 32, world.now, 0)
        assert kinds(advance(world.state, Operation(None, (logged,)))) == expected


def test_nobody_corrects_what_another_said(world: World) -> None:
    hear(world, harvest())
    event = e.StatementCorrected(harvest().hash, SHOP, v.DocumentHash(bytes(32)))
    logged = e.Logged(event, 9, 0, b"t" * 32, world.now, 0)
    assert advance(world.state, Operation(None, (logged,))) == ()


def test_a_pallet_moves_with_what_is_in_it(world: World) -> None:
    hear(world, harvest())
    pack = ((v.Part.PARENT, PALLET, 1), (v.Part.CHILD, lot("A"), 40))
    hear(world, says(FARM, "packing", *pack, action=v.Action.ADD))
    ship = says(
        FARM, "shipping", (v.Part.OBJECT, PALLET, 1), (v.Part.OBJECT, lot("A"), 40), other=PACKER
    )
    assert hear(world, ship) == ()
    assert hear(world, says(PACKER, "receiving", *pack, other=FARM)) == ()
    assert world.state.held(PALLET, PACKER) == 1
    assert world.state.packed(PALLET, lot("A")) == 40


def test_a_pallet_that_nobody_packed_moves_by_its_goods(world: World) -> None:
    hear(world, harvest())
    lines = ((v.Part.PARENT, PALLET, 1), (v.Part.CHILD, lot("A"), 40))
    assert hear(world, says(FARM, "shipping", *lines, other=PACKER)) == ()
    assert hear(world, says(PACKER, "receiving", *lines, other=FARM)) == ()
    assert world.state.held(lot("A"), PACKER) == 40


def test_a_shipment_is_named_after_its_statement() -> None:
    key = v.key_of(shipment_of(v.DocumentHash(sha256(b"x"))))
    assert len(key.extension) == 20
    assert shipment_of(v.DocumentHash(sha256(b"x"))) != shipment_of(v.DocumentHash(sha256(b"y")))
