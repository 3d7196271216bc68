"""The contract's rules in Python, so that a refusal can be told sooner and more kindly.

`decide` answers what a command would do now: the events it would emit, or the refusal. The
contract decides all the same; a test plays random acts against both and compares. Codes of
refusals are the names of the Solidity errors, and checks stand in the contract's order.

Three things are told otherwise than by the contract, on purpose: what nobody ever made is
ItemUnknown here and a holding of 0 there; an id that comes into the world must be exact GS1 here
(character set 82, check digit), while the contract leaves a lot's check digit to its product; and
of several recalled or expired items in one logistic unit, another may be named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from ledger import commands as c
from ledger import events as e
from ledger.errors import KeyInvalid
from ledger.history import Item, Product, State
from ledger.refusals import refuse
from ledger.vocabulary import (
    MAX_AMOUNT,
    NOTHING,
    Amount,
    DocumentHash,
    Id,
    Kind,
    OrgId,
    Role,
    Seconds,
    is_item,
    key_of,
    kind_of,
    line_order,
    product_of,
)

MAX_DECIMALS = 9
MAX_LINES_PER_UNIT = 200
MAX_NESTING = 4


class Quantified(Protocol):
    """A line of an input or output list."""

    @property
    def item(self) -> Id: ...
    @property
    def amount(self) -> Amount: ...


class Act:
    """One organisation acting now on a state. Events are applied as they are decided, so later
    checks see them.
    """

    def __init__(self, state: State, org: OrgId, now: Seconds) -> None:
        self.state, self.org, self.now = state, org, now
        self.events: list[e.Event] = []

    def emit(self, event: e.Event) -> None:
        self.events.append(event)
        self.state.apply(event, self.now)

    # --- what many acts require ---

    def require_role(self, role: Role) -> None:
        known = self.state.organisations.get(self.org)
        held = known.roles if known else Role(0)
        if not held & role:
            raise refuse("RoleMissing", org=self.org, needed=int(role), held=int(held))

    def require_new_id(self, packed: Id, *kinds: Kind) -> None:
        """Well formed in every character: what stands on chain stands there for good."""
        try:
            key_of(packed)
        except KeyInvalid as error:
            raise refuse("IdInvalid", id=packed) from error
        if kind_of(packed) not in kinds:
            raise refuse("IdInvalid", id=packed)

    def require_item_kind(self, item: Id) -> None:
        if not is_item(item):
            raise refuse("IdInvalid", id=item)

    def require_amount(self, item: Id, amount: int) -> None:
        one = kind_of(item) in (Kind.UNIT, Kind.LOGISTIC_UNIT)
        if not 0 < amount <= MAX_AMOUNT or (one and amount != 1):
            raise refuse("AmountInvalid", item=item, amount=amount)

    def require_lines(self, lines: Sequence[Quantified]) -> None:
        """In ascending order, nothing twice, each with an amount it can have."""
        if not lines:
            raise refuse("LinesNotOrdered", index=0)
        for i, line in enumerate(lines):
            self.require_after(lines[i - 1].item if i else NOTHING, line.item, i)
            self.require_amount(line.item, line.amount)

    def require_after(self, before: Id, item: Id, index: int) -> None:
        if line_order(before) >= line_order(item):
            raise refuse("LinesNotOrdered", index=index)

    def require_held(self, item: Id, amount: int) -> None:
        held = self.state.held(item, self.org)
        if kind_of(item) == Kind.LOGISTIC_UNIT:
            self.require_unit_held(item)
        elif held < amount:
            self.item(item)  # what is not known at all is told so; the contract tells it as held 0
            raise refuse("HoldingTooSmall", item=item, org=self.org, held=held, wanted=amount)

    def require_unit_held(self, logistic_unit: Id) -> None:
        if not self.state.held(logistic_unit, self.org):
            raise refuse("LogisticUnitNotHeld", logistic_unit=logistic_unit, org=self.org)

    def product(self, product: Id) -> Product:
        known = self.state.products.get(product)
        if known is None:
            raise refuse("ProductUnknown", product=product)
        return known

    def owned_product(self, product: Id) -> Product:
        known = self.product(product)
        if known.org != self.org:
            raise refuse("NotTheProductOwner", product=product, org=self.org)
        return known

    def item(self, item: Id) -> Item:
        known = self.state.items.get(item)
        if known is None:
            raise refuse("ItemUnknown", item=item)
        return known

    def require_makes(self, item: Id, amount: int) -> None:
        """What whoever makes an amount must satisfy, whatever it is made of."""
        self.require_new_id(item, Kind.LOT, Kind.UNIT)
        self.require_amount(item, amount)
        product = product_of(item)
        if self.product(product).org != self.org and not self.state.makers.get((product, self.org)):
            raise refuse("NotAMaker", product=product, org=self.org)

    def require_usable(self, item: Id, receiver: OrgId = OrgId(0)) -> None:
        """Neither recalled nor expired, unless it goes back to its maker."""
        known = self.state.items.get(item)
        if known is None or (receiver and known.maker == receiver):
            return
        if known.recalled_by:
            raise refuse("ItemIsRecalled", item=item, by=known.recalled_by)
        if known.expiry and self.now > known.expiry:
            raise refuse("ItemIsExpired", item=item, expiry=known.expiry)

    def require_contents_usable(self, logistic_unit: Id, receiver: OrgId) -> None:
        for packed in self.state.contents.get(logistic_unit) or ():
            if kind_of(packed.item) == Kind.LOGISTIC_UNIT:
                self.require_contents_usable(packed.item, receiver)
            else:
                self.require_usable(packed.item, receiver)

    # --- products ---

    def register_product(self, command: c.RegisterProduct) -> None:
        self.require_role(Role.MAKER)
        self.require_new_id(command.product, Kind.PRODUCT)
        known = self.state.products.get(command.product)
        if known is not None:
            raise refuse("ProductAlreadyExists", product=command.product, org=known.org)
        length = command.prefix_length
        if self._prefix_owner(command.product, length) != self.org:
            raise refuse("PrefixNotOwned", product=command.product, length=length, org=self.org)
        unit = command.unit.rstrip(b"\0")
        if command.decimals > MAX_DECIMALS or len(unit) < 2 or not _is_unit(unit):
            raise refuse("UnitInvalid", unit=command.unit, decimals=command.decimals)
        self.emit(
            e.ProductRegistered(
                command.product, self.org, command.unit, command.decimals, command.document
            )
        )

    def _prefix_owner(self, product: Id, length: int) -> OrgId | None:
        if not 6 <= length <= 12:
            return None
        digits = key_of(product).digits[1:13]
        return self.state.prefixes.get((length, int(digits[:length])))

    def describe_product(self, command: c.DescribeProduct) -> None:
        self.owned_product(command.product)
        self.emit(e.ProductDescribed(command.product, self.org, command.document))

    def authorise_maker(self, command: c.AuthoriseMaker) -> None:
        self.owned_product(command.product)
        if self.state.organisations.get(command.maker) is None:
            raise refuse("ReceiverInvalid", to=command.maker)
        self.emit(e.MakerAuthorised(command.product, command.maker, command.allowed))

    def declare_yield(self, command: c.DeclareYield) -> None:
        self.owned_product(command.product)
        self.product(command.input)
        parts = (command.numerator, command.denominator)
        if command.input == command.product or not all(0 < part <= MAX_AMOUNT for part in parts):
            raise refuse("YieldInvalid", numerator=parts[0], denominator=parts[1])
        self.emit(e.YieldDeclared(command.product, command.input, *parts))

    # --- making ---

    def commission(self, command: c.CommissionItem) -> None:
        self.require_role(Role.MAKER)
        self.require_makes(command.item, command.amount)
        expiry = self._run_expiry(command.item, command.expiry)
        self.require_room(command.item, command.amount)
        self.emit(e.ItemCommissioned(command.item, self.org, command.amount, expiry))

    def require_room(self, item: Id, amount: int) -> None:
        """All that was ever made of an item stays an amount, so sums cannot overflow."""
        known = self.state.items.get(item)
        if known is not None and known.made + amount > MAX_AMOUNT:
            raise refuse("AmountInvalid", item=item, amount=amount)

    def _run_expiry(self, item: Id, expiry: Seconds) -> Seconds:
        """The expiry of one more run of an item; what may not be run again is refused."""
        known = self.state.items.get(item)
        if known is None:
            return expiry
        if kind_of(item) == Kind.UNIT:
            raise refuse("ItemAlreadyExists", item=item)
        if known.maker != self.org:
            raise refuse("NotTheMaker", item=item, maker=known.maker, org=self.org)
        if expiry not in (0, known.expiry):
            raise refuse("ExpiryDiffers", item=item, expiry=known.expiry, wanted=expiry)
        self.require_usable(item)
        return known.expiry

    def transform(self, command: c.TransformItems) -> None:
        self.require_role(Role.MAKER)
        self.require_lines(command.inputs)
        latest, depth = self._check_inputs(command.inputs)
        if not command.outputs:
            raise refuse("LinesNotOrdered", index=0)
        expiries = []
        for i, output in enumerate(command.outputs):
            self.require_after(command.outputs[i - 1].item if i else NOTHING, output.item, i)
            expiries.append(self._check_output(output, latest, depth, command.inputs))
        self._check_amounts(command)
        number = len(
            self.events
        )  # stands for the journal's sequence number, which only the chain knows
        for line in command.inputs:
            self.emit(e.ItemConsumed(line.item, self.org, number, line.amount))
        for output, expiry in zip(command.outputs, expiries, strict=True):
            self.emit(e.ItemProduced(output.item, self.org, number, output.amount, expiry))

    def _check_inputs(self, inputs: Iterable[c.Line]) -> tuple[Seconds, int]:
        latest, depth = Seconds(0), 0
        for line in inputs:
            self.require_usable(line.item)
            self.require_item_kind(line.item)
            self.require_held(line.item, line.amount)
            known = self.item(line.item)
            if known.expiry and (not latest or known.expiry < latest):
                latest = known.expiry
            depth = max(depth, known.depth)
        return latest, depth

    def _check_output(
        self, output: c.Output, latest: Seconds, depth: int, inputs: Sequence[c.Line]
    ) -> Seconds:
        self.require_makes(output.item, output.amount)
        known = self.state.items.get(output.item)
        wanted = output.expiry if known else output.expiry or latest
        expiry = self._run_expiry(output.item, wanted)
        if latest and (not expiry or expiry > latest):
            raise refuse("ExpiryTooLate", item=output.item, expiry=expiry, latest=latest)
        if known is not None and known.depth <= depth:
            deepest = next(i.item for i in inputs if self.item(i.item).depth == depth)
            raise refuse("TransformationIsCircular", input=deepest, output=output.item)
        self.require_room(output.item, output.amount)
        return expiry

    def _check_amounts(self, command: c.TransformItems) -> None:
        consumed = _by_product(command.inputs)
        produced = _by_product(command.outputs)
        for product, amount in produced.items():
            had = consumed.get(product, 0)
            if consumed.keys() == produced.keys() and len(consumed) == 1:
                conserved = amount == had  # a split or re-lot
            elif self.product(product).recipe:
                self._check_recipe(product, amount, consumed)
                continue
            else:
                conserved = not had or amount <= had
            if not conserved:
                raise refuse("NotConserved", product=product, consumed=had, produced=amount)

    def _check_recipe(self, product: Id, produced: int, consumed: dict[Id, int]) -> None:
        """The product's own leftovers count one for one, every other input by its yield."""
        allowed = 0
        for source, amount in consumed.items():
            declared = self.state.yields.get((product, source))
            if source == product:
                allowed += amount
            elif declared is None:
                raise refuse("NotInRecipe", product=product, input=source)
            else:
                allowed += amount * declared.numerator // declared.denominator
        if produced > allowed:
            raise refuse("YieldExceeded", product=product, allowed=allowed, produced=produced)

    # --- moving ---

    def ship(self, command: c.ShipItems) -> None:
        self.require_new_id(command.shipment, Kind.SHIPMENT)
        if command.to == self.org or self.state.organisations.get(command.to) is None:
            raise refuse("ReceiverInvalid", to=command.to)
        if self.state.shipments.get((self.org, command.shipment)) is not None:
            raise refuse("ShipmentAlreadyExists", shipper=self.org, shipment=command.shipment)
        self.require_lines(command.lines)
        for line in command.lines:
            self._require_shippable(line, command.to)
            self.emit(e.ItemShipped(line.item, self.org, command.to, command.shipment, line.amount))

    def _require_shippable(self, line: c.Line, receiver: OrgId) -> None:
        self.require_held(line.item, line.amount)
        if is_item(line.item):
            self.require_usable(line.item, receiver)
        else:
            self.require_contents_usable(line.item, receiver)

    def _take_from_transit(self, shipper: OrgId, shipment: Id, lines: Sequence[c.Line]) -> OrgId:
        known = self.state.shipments.get((shipper, shipment))
        if known is None:
            raise refuse("ShipmentUnknown", shipper=shipper, shipment=shipment)
        if self.org not in (known.receiver, shipper):
            raise refuse(
                "NotTheReceiver",
                shipment=shipment,
                to=known.receiver,
                org=self.org,
                shipper=shipper,
            )
        self.require_lines(lines)
        for line in lines:
            there = self.state.in_transit(shipper, shipment, line.item)
            if there < line.amount:
                raise refuse(
                    "NotInTransit", item=line.item, shipment=shipment, in_transit=there,
                    wanted=line.amount, shipper=shipper,
                )  # fmt: skip
        return known.receiver

    def _require_receiver(self, shipper: OrgId, shipment: Id) -> None:
        known = self.state.shipments.get((shipper, shipment))
        if known is not None and known.receiver != self.org:
            raise refuse(
                "NotTheReceiver",
                shipment=shipment,
                to=known.receiver,
                org=self.org,
                shipper=shipper,
            )

    def receive(self, command: c.ReceiveShipment) -> None:
        self._require_receiver(command.shipper, command.shipment)
        self._take_from_transit(command.shipper, command.shipment, command.lines)
        for line in command.lines:
            self.emit(
                e.ItemReceived(line.item, command.shipper, self.org, command.shipment, line.amount)
            )

    def reject(self, command: c.RejectShipment) -> None:
        self._require_receiver(command.shipper, command.shipment)
        self._take_from_transit(command.shipper, command.shipment, command.lines)
        for line in command.lines:
            self.emit(
                e.ItemRejected(
                    line.item,
                    command.shipper,
                    self.org,
                    command.shipment,
                    line.amount,
                    command.reason,
                )
            )

    def cancel(self, command: c.CancelShipment) -> None:
        receiver = self._take_from_transit(self.org, command.shipment, command.lines)
        for line in command.lines:
            self.emit(e.ItemTakenBack(line.item, self.org, receiver, command.shipment, line.amount))

    # --- packing ---

    def pack(self, command: c.PackItems) -> None:
        unit = command.logistic_unit
        self.require_lines(command.lines)
        if self.state.contents.get(unit):
            self.require_unit_held(unit)
        else:
            self.require_new_id(unit, Kind.LOGISTIC_UNIT)
        for line in command.lines:
            if line.item != unit:
                self.require_held(line.item, line.amount)
            self._require_fits(unit, line.item)
            if line.item != unit:
                self.emit(e.ItemPacked(line.item, unit, self.org, line.amount))
        if any(line.item == unit for line in command.lines):  # it would not be held any more
            raise refuse("LogisticUnitNotHeld", logistic_unit=unit, org=self.org)

    def _require_fits(self, unit: Id, item: Id) -> None:
        contents = self.state.contents.get(unit) or ()
        known = any(packed.item == item for packed in contents)
        full = len(contents) == MAX_LINES_PER_UNIT and not known
        if full or (kind_of(item) == Kind.LOGISTIC_UNIT and self._level(item) == MAX_NESTING):
            raise refuse("LogisticUnitTooLarge", logistic_unit=unit)

    def _level(self, unit: Id) -> int:
        inner = (p.item for p in self.state.contents.get(unit) or ())
        levels = [self._level(each) for each in inner if kind_of(each) == Kind.LOGISTIC_UNIT]
        return 1 + max(levels, default=0)

    def unpack(self, command: c.UnpackItems) -> None:
        unit = command.logistic_unit
        self.require_unit_held(unit)
        self.require_lines(command.lines)
        for line in command.lines:
            packed = self.state.packed(unit, line.item)
            if packed < line.amount:
                raise refuse(
                    "NotPacked",
                    item=line.item,
                    logistic_unit=unit,
                    packed=packed,
                    wanted=line.amount,
                )
            self.emit(e.ItemUnpacked(line.item, unit, self.org, line.amount))

    # --- ends ---

    def _require_some(self, item: Id, amount: int) -> None:
        self.require_item_kind(item)
        self.require_amount(item, amount)
        self.require_held(item, amount)

    def dispose(self, command: c.DisposeItem) -> None:
        self._require_some(command.item, command.amount)
        self.emit(e.ItemDisposed(command.item, self.org, command.amount, command.reason))

    def sell(self, command: c.SellItem) -> None:
        self.require_role(Role.RETAILER)
        self.require_usable(command.item)
        self._require_some(command.item, command.amount)
        self.emit(e.ItemSold(command.item, self.org, command.amount))

    def _is_auditor(self) -> bool:
        known = self.state.organisations.get(self.org)
        return bool(known and known.roles & Role.AUDITOR)

    def recall(self, command: c.RecallItems) -> None:
        for item in command.items:
            known = self.item(item)
            owner = self.product(product_of(item)).org
            if self.org not in (known.maker, owner) and not self._is_auditor():
                raise refuse("NotAllowedToRecall", item=item, org=self.org)
            taken_over = self._is_auditor() and known.recalled_by != self.org
            if not known.recalled_by or taken_over:
                self.emit(e.ItemRecalled(item, self.org, command.document))

    def release(self, command: c.ReleaseItems) -> None:
        for item in command.items:
            known = self.item(item)
            if not known.recalled_by:
                raise refuse("ItemIsNotRecalled", item=item)
            if known.recalled_by != self.org and not self._is_auditor():
                raise refuse("NotAllowedToRecall", item=item, org=self.org)
            self.emit(e.ItemReleased(item, self.org, command.document))

    # --- words ---

    def observe(self, command: c.Observe) -> None:
        if not any(command.subject) or not any(command.statement):
            raise refuse("StatementInvalid", subject=command.subject, statement=command.statement)
        if command.amount > MAX_AMOUNT:
            raise refuse("AmountInvalid", item=command.subject, amount=command.amount)
        self.emit(
            e.StatementMade(
                command.subject, command.statement, self.org, command.part, command.action,
                command.step, command.disposition, command.amount, command.occurred_at,
                command.place, command.counterparty,
            )
        )  # fmt: skip

    def correct(self, command: c.CorrectStatement) -> None:
        if not any(command.statement):
            raise refuse("StatementInvalid", subject=command.by, statement=command.statement)
        self.emit(e.StatementCorrected(command.statement, self.org, DocumentHash(command.by)))


