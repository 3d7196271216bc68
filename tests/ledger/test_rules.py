"""Every act, allowed and refused, against the plain rules."""

from __future__ import annotations

import pytest

from ledger import commands as c
from ledger import vocabulary as v
from ledger.errors import ActRefused
from ledger.events import OrganisationResumed, OrganisationSuspended
from tests.support.world import (
    AUDITOR,
    DAY,
    FARM,
    LETTUCE,
    NOW,
    PACKER,
    SALAD,
    SHOP,
    World,
    lot,
    unit,
)

NOTICE = v.DocumentHash(b"n" * 32)
PALLET = v.logistic_unit("095212340000000013").id
BOX = v.logistic_unit("095212340000000020").id


@pytest.fixture
def world() -> World:
    return World()


def refused(world: World, org: v.OrgId, *commands: c.Command) -> ActRefused:
    with pytest.raises(ActRefused) as caught:
        world.act(org, *commands)
    return caught.value


def lines(*pairs: tuple[v.Id, int]) -> tuple[c.Line, ...]:
    return tuple(
        c.Line(item, v.Amount(n)) for item, n in sorted(pairs, key=lambda p: v.line_order(p[0]))
    )


def outputs(*pairs: tuple[v.Id, int], expiry: int = 0) -> tuple[c.Output, ...]:
    return tuple(c.Output(n.item, n.amount, v.Seconds(expiry)) for n in lines(*pairs))


def test_a_maker_may_add_runs_to_its_own_lot_only(world: World) -> None:
    item = world.made(FARM, lot("A"), 5)
    world.made(FARM, item, 7)
    assert world.state.held(item, FARM) == 12
    refusal = refused(world, PACKER, c.CommissionItem(item, v.Amount(1), v.Seconds(0)))
    assert refusal.code == "NotAMaker"
    salad = world.made(PACKER, lot("S", SALAD))
    assert (
        refused(world, SHOP, c.CommissionItem(salad, v.Amount(1), v.Seconds(0))).code
        == "NotTheMaker"
    )


def test_a_run_cannot_change_the_expiry(world: World) -> None:
    item = world.made(FARM, lot("A"), 5, NOW + DAY)
    world.made(FARM, item, 5)
    refusal = refused(world, FARM, c.CommissionItem(item, v.Amount(1), v.Seconds(NOW)))
    assert refusal.code == "ExpiryDiffers"


def test_a_unit_is_made_once_and_counts_one(world: World) -> None:
    item = world.made(PACKER, unit("U1"), 1)
    assert (
        refused(world, PACKER, c.CommissionItem(item, v.Amount(1), v.Seconds(0))).code
        == "ItemAlreadyExists"
    )
    two = c.CommissionItem(unit("U2"), v.Amount(2), v.Seconds(0))
    assert refused(world, PACKER, two).code == "AmountInvalid"


def test_only_the_owner_of_the_prefix_registers_a_product(world: World) -> None:
    other = v.product("09521234000037").id
    command = c.RegisterProduct(other, 7, b"KGM", 0, NOTICE)
    assert refused(world, PACKER, command).code == "PrefixNotOwned"
    world.act(FARM, command)
    assert refused(world, FARM, command).code == "ProductAlreadyExists"


def test_splitting_within_one_product_conserves_exactly(world: World) -> None:
    world.made(FARM, lot("A"), 10)
    short = c.TransformItems(lines((lot("A"), 10)), outputs((lot("B"), 4), (lot("C"), 5)))
    assert refused(world, FARM, short).code == "NotConserved"
    world.act(FARM, c.TransformItems(lines((lot("A"), 10)), outputs((lot("B"), 4), (lot("C"), 6))))
    assert [world.state.held(lot(n), FARM) for n in "ABC"] == [0, 4, 6]


def test_a_foreign_ingredient_does_not_unlock_conservation(world: World) -> None:
    world.made(FARM, lot("A"), 10)
    world.made(FARM, lot("S", SALAD), 1)
    more = c.TransformItems(lines((lot("A"), 10), (lot("S", SALAD), 1)), outputs((lot("B"), 11)))
    assert refused(world, FARM, more).code == "NotConserved"


