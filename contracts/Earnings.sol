// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Accounts} from "./Accounts.sol";
import {Roles} from "./Roles.sol";
import {Signatures} from "./Signatures.sol";
import {Claim, ILoyalty} from "./interfaces/ILoyalty.sol";
import {IProductLedger} from "./interfaces/IProductLedger.sol";
import {IUnitRegistry} from "./interfaces/IUnitRegistry.sol";

/// @title Earning points, and giving them back
abstract contract Earnings is Accounts {
    struct Earning {
        address member; // zero where there is none
        uint48 points; // what is left of it
        uint40 availableFrom; // the first second after the return window
        bool settled; // whether its points are in the member's account
        // and one byte is left of the slot
    }

    /// @dev What a unit of an issue earns.
    struct Opening {
        uint32 programme; // 0 where nothing was opened
        uint48 points;
        uint40 closes; // the first second in which nothing is earned any more; 0 means no end
    }

    bytes32 private constant _CLAIM_TYPE = keccak256(
        "Claim(bytes32 lot,uint64 index,address member)"
    );

    IProductLedger private immutable _LEDGER;
    IUnitRegistry private immutable _UNITS;

    mapping(bytes32 lot => mapping(uint32 issue => Opening opening)) private _openings;
    mapping(uint32 programme => mapping(bytes32 earning => Earning record)) private _earnings;
    mapping(bytes32 earning => bool) private _compensated;

    /// @param ledger who knows what is recalled
    /// @param units who knows what was sold, and came back
    constructor(IProductLedger ledger, IUnitRegistry units) {
        _LEDGER = ledger;
        _UNITS = units;
    }

    // ------------------------------------------------------------------ earning

    /// @inheritdoc ILoyalty
    function openEarning(
        uint32 programme,
        bytes32 lot,
        uint32 issue,
        uint64 points,
        uint40 closes
    ) external {
        uint32 org = _actingAs(Roles.MAKER);
        _requireRight(programme, org, EARN);
        if (_existing(programme).closed) revert ProgrammeIsClosed(programme);
        (uint32 issuer, , , , ) = _UNITS.issueOf(lot, issue);
        if (issuer != org) revert NotTheIssuer(lot, issue, org);
        Opening storage opening = _openings[lot][issue];
        if (opening.programme != 0) revert EarningAlreadyOpened(lot, issue, opening.programme);
        _requirePoints(points);
        if (closes != 0 && closes <= block.timestamp) revert ClosesTooEarly(closes);
        _openings[lot][issue] = Opening(programme, uint48(points), closes);
        _log(4, abi.encode(EarningOpened.selector, programme, lot, issue, ENTRY, points, closes));
    }

    /// @inheritdoc ILoyalty
    function claim(Claim calldata claimed) external {
        _acting();
        (bytes32 lot, uint64 index, address member) = (claimed.lot, claimed.index, claimed.member);
        Opening memory opening = _openingOf(lot, claimed.issue);
        if (opening.closes != 0 && block.timestamp >= opening.closes) {
            revert EarningIsClosed(lot, claimed.issue, opening.closes);
        }
        _UNITS.claimUnit(lot, claimed.issue, index, claimed.unit, _codeOf(claimed), claimed.path);
        (uint40 availableFrom, bytes32 rules) = _issue(opening.programme, opening.points);
        _begin(opening.programme, _byUnit(lot, index), member, opening.points, availableFrom);
        _log(
            4,
            abi.encode(
                PointsClaimed.selector,
                opening.programme,
                member,
                lot,
                ENTRY,
                index,
                opening.points,
                availableFrom,
                rules
            )
        );
    }

    /// @inheritdoc ILoyalty
    function award(uint32 programme, address member, bytes32 receipt, uint64 points) external {
        uint32 org = _actingAs(Roles.RETAILER);
        _requireRight(programme, org, EARN);
        _requirePoints(points);
        bytes32 earning = _byReceipt(org, receipt);
        if (_earnings[programme][earning].member != address(0)) {
            revert ReceiptAlreadyUsed(programme, org, receipt);
        }
        (uint40 availableFrom, bytes32 rules) = _issue(programme, points);
        _begin(programme, earning, member, points, availableFrom);
        _log(
            4,
            abi.encode(
                PointsAwarded.selector,
                programme,
                member,
                receipt,
                ENTRY,
                org,
                points,
                availableFrom,
                rules
            )
        );
    }

    /// @inheritdoc ILoyalty
    function settle(uint32 programme, bytes32[] calldata earnings) external {
        _acting();
        for (uint256 i = 0; i < earnings.length; ++i) {
            _settle(programme, earnings[i]);
        }
    }

    /// @inheritdoc ILoyalty
    function compensateUnits(
        bytes32 lot,
        uint32 issue,
        uint64[] calldata indexes,
        uint64 points
    ) external {
        uint32 programme = _openingOf(lot, issue).programme;
        _own(programme);
        _requirePoints(points);
        (, uint32 recalledBy, , ) = _LEDGER.itemOf(lot);
        if (recalledBy == 0) revert ItemIsNotRecalled(lot);
        _requireOrdered(indexes);
        for (uint256 i = 0; i < indexes.length; ++i) {
            _compensate(programme, lot, indexes[i], points);
        }
    }

    // ------------------------------------------------------------------ giving back

    /// @inheritdoc ILoyalty
    function clawBackUnits(bytes32 lot, uint32 issue, uint64[] calldata indexes) external {
        _acting();
        uint32 programme = _openingOf(lot, issue).programme;
        _requireOrdered(indexes);
        for (uint256 i = 0; i < indexes.length; ++i) {
            (, bool returned, , ) = _UNITS.unitState(lot, indexes[i]);
            if (!returned) revert UnitNotReturned(lot, indexes[i]);
            bytes32 earning = _byUnit(lot, indexes[i]);
            Earning storage record = _existingEarning(programme, earning);
            if (record.points == 0) revert EarningTooSmall(programme, earning, 0, 1);
            _clawBack(programme, earning, record, record.points);
        }
    }

    /// @inheritdoc ILoyalty
    function clawBackAward(uint32 programme, bytes32 receipt, uint64 points) external {
        bytes32 earning = _byReceipt(_acting(), receipt);
        _requirePoints(points);
        Earning storage record = _existingEarning(programme, earning);
        if (points > record.points) {
            revert EarningTooSmall(programme, earning, record.points, points);
        }
        _clawBack(programme, earning, record, uint48(points));
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc ILoyalty
    function earningOn(
        bytes32 lot,
        uint32 issue
    ) external view returns (uint32 programme, uint64 points, uint40 closes) {
        Opening memory opening = _openings[lot][issue];
        return (opening.programme, opening.points, opening.closes);
    }

    /// @inheritdoc ILoyalty
    function earningOf(
        uint32 programme,
        bytes32 earning
    )
        external
        view
        returns (
            address member,
            uint64 points,
            uint40 availableFrom,
            bool settled,
            bool compensated
        )
    {
        Earning memory known = _earnings[programme][earning];
        (member, points, availableFrom) = (known.member, known.points, known.availableFrom);
        (settled, compensated) = (known.settled, _compensated[earning]);
    }

    // ------------------------------------------------------------------ internal

    function _begin(
        uint32 programme,
        bytes32 earning,
        address member,
        uint64 points,
        uint40 availableFrom
    ) private {
        if (member == address(0)) revert AddressIsZero();
        _earnings[programme][earning] = Earning({
            member: member,
            points: uint48(points),
            availableFrom: availableFrom,
            settled: false
        });
    }

    function _settle(uint32 programme, bytes32 earning) private {
        Earning memory record = _existingEarning(programme, earning);
        if (record.settled) revert EarningAlreadySettled(programme, earning);
        if (block.timestamp < record.availableFrom) {
            revert EarningIsPending(programme, earning, record.availableFrom);
        }
        _earnings[programme][earning].settled = true;
        uint16 quarter = _quarterOf(record.availableFrom);
        uint64 recovered = _credit(programme, record.member, quarter, record.points);
        _log(
            4,
            abi.encode(
                PointsSettled.selector,
                programme,
                record.member,
                earning,
                ENTRY,
                record.points,
                recovered,
                quarter
            )
        );
    }

    function _compensate(uint32 programme, bytes32 lot, uint64 index, uint64 points) private {
        bytes32 earning = _byUnit(lot, index);
        address member = _existingEarning(programme, earning).member;
        if (_compensated[earning]) revert UnitAlreadyCompensated(lot, index);
        _compensated[earning] = true;
        _issueBesideTheCap(programme, points);
        uint64 recovered = _credit(programme, member, _quarterOf(block.timestamp), points);
        _log(
            4,
            abi.encode(
                PointsCompensated.selector,
                programme,
                member,
                lot,
                ENTRY,
                index,
                points,
                recovered
            )
        );
    }

    function _clawBack(
        uint32 programme,
        bytes32 earning,
        Earning storage record,
        uint48 points
    ) private {
        uint16 quarter = _quarterOf(record.availableFrom);
        if (_hasExpired(quarter)) revert EarningIsExpired(programme, earning, quarter);
        address member = record.member;
        record.points -= points;
        uint64 pending = record.settled ? 0 : points;
        uint64 owed = record.settled ? _takeBack(programme, member, quarter, points) : 0;
        _log(
            4,
            abi.encode(
                PointsClawedBack.selector,
                programme,
                member,
                earning,
                ENTRY,
                points,
                pending,
                owed
            )
        );
    }

    /// @dev The address of the hidden code that has signed.
    function _codeOf(Claim calldata claimed) private view returns (address code) {
        bytes32 signed = keccak256(
            abi.encode(_CLAIM_TYPE, claimed.lot, claimed.index, claimed.member)
        );
        code = Signatures.signerOf(_digest(signed), claimed.signature);
        if (code == address(0)) revert ClaimNotSigned(claimed.lot, claimed.index);
    }

    function _openingOf(bytes32 lot, uint32 issue) private view returns (Opening memory opening) {
        opening = _openings[lot][issue];
        if (opening.programme == 0) revert EarningNotOpened(lot, issue);
    }

    function _existingEarning(
        uint32 programme,
        bytes32 earning
    ) private view returns (Earning storage record) {
        record = _earnings[programme][earning];
        if (record.member == address(0)) revert EarningUnknown(programme, earning);
    }

    function _requireOrdered(uint64[] calldata indexes) private pure {
        if (indexes.length == 0) revert UnitsNotOrdered(0);
        for (uint256 i = 1; i < indexes.length; ++i) {
            if (indexes[i] <= indexes[i - 1]) revert UnitsNotOrdered(i);
        }
    }

    function _byUnit(bytes32 lot, uint64 index) private pure returns (bytes32) {
        return keccak256(abi.encode(lot, index));
    }

    function _byReceipt(uint32 org, bytes32 receipt) private pure returns (bytes32) {
        return keccak256(abi.encode(org, receipt));
    }
}
