"""Steps of the fold: programmes, and what members have in them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ledger import events as e
from ledger.earnings import earning_of_receipt, earning_of_unit, quarter_of
from ledger.history import accounts
from ledger.history.entities import Account, Earning, Opening, Programme, Redemption
from ledger.history.steps.step import Steps
from ledger.vocabulary import Address, DocumentHash, Seconds

if TYPE_CHECKING:
    from ledger.history.state import State

_DAY = 86_400

# --- programmes ---


def _opened(state: State, event: e.ProgrammeOpened, time: Seconds) -> None:
    terms = (event.rules, event.budget, event.daily_cap, event.return_window)
    state.programmes.put(event.programme, Programme(event.org, *terms))


def _funded(state: State, event: e.ProgrammeFunded, time: Seconds) -> None:
    known = state.programmes.get(event.programme)
    if known is not None:
        state.programmes.put(event.programme, replace(known, budget=known.budget + event.points))


def _changed(state: State, event: e.ProgrammeChanged, time: Seconds) -> None:
    known = state.programmes.get(event.programme)
    if known is not None:
        changed = replace(
            known,
            rules=event.rules,
            daily_cap=event.daily_cap,
            return_window=event.return_window,
        )
        state.programmes.put(event.programme, changed)


def _closed(state: State, event: e.ProgrammeClosed, time: Seconds) -> None:
    known = state.programmes.get(event.programme)
    if known is not None:
        state.programmes.put(event.programme, replace(known, closed=True))


def _partner_set(state: State, event: e.PartnerSet, time: Seconds) -> None:
    state.partners.put((event.programme, event.partner), event.rights or None)


def _earning_opened(state: State, event: e.EarningOpened, time: Seconds) -> None:
    opening = Opening(event.programme, event.points, event.closes)
    state.openings.put((event.lot, event.issue), opening)


# --- earning ---


def _claimed(state: State, event: e.PointsClaimed, time: Seconds) -> None:
    _issue_today(state, event.programme, event.points, time)
    _earn(state, event, earning_of_unit(event.lot, event.index), time)


def _awarded(state: State, event: e.PointsAwarded, time: Seconds) -> None:
    _issue_today(state, event.programme, event.points, time)
    _earn(state, event, earning_of_receipt(event.org, event.receipt), time)


def _earn(
    state: State, event: e.PointsClaimed | e.PointsAwarded, earning: DocumentHash, time: Seconds
) -> None:
    earned = Earning(event.member, event.points, event.points, event.available_from, since=time)
    state.earnings.put((event.programme, earning), earned)


def _issue_today(state: State, programme: int, points: int, time: Seconds) -> None:
    known = state.programmes.get(programme)
    if known is not None:
        today = time // _DAY
        before = known.issued_today if known.today == today else 0
        issued = replace(
            known, issued=known.issued + points, today=today, issued_today=before + points
        )
        state.programmes.put(programme, issued)


def _compensated(state: State, event: e.PointsCompensated, time: Seconds) -> None:
    programme = state.programmes.get(event.programme)
    if programme is not None:
        more = replace(programme, issued=programme.issued + event.points)
        state.programmes.put(event.programme, more)
    key = (event.programme, earning_of_unit(event.lot, event.index))
    known = state.earnings.get(key)
    if known is not None:
        state.earnings.put(key, replace(known, compensated=True))
    _credit(state, event.programme, event.member, event.quarter, event.points, time)


def _settled(state: State, event: e.PointsSettled, time: Seconds) -> None:
    key = (event.programme, event.earning)
    known = state.earnings.get(key)
    if known is not None:
        state.earnings.put(key, replace(known, settled=True))
    if accounts.is_over(event.quarter, quarter_of(time)):  # told next, by PointsExpired
        _change(state, event.programme, event.member, event.quarter, event.points)
    else:
        _credit(state, event.programme, event.member, event.quarter, event.points, time)


# --- what members have ---


def _account(state: State, programme: int, member: Address, time: Seconds) -> Account:
    return accounts.present(state.accounts.get((programme, member)), quarter_of(time))


def _credit(
    state: State, programme: int, member: Address, quarter: int, points: int, time: Seconds
) -> None:
    account = _account(state, programme, member, time)
    account, _ = accounts.credited(account, quarter, points)
    state.accounts.put((programme, member), account)


def _change(state: State, programme: int, member: Address, quarter: int, points: int) -> None:
    known = state.accounts.get((programme, member))
    if known is not None:
        state.accounts.put((programme, member), accounts.changed(known, quarter, points))


def _expired(state: State, event: e.PointsExpired, time: Seconds) -> None:
    _change(state, event.programme, event.member, event.quarter, -event.points)


def _clawed_back(state: State, event: e.PointsClawedBack, time: Seconds) -> None:
    key = (event.programme, event.earning)
    known = state.earnings.get(key)
    if known is None:
        return
    state.earnings.put(key, replace(known, points=known.points - event.points))
    if known.settled:
        account = _account(state, event.programme, event.member, time)
        quarter = quarter_of(known.available_from)
        account, _ = accounts.taken_back(account, quarter, event.points)
        state.accounts.put((event.programme, event.member), account)


def _redeemed(state: State, event: e.PointsRedeemed, time: Seconds) -> None:
    account = _account(state, event.programme, event.member, time)
    account, taken = accounts.spent(account, event.points)
    state.accounts.put((event.programme, event.member), account)
    redeemed = Redemption(event.org, taken, account.quarter, since=time)
    state.redemptions.put((event.programme, event.member, event.redemption), redeemed)


def _cancelled(state: State, event: e.RedemptionCancelled, time: Seconds) -> None:
    key = (event.programme, event.member, event.redemption)
    known = state.redemptions.get(key)
    if known is None:
        return
    state.redemptions.put(key, replace(known, cancelled=True))
    account = _account(state, event.programme, event.member, time)
    account, _ = accounts.given_back(account, known)
    state.accounts.put((event.programme, event.member), account)


STEPS: Steps = {
    e.ProgrammeOpened: _opened,
    e.ProgrammeFunded: _funded,
    e.ProgrammeChanged: _changed,
    e.ProgrammeClosed: _closed,
    e.PartnerSet: _partner_set,
    e.EarningOpened: _earning_opened,
    e.PointsClaimed: _claimed,
    e.PointsAwarded: _awarded,
    e.PointsCompensated: _compensated,
    e.PointsSettled: _settled,
    e.PointsExpired: _expired,
    e.PointsClawedBack: _clawed_back,
    e.PointsRedeemed: _redeemed,
    e.RedemptionCancelled: _cancelled,
}
