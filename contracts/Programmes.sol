// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Door} from "./Door.sol";
import {Roles} from "./Roles.sol";
import {ILoyalty} from "./interfaces/ILoyalty.sol";

/// @title Loyalty programmes: whose they are, how much they may issue, who takes part
abstract contract Programmes is ILoyalty, Door {
    struct Programme {
        uint32 org; // 0 where there is none
        bool closed;
        uint32 returnWindow; // seconds
        uint64 budget; // points it may issue, ever
        uint64 issued; // points it has issued
        uint64 dailyCap; // points it may issue in a day
        uint64 issuedToday; // points it has issued on `today`
        uint32 today; // days since 1970
        bytes32 rules;
    }

    uint8 internal constant EARN = 1;
    uint8 internal constant REDEEM = 2;

    /// @dev Sums of what one account ever got fit 48 bits, because a programme issues no more.
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
        (opened.org, opened.returnWindow, opened.budget) = (org, returnWindow, budget);
        (opened.dailyCap, opened.rules) = (dailyCap, rules);
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
        funded.budget += points;
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
        (changed.rules, changed.dailyCap, changed.returnWindow) = (rules, dailyCap, returnWindow);
        _log(
            2,
            abi.encode(ProgrammeChanged.selector, programme, ENTRY, rules, dailyCap, returnWindow)
        );
    }

    /// @inheritdoc ILoyalty
    function closeProgramme(uint32 programme) external {
        Programme storage closed = _own(programme);
        if (closed.closed) revert ProgrammeIsClosed(programme);
        closed.closed = true;
        _log(2, abi.encode(ProgrammeClosed.selector, programme, ENTRY));
    }

    /// @inheritdoc ILoyalty
    function setPartner(uint32 programme, uint32 partner, uint8 rights) external {
        Programme storage mine = _own(programme);
        bool known = partner != mine.org && _REGISTRY.organisationExists(partner);
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
        (org, closed, returnWindow, budget) = (
            known.org,
            known.closed,
            known.returnWindow,
            known.budget
        );
        (issued, dailyCap, rules) = (known.issued, known.dailyCap, known.rules);
        issuedToday = known.today == _today() ? known.issuedToday : 0;
    }

    /// @inheritdoc ILoyalty
    function rightsOf(uint32 programme, uint32 org) external view returns (uint8) {
        return _existing(programme).org == org ? EARN | REDEEM : _rights[programme][org];
    }

    /// @dev A programme that exists.
    function _existing(uint32 programme) internal view returns (Programme storage known) {
        known = _programmes[programme];
        if (known.org == 0) revert ProgrammeUnknown(programme);
    }

    /// @dev The programme of the organisation that acts.
    function _own(uint32 programme) internal view returns (Programme storage mine) {
        uint32 org = _acting();
        mine = _existing(programme);
        if (mine.org != org) revert NotTheProgrammeOwner(programme, org);
    }

    function _requireRight(uint32 programme, uint32 org, uint8 right) internal view {
        if (_existing(programme).org != org && _rights[programme][org] & right == 0) {
            revert NotAPartner(programme, org, right);
        }
    }

    /// @dev Issues points by the rules of today. Gives what an earning must know of them.
    function _issue(
        uint32 programme,
        uint64 points
    ) internal returns (uint40 availableFrom, bytes32 rules) {
        Programme storage record = _existing(programme);
        if (record.closed) revert ProgrammeIsClosed(programme);
        uint64 before = record.today == _today() ? record.issuedToday : 0;
        uint64 left = record.dailyCap > before ? record.dailyCap - before : 0;
        if (points > left) revert DailyCapExceeded(programme, left, points);
        _issueBesideTheCap(programme, points);
        (record.today, record.issuedToday) = (_today(), before + points);
        return (uint40(block.timestamp) + record.returnWindow, record.rules);
    }

    function _issueBesideTheCap(uint32 programme, uint64 points) internal {
        Programme storage record = _existing(programme);
        uint64 left = record.budget - record.issued;
        if (points > left) revert BudgetExceeded(programme, left, points);
        record.issued += points;
    }

    function _requirePoints(uint64 points) internal pure {
        if (points == 0 || points > MOST_POINTS) revert PointsInvalid(points);
    }

    function _requireTerms(uint64 dailyCap, uint32 returnWindow) private pure {
        _requirePoints(dailyCap);
        if (returnWindow > _LONGEST_WINDOW) revert ReturnWindowInvalid(returnWindow);
    }

    function _today() private view returns (uint32) {
        return uint32(block.timestamp / 1 days);
    }
}
