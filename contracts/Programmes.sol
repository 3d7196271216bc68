// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Door} from "./Door.sol";
import {Roles} from "./Roles.sol";
import {ILoyalty} from "./interfaces/ILoyalty.sol";

/// @title Loyalty programmes: whose they are, how much they may issue, who takes part
abstract contract Programmes is ILoyalty, Door {
    /// @dev All that issuing points must read and write, in one slot.
    struct Terms {
        uint32 org; // 0 where there is no programme
        bool closed;
        uint32 returnWindow; // seconds
        uint48 left; // points it may still issue
        uint48 dailyCap; // points it may issue in a day
        uint48 issuedToday; // points it has issued on `today`
        uint24 today; // days since 1970
    }

    struct Programme {
        Terms terms;
        uint48 budget; // points it may issue, ever
        bytes32 rules;
    }

    uint8 internal constant EARN = 1;
    uint8 internal constant REDEEM = 2;

    /// @dev Whatever is added up of a programme's points fits 48 bits, because it issues no more.
    uint64 internal constant MOST_POINTS = type(uint48).max;
    uint32 private constant _LONGEST_WINDOW = 366 days;

    uint32 private _programmeCount;
    mapping(uint32 number => Programme programme) private _programmes;
    mapping(uint32 number => mapping(uint32 org => uint8 rights)) private _rights;

    /// @inheritdoc ILoyalty
    function openProgramme(
        bytes32 rules,
        uint64 budget,
        uint64 dailyCap,
        uint32 returnWindow
    ) external {
        uint32 org = _actingAs(Roles.MAKER | Roles.RETAILER);
        _requirePoints(budget);
        _requireTerms(dailyCap, returnWindow);
        uint32 programme = ++_programmeCount;
        Programme storage opened = _programmes[programme];
        (opened.budget, opened.rules) = (uint48(budget), rules);
        opened.terms = Terms({
            org: org,
            closed: false,
            returnWindow: returnWindow,
            left: uint48(budget),
            dailyCap: uint48(dailyCap),
            issuedToday: 0,
            today: 0
        });
        _log(
            3,
            abi.encode(
                ProgrammeOpened.selector,
                programme,
                org,
                ENTRY,
                rules,
                budget,
                dailyCap,
                returnWindow
            )
        );
    }

    /// @inheritdoc ILoyalty
    function fundProgramme(uint32 programme, uint64 points) external {
        Programme storage funded = _own(programme);
        _requirePoints(points);
        _requirePoints(funded.budget + points);
        funded.budget += uint48(points);
        funded.terms.left += uint48(points);
        _log(2, abi.encode(ProgrammeFunded.selector, programme, ENTRY, points));
    }

    /// @inheritdoc ILoyalty
    function changeProgramme(
        uint32 programme,
        bytes32 rules,
        uint64 dailyCap,
        uint32 returnWindow
    ) external {
        Programme storage changed = _own(programme);
        _requireTerms(dailyCap, returnWindow);
        changed.rules = rules;
        (changed.terms.dailyCap, changed.terms.returnWindow) = (uint48(dailyCap), returnWindow);
        _log(
            2,
            abi.encode(ProgrammeChanged.selector, programme, ENTRY, rules, dailyCap, returnWindow)
        );
    }

    /// @inheritdoc ILoyalty
    function closeProgramme(uint32 programme) external {
        Programme storage closed = _own(programme);
        if (closed.terms.closed) revert ProgrammeIsClosed(programme);
        closed.terms.closed = true;
        _log(2, abi.encode(ProgrammeClosed.selector, programme, ENTRY));
    }

    /// @inheritdoc ILoyalty
    function setPartner(uint32 programme, uint32 partner, uint8 rights) external {
        Programme storage mine = _own(programme);
        bool known = partner != mine.terms.org && _REGISTRY.organisationExists(partner);
        if (!known || rights & ~(EARN | REDEEM) != 0) revert PartnerInvalid(partner, rights);
        _rights[programme][partner] = rights;
        _log(3, abi.encode(PartnerSet.selector, programme, partner, ENTRY, rights));
    }

    /// @inheritdoc ILoyalty
    function programmeOf(
        uint32 programme
    )
        external
        view
        returns (
            uint32 org,
            bool closed,
            uint32 returnWindow,
            uint64 budget,
            uint64 issued,
            uint64 dailyCap,
            uint64 issuedToday,
            bytes32 rules
        )
    {
        Programme memory known = _existing(programme);
        Terms memory terms = known.terms;
        (org, closed, returnWindow) = (terms.org, terms.closed, terms.returnWindow);
        (budget, issued) = (known.budget, known.budget - terms.left);
        (dailyCap, issuedToday, rules) = (terms.dailyCap, _issuedToday(terms), known.rules);
    }

    /// @inheritdoc ILoyalty
    function rightsOf(uint32 programme, uint32 org) external view returns (uint8) {
        return _existing(programme).terms.org == org ? EARN | REDEEM : _rights[programme][org];
    }

    /// @dev A programme that exists.
    function _existing(uint32 programme) internal view returns (Programme storage known) {
        known = _programmes[programme];
        if (known.terms.org == 0) revert ProgrammeUnknown(programme);
    }

    /// @dev The programme of the organisation that acts.
    function _own(uint32 programme) internal view returns (Programme storage mine) {
        uint32 org = _acting();
        mine = _existing(programme);
        if (mine.terms.org != org) revert NotTheProgrammeOwner(programme, org);
    }

    /// @dev The terms of a programme in which an organisation has a right.
    function _termsFor(
        uint32 programme,
        uint32 org,
        uint8 right
    ) internal view returns (Terms memory terms) {
        terms = _existing(programme).terms;
        if (terms.org != org && _rights[programme][org] & right == 0) {
            revert NotAPartner(programme, org, right);
        }
    }

    /// @dev The same, while something may still be earned in it.
    function _openTermsFor(
        uint32 programme,
        uint32 org
    ) internal view returns (Terms memory terms) {
        terms = _termsFor(programme, org, EARN);
        if (terms.closed) revert ProgrammeIsClosed(programme);
    }

    /// @dev Issues points for what an organisation lets earn, by the rules of today. Gives what an
    /// earning must know of them.
    function _issue(
        uint32 programme,
        uint32 org,
        uint64 points
    ) internal returns (uint40 availableFrom, bytes32 rules) {
        Terms memory terms = _openTermsFor(programme, org);
        uint48 before = _issuedToday(terms);
        uint48 room = terms.dailyCap > before ? terms.dailyCap - before : 0;
        if (points > room) revert DailyCapExceeded(programme, room, points);
        (terms.today, terms.issuedToday) = (_today(), before + uint48(points));
        _charge(programme, terms, points);
        return (uint40(block.timestamp) + terms.returnWindow, _programmes[programme].rules);
    }

    /// @dev Takes points out of the budget.
    function _charge(uint32 programme, Terms memory terms, uint256 points) internal {
        if (points > terms.left) revert BudgetExceeded(programme, terms.left, points);
        terms.left -= uint48(points);
        _programmes[programme].terms = terms;
    }

    function _requirePoints(uint64 points) internal pure {
        if (points == 0 || points > MOST_POINTS) revert PointsInvalid(points);
    }

    function _requireTerms(uint64 dailyCap, uint32 returnWindow) private pure {
        _requirePoints(dailyCap);
        if (returnWindow > _LONGEST_WINDOW) revert ReturnWindowInvalid(returnWindow);
    }

    function _issuedToday(Terms memory terms) private view returns (uint48) {
        return terms.today == _today() ? terms.issuedToday : 0;
    }

    function _today() private view returns (uint24) {
        return uint24(block.timestamp / 1 days);
    }
}