def test_a_declared_yield_bounds_what_comes_out(world: World) -> None:
    world.act(FARM, c.DeclareYield(SALAD.id, LETTUCE.id, 1, 250))
    world.made(FARM, lot("A"), 1000)
    five = c.TransformItems(lines((lot("A"), 1000)), outputs((lot("S", SALAD), 5)))
    assert refused(world, FARM, five).code == "YieldExceeded"
    world.act(FARM, c.TransformItems(lines((lot("A"), 1000)), outputs((lot("S", SALAD), 4))))


def test_what_is_made_expires_no_later_than_what_it_is_made_of(world: World) -> None:
    world.made(FARM, lot("A"), 10, NOW + DAY)
    late = c.TransformItems(lines((lot("A"), 10)), outputs((lot("B"), 10), expiry=NOW + 2 * DAY))
    assert refused(world, FARM, late).code == "ExpiryTooLate"
    world.act(FARM, c.TransformItems(lines((lot("A"), 10)), outputs((lot("B"), 10))))
    made = world.state.items.get(lot("B"))
    assert made is not None
    assert made.expiry == NOW + DAY


def test_nothing_is_made_of_what_is_made_of_it(world: World) -> None:
    world.made(FARM, lot("A"), 20)
    world.act(FARM, c.TransformItems(lines((lot("A"), 10)), outputs((lot("B"), 10))))
    back = c.TransformItems(lines((lot("B"), 10)), outputs((lot("A"), 10)))
    assert refused(world, FARM, back).code == "TransformationIsCircular"


def test_a_shipment_is_received_in_parts_and_by_its_receiver_only(world: World) -> None:
    item = world.made(FARM, lot("A"), 10)
    shipment = world.shipped(FARM, PACKER, item, 10)
    receive = c.ReceiveShipment(FARM, shipment, lines((item, 6)))
    assert refused(world, SHOP, receive).code == "NotTheReceiver"
    world.act(PACKER, receive)
    assert refused(world, PACKER, receive).code == "NotInTransit"
    world.act(PACKER, c.RejectShipment(FARM, shipment, lines((item, 3)), v.RejectReason.SHORT))
    world.act(FARM, c.CancelShipment(shipment, lines((item, 1))))
    assert (world.state.held(item, FARM), world.state.held(item, PACKER)) == (4, 6)


def test_a_shipment_number_serves_once(world: World) -> None:
    item = world.made(FARM, lot("A"), 10)
    shipment = world.shipped(FARM, PACKER, item, 5)
    again = c.ShipItems(shipment, PACKER, lines((item, 5)))
    assert refused(world, FARM, again).code == "ShipmentAlreadyExists"


def test_nobody_ships_more_than_it_holds_or_to_itself(world: World) -> None:
    item = world.made(FARM, lot("A"), 10)
    much = c.ShipItems(v.shipment("X").id, PACKER, lines((item, 11)))
    assert refused(world, FARM, much).code == "HoldingTooSmall"
    assert (
        refused(world, FARM, c.ShipItems(v.shipment("X").id, FARM, lines((item, 1)))).code
        == "ReceiverInvalid"
    )


def test_recalled_goods_move_only_back_to_their_maker(world: World) -> None:
    item = world.made(FARM, lot("A"), 10)
    world.act(
        PACKER, c.ReceiveShipment(FARM, world.shipped(FARM, PACKER, item, 10), lines((item, 10)))
    )
    world.act(FARM, c.RecallItems((item,), NOTICE))
    onward = c.ShipItems(v.shipment("X").id, SHOP, lines((item, 1)))
    assert refused(world, PACKER, onward).code == "ItemIsRecalled"
    assert refused(world, PACKER, c.SellItem(item, v.Amount(1))).code == "ItemIsRecalled"
    world.act(PACKER, c.ShipItems(v.shipment("X").id, FARM, lines((item, 1))))


