"""Loyalty programmes: whose they are, how much they may issue, who takes part."""

from __future__ import annotations

from ledger import commands as c
from ledger import events as e
from ledger.earnings import MOST_POINTS
from ledger.history import Programme
from ledger.refusals import refuse
from ledger.rules.act import Act
from ledger.vocabulary import DocumentHash, OrgId, PartnerRight, Role, Seconds

DAY = 86_400
LONGEST_WINDOW = 366 * DAY
ALL_RIGHTS = PartnerRight.EARN | PartnerRight.REDEEM


def open_programme(act: Act, command: c.OpenProgramme) -> None:
    act.require_role(Role.MAKER | Role.RETAILER)
    require_points(command.budget)
    _require_terms(command.daily_cap, command.return_window)
    number = act.state.newest_programme() + 1
    terms = (command.budget, command.daily_cap, command.return_window)
    act.emit(e.ProgrammeOpened(number, act.org, command.rules, *terms))


def fund(act: Act, command: c.FundProgramme) -> None:
    known = own(act, command.programme)
    require_points(command.points)
    require_points(known.budget + command.points)
    act.emit(e.ProgrammeFunded(command.programme, command.points))


def change(act: Act, command: c.ChangeProgramme) -> None:
    own(act, command.programme)
    _require_terms(command.daily_cap, command.return_window)
    terms = (command.rules, command.daily_cap, command.return_window)
    act.emit(e.ProgrammeChanged(command.programme, *terms))


def close(act: Act, command: c.CloseProgramme) -> None:
    if own(act, command.programme).closed:
        raise refuse("ProgrammeIsClosed", programme=command.programme)
    act.emit(e.ProgrammeClosed(command.programme))


def set_partner(act: Act, command: c.SetPartner) -> None:
    known = own(act, command.programme)
    partner, rights = command.partner, command.rights
    exists = partner != known.org and act.state.organisations.get(partner) is not None
    if not exists or rights & ~int(ALL_RIGHTS):
        raise refuse("PartnerInvalid", partner=partner, rights=rights)
    act.emit(e.PartnerSet(command.programme, partner, rights))


# --- what earning and spending require ---


def existing(act: Act, programme: int) -> Programme:
    """A programme that there is."""
    known = act.state.programmes.get(programme)
    if known is None:
        raise refuse("ProgrammeUnknown", programme=programme)
    return known


def own(act: Act, programme: int) -> Programme:
    """A programme of the organisation that acts."""
    known = existing(act, programme)
    if known.org != act.org:
        raise refuse("NotTheProgrammeOwner", programme=programme, org=act.org)
    return known


def with_right(act: Act, programme: int, org: OrgId, right: PartnerRight) -> Programme:
    """A programme in which an organisation has a right."""
    known = existing(act, programme)
    rights = act.state.partners.get((programme, org)) or 0
    if known.org != org and not rights & right:
        raise refuse("NotAPartner", programme=programme, org=org, needed=int(right))
    return known


def open_for(act: Act, programme: int, org: OrgId) -> Programme:
    """The same, while something may still be earned in it."""
    known = with_right(act, programme, org, PartnerRight.EARN)
    if known.closed:
        raise refuse("ProgrammeIsClosed", programme=programme)
    return known


def issue(act: Act, programme: int, org: OrgId, points: int) -> tuple[Seconds, DocumentHash]:
    """Whether points may be issued today, for what an organisation lets earn; when they are
    available, and by which rules. The event that follows counts them.
    """
    known = open_for(act, programme, org)
    before = known.issued_today if known.today == act.now // DAY else 0
    room = max(known.daily_cap - before, 0)
    if points > room:
        raise refuse("DailyCapExceeded", programme=programme, left=room, wanted=points)
    charge(programme, known, points)
    return Seconds(act.now + known.return_window), known.rules


def charge(programme: int, known: Programme, points: int) -> None:
    """Whether the budget has room for points."""
    left = known.budget - known.issued
    if points > left:
        raise refuse("BudgetExceeded", programme=programme, left=left, wanted=points)


def require_points(points: int) -> None:
    """A number of points that anybody can have."""
    if not 0 < points <= MOST_POINTS:
        raise refuse("PointsInvalid", points=points)


def _require_terms(daily_cap: int, return_window: int) -> None:
    require_points(daily_cap)
    if return_window > LONGEST_WINDOW:
        raise refuse("ReturnWindowInvalid", return_window=return_window)
