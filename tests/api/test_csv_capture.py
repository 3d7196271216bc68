"""A supplier's file against the ledger's state: all of it, or a list of what is wrong."""

from __future__ import annotations

import pytest

from api.csv_capture import read_lines
from ledger import commands as c
from ledger import vocabulary as v
from ledger.errors import CsvInvalid
from tests.support.world import FARM, NOW, PACKER, World, lot

HEADER = "act,gtin,lot,serial,sscc,quantity,unit,expiry,to,from,shipment,name,reason,decimals\n"
COMMISSION = "commission,09521234000013,A,,,12.5,KGM,2030-01-31,,,,,,\n"
PALLET = "095212340000000013"


@pytest.fixture
def world() -> World:
    return World()


def taken(world: World, *lines: str, org: v.OrgId = FARM) -> list[tuple[c.Command, ...]]:
    said = read_lines(world.state, org, (HEADER + "".join(lines)).encode(), NOW)
    return [each.commands or () for each in said]


def faults(world: World, *lines: str, org: v.OrgId = FARM) -> list[tuple[int, str]]:
    with pytest.raises(CsvInvalid) as caught:
        taken(world, *lines, org=org)
    found = caught.value.values["faults"]
    assert isinstance(found, list)
    return [(fault["line"], fault["field"]) for fault in found]


def test_a_lot_is_commissioned_with_its_expiry(world: World) -> None:
    (commands,) = taken(world, COMMISSION)
    assert commands == (c.CommissionItem(lot("A"), v.Amount(12_500), v.Seconds(1_896_134_399)),)


def test_lines_build_on_the_lines_before_them(world: World) -> None:
    ship = "ship,09521234000013,A,,,2.5,,,9521234000105,,S-1,,,\n"
    pack = f"pack,09521234000013,A,,{PALLET},10,,,,,,,,\n"
    send = f"ship,,,,{PALLET},,,,9521234000105,,S-2,,,\n"
    commands = taken(world, COMMISSION, ship, pack, send)
    assert [type(each[0]).__name__ for each in commands] == [
        "CommissionItem", "ShipItems", "PackItems", "ShipItems",
    ]  # fmt: skip


def test_lines_of_one_shipment_are_one_act(world: World) -> None:
    other = COMMISSION.replace(",A,", ",B,")
    ships = [f"ship,09521234000013,{n},,,1,,,9521234000105,,S-1,,,\n" for n in "BA"]
    *_, (ship,) = taken(world, COMMISSION, other, *ships)
    assert isinstance(ship, c.ShipItems)
    assert [line.item for line in ship.lines] == [lot("A"), lot("B")]


def test_a_product_comes_with_its_description(world: World) -> None:
    line = "product,09521234000037,,,,,KGM,,,,,Rocket,,2\n"
    (said,) = read_lines(world.state, FARM, (HEADER + line).encode(), NOW)
    assert said.attachments[0][0] == b'{"name":{"en":"Rocket","zh":"Rocket"}}'
    assert said.commands is not None
    assert said.commands[0] == c.RegisterProduct(
        v.product("09521234000037").id,
        7,
        b"KGM",
        2,
        v.DocumentHash(said.commands[0].document),  # type: ignore[attr-defined]
    )


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ("sell,09521234000013,A,,,13,,,,,,,,\n", (3, "quantity")),
        ("sell,09521234000013,A,,,1.23456,,,,,,,,\n", (3, "quantity")),
        ("sell,09521234000013,A,,,1,LTR,,,,,,,\n", (3, "quantity")),
        ("sell,09521234000013,Z,,,1,,,,,,,,\n", (3, "gtin")),
        ("commission,09521234000037,A,,,1,,,,,,,,\n", (3, "gtin")),
        ("ship,09521234000013,A,,,1,,,9521234009993,,S,,,\n", (3, "to")),
        ("ship,09521234000013,A,,,1,,,9521234000006,,S,,,\n", (3, "to")),
        ("receive,09521234000013,A,,,1,,,,9521234000105,S,,,\n", (3, "shipment")),
        (f"unpack,09521234000013,A,,{PALLET},1,,,,,,,,\n", (3, "sscc")),
        ("product,09521234000013,,,,,KGM,,,,,Again,,\n", (3, "gtin")),
    ],
)
def test_what_cannot_be_performed_is_told_by_line_and_column(
    world: World, line: str, where: tuple[int, str]
) -> None:
    assert faults(world, COMMISSION, line) == [where]


def test_all_faults_are_told_at_once(world: World) -> None:
    sell = "sell,09521234000013,{},,,1,,,,,,,,\n"
    assert faults(world, sell.format("X"), sell.format("Y")) == [(2, "gtin"), (3, "gtin")]


def test_who_may_not_make_a_product_is_told_so(world: World) -> None:
    assert faults(world, COMMISSION, org=PACKER) == [(2, "gtin")]


def test_the_state_itself_is_left_alone(world: World) -> None:
    taken(world, COMMISSION)
    assert world.state.items.get(lot("A")) is None