def test_a_recalled_lot_inside_a_pallet_holds_the_pallet_back(world: World) -> None:
    item = world.made(FARM, lot("A"), 10)
    world.act(FARM, c.PackItems(BOX, lines((item, 10))))
    world.act(FARM, c.PackItems(PALLET, lines((BOX, 1))))
    world.act(FARM, c.RecallItems((item,), NOTICE))
    refusal = refused(world, FARM, c.ShipItems(v.shipment("X").id, PACKER, lines((PALLET, 1))))
    # the farm is the maker, and the packer is not: the pallet stays
    assert refusal.code == "ItemIsRecalled"


def test_who_may_recall_and_who_may_release(world: World) -> None:
    item = world.made(FARM, lot("A"))
    assert refused(world, SHOP, c.RecallItems((item,), NOTICE)).code == "NotAllowedToRecall"
    world.act(AUDITOR, c.RecallItems((item,), NOTICE))
    assert refused(world, FARM, c.ReleaseItems((item,), NOTICE)).code == "NotAllowedToRecall"
    assert world.act(FARM, c.RecallItems((item,), NOTICE)) == []
    world.act(AUDITOR, c.ReleaseItems((item,), NOTICE))
    assert refused(world, AUDITOR, c.ReleaseItems((item,), NOTICE)).code == "ItemIsNotRecalled"


def test_expired_goods_are_not_sold(world: World) -> None:
    item = world.made(FARM, lot("A"), 10, NOW)
    world.now = v.Seconds(NOW + 1)
    assert refused(world, FARM, c.SellItem(item, v.Amount(1))).code == "ItemIsExpired"
    world.act(FARM, c.DisposeItem(item, v.Amount(10), v.DisposeReason.EXPIRED))


def test_packing_and_unpacking_move_amounts_in_and_out(world: World) -> None:
    item = world.made(FARM, lot("A"), 10)
    world.act(FARM, c.PackItems(PALLET, lines((item, 7))))
    assert (world.state.held(item, FARM), world.state.held(PALLET, FARM)) == (3, 1)
    shipment = world.shipped(FARM, PACKER, PALLET, 1)
    assert (
        refused(world, FARM, c.UnpackItems(PALLET, lines((item, 1)))).code == "LogisticUnitNotHeld"
    )
    world.act(PACKER, c.ReceiveShipment(FARM, shipment, lines((PALLET, 1))))
    assert refused(world, PACKER, c.UnpackItems(PALLET, lines((item, 8)))).code == "NotPacked"
    world.act(PACKER, c.UnpackItems(PALLET, lines((item, 7))))
    assert (world.state.held(item, PACKER), world.state.held(PALLET, PACKER)) == (7, 0)


def test_logistic_units_do_not_nest_for_ever(world: World) -> None:
    inner = world.made(FARM, lot("A"), 1)
    units = [v.logistic_unit(n).id for n in (
        "095212340000000013", "095212340000000020", "095212340000000037",
        "095212340000000044", "095212340000000051",
    )]  # fmt: skip
    for outer in units[:4]:
        world.act(FARM, c.PackItems(outer, lines((inner, 1))))
        inner = outer
    refusal = refused(world, FARM, c.PackItems(units[4], lines((inner, 1))))
    assert refusal.code == "LogisticUnitTooLarge"


def test_one_refused_act_undoes_the_whole_operation(world: World) -> None:
    commission = c.CommissionItem(lot("A"), v.Amount(1), v.Seconds(0))
    refused(world, FARM, commission, c.SellItem(lot("A"), v.Amount(2)))
    assert world.state.items.get(lot("A")) is None


def test_a_suspended_organisation_does_not_act(world: World) -> None:
    world.apply(OrganisationSuspended(FARM))
    command = c.CommissionItem(lot("A"), v.Amount(1), v.Seconds(0))
    assert refused(world, FARM, command).code == "OrganisationIsSuspended"
    world.apply(OrganisationResumed(FARM))
    world.act(FARM, command)
