"""Hand-over in two steps: shipped, then received, rejected or taken back."""

from __future__ import annotations

from collections.abc import Sequence

from ledger import commands as c
from ledger import events as e
from ledger.refusals import refuse
from ledger.rules.act import Act
from ledger.vocabulary import (
    Id,
    Kind,
    OrgId,
    is_item,
)


def ship(act: Act, command: c.ShipItems) -> None:
    act.require_new_id(command.shipment, Kind.SHIPMENT)
    if command.to == act.org or act.state.organisations.get(command.to) is None:
        raise refuse("ReceiverInvalid", to=command.to)
    if act.state.shipments.get((act.org, command.shipment)) is not None:
        raise refuse("ShipmentAlreadyExists", shipper=act.org, shipment=command.shipment)
    act.require_lines(command.lines)
    for line in command.lines:
        _require_shippable(act, line, command.to)
        act.emit(e.ItemShipped(line.item, act.org, command.to, command.shipment, line.amount))


def _require_shippable(act: Act, line: c.Line, receiver: OrgId) -> None:
    act.require_held(line.item, line.amount)
    if is_item(line.item):
        act.require_usable(line.item, receiver)
    else:
        act.require_contents_usable(line.item, receiver)


def _take_from_transit(act: Act, shipper: OrgId, shipment: Id, lines: Sequence[c.Line]) -> OrgId:
    known = act.state.shipments.get((shipper, shipment))
    if known is None:
        raise refuse("ShipmentUnknown", shipper=shipper, shipment=shipment)
    if act.org not in (known.receiver, shipper):
        raise refuse(
            "NotTheReceiver",
            shipment=shipment,
            to=known.receiver,
            org=act.org,
            shipper=shipper,
        )
    act.require_lines(lines)
    for line in lines:
        there = act.state.in_transit(shipper, shipment, line.item)
        if there < line.amount:
            raise refuse(
                "NotInTransit", item=line.item, shipment=shipment, in_transit=there,
                wanted=line.amount, shipper=shipper,
            )  # fmt: skip
    return known.receiver


def _require_receiver(act: Act, shipper: OrgId, shipment: Id) -> None:
    known = act.state.shipments.get((shipper, shipment))
    if known is not None and known.receiver != act.org:
        raise refuse(
            "NotTheReceiver",
            shipment=shipment,
            to=known.receiver,
            org=act.org,
            shipper=shipper,
        )


def receive(act: Act, command: c.ReceiveShipment) -> None:
    _require_receiver(act, command.shipper, command.shipment)
    _take_from_transit(act, command.shipper, command.shipment, command.lines)
    for line in command.lines:
        act.emit(e.ItemReceived(line.item, command.shipper, act.org, command.shipment, line.amount))


def reject(act: Act, command: c.RejectShipment) -> None:
    _require_receiver(act, command.shipper, command.shipment)
    _take_from_transit(act, command.shipper, command.shipment, command.lines)
    for line in command.lines:
        act.emit(
            e.ItemRejected(
                line.item,
                command.shipper,
                act.org,
                command.shipment,
                line.amount,
                command.reason,
            )
        )


def cancel(act: Act, command: c.CancelShipment) -> None:
    receiver = _take_from_transit(act, act.org, command.shipment, command.lines)
    for line in command.lines:
        act.emit(e.ItemTakenBack(line.item, act.org, receiver, command.shipment, line.amount))