_ACTS: dict[type[c.Command], Callable[[Act, Any], None]] = {
    c.RegisterProduct: Act.register_product,
    c.DescribeProduct: Act.describe_product,
    c.AuthoriseMaker: Act.authorise_maker,
    c.DeclareYield: Act.declare_yield,
    c.CommissionItem: Act.commission,
    c.TransformItems: Act.transform,
    c.ShipItems: Act.ship,
    c.ReceiveShipment: Act.receive,
    c.RejectShipment: Act.reject,
    c.CancelShipment: Act.cancel,
    c.PackItems: Act.pack,
    c.UnpackItems: Act.unpack,
    c.DisposeItem: Act.dispose,
    c.SellItem: Act.sell,
    c.RecallItems: Act.recall,
    c.ReleaseItems: Act.release,
    c.Observe: Act.observe,
    c.CorrectStatement: Act.correct,
}


def decide(state: State, org: OrgId, commands: Iterable[c.Command], now: Seconds) -> list[e.Event]:
    """What the commands of one operation would do now, all or none. The state itself is left alone.

    Raises:
        ActRefused: with the code of the Solidity error that would be thrown.
    """
    act = Act(state.overlay(), org, now)
    acting = state.organisations.get(org)
    if acting is None:
        raise refuse("OrganisationUnknown", org=org)
    if acting.suspended:
        raise refuse("OrganisationIsSuspended", org=org)
    for command in commands:
        _ACTS[type(command)](act, command)
    return act.events


def prefix_length(state: State, org: OrgId, product: Id) -> int:
    """Length of the company prefix of ``org`` that a product begins with; 12 where it owns none."""
    digits = key_of(product).digits[1:13]
    lengths = (n for n in range(6, 13) if state.prefixes.get((n, int(digits[:n]))) == org)
    return next(lengths, 12)


def _by_product(lines: Iterable[Quantified]) -> dict[Id, int]:
    sums: dict[Id, int] = {}
    for line in lines:
        product = product_of(line.item)
        sums[product] = sums.get(product, 0) + line.amount
    return sums


def _is_unit(unit: bytes) -> bool:
    return all(48 <= byte <= 57 or 65 <= byte <= 90 for byte in unit)
