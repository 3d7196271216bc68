"""One organisation acting on a state: what it has decided so far, and what many acts require."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ledger import events as e
from ledger.commands import ClaimPoints, RedeemPoints
from ledger.errors import KeyInvalid
from ledger.history import Item, Product, State
from ledger.refusals import refuse
from ledger.vocabulary import (
    MAX_AMOUNT,
    NOTHING,
    Address,
    Amount,
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


class Quantified(Protocol):
    """A line of an input or output list."""

    @property
    def item(self) -> Id: ...
    @property
    def amount(self) -> Amount: ...


class Signers(Protocol):
    """Who has signed what is brought: asked of what knows the contract and its chain, which the
    rules do not. The address zero stands for nobody.
    """

    def code_of(self, claim: ClaimPoints) -> Address:
        """The address of the hidden code that signed a claim."""

    def member_of(self, redemption: RedeemPoints, org: OrgId) -> Address:
        """The address of the member that signed a redemption for an organisation."""


class Act:
    """One organisation acting now on a state, by a key that has some roles. Events are applied as
    they are decided, so later checks see them. Without ``signers`` signatures, and what is proven
    with them, are taken for right.
    """

    def __init__(
        self, state: State, org: OrgId, roles: Role, now: Seconds, signers: Signers | None = None
    ) -> None:
        self.state, self.org, self.roles, self.now = state, org, roles, now
        self.signers = signers
        self.events: list[e.Event] = []

    def emit(self, event: e.Event) -> None:
        self.events.append(event)
        self.state.apply(event, self.now)

    # --- what many acts require ---

    def require_role(self, role: Role) -> None:
        if not self.roles & role:
            raise refuse("RoleMissing", org=self.org, needed=int(role), held=int(self.roles))

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

    def require_room(self, item: Id, amount: int) -> None:
        """All that was ever made of an item stays an amount, so sums cannot overflow."""
        known = self.state.items.get(item)
        if known is not None and known.made + amount > MAX_AMOUNT:
            raise refuse("AmountInvalid", item=item, amount=amount)
