// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Bits} from "./Bits.sol";
import {Earnings} from "./Earnings.sol";
import {Roles} from "./Roles.sol";
import {Signatures} from "./Signatures.sol";
import {Claim, ILoyalty} from "./interfaces/ILoyalty.sol";
import {IProductLedger} from "./interfaces/IProductLedger.sol";
import {IUnitRegistry} from "./interfaces/IUnitRegistry.sol";

/// @title Earning with units
/// @notice What an issue promises, claims, and what follows a return or a recall. Who issued the units lets them earn, and must be allowed to for as long as they do.
abstract contract Claims is Earnings {
    /// @dev What a unit of an issue earns.
    struct Opening {
        uint32 programme; // 0 where nothing was opened
        uint32 org; // who issued the units
        uint48 points;
        uint40 closes; // the first second in which nothing is earned any more; 0 means no end
    }

    bytes32 private constant _CLAIM_TYPE = keccak256(
        "Claim(bytes32 lot,uint64 index,address member)"
    );

    IProductLedger private immutable _LEDGER;
    IUnitRegistry private immutable _UNITS;

    mapping(bytes32 lot => mapping(uint32 issue => Opening opening)) private _openings;

    /// @param ledger who knows what is recalled
    /// @param units who knows what was sold, and came back
    constructor(IProductLedger ledger, IUnitRegistry units) {
        _LEDGER = ledger;
        _UNITS = units;
    }

    /// @inheritdoc ILoyalty
    function openEarning(
        uint32 programme,
        bytes32 lot,
        uint32 issue,
        uint64 points,
        uint40 closes
    ) external {
        uint32 org = _actingAs(Roles.MAKER);
        _openTermsFor(programme, org);
        (uint32 issuer, , , , ) = _UNITS.issueOf(lot, issue);
        if (issuer != org) revert NotTheIssuer(lot, issue, org);
        Opening storage opening = _openings[lot][issue];
        if (opening.programme != 0) revert EarningAlreadyOpened(lot, issue, opening.programme);
        _requirePoints(points);
        if (closes != 0 && closes <= block.timestamp) revert ClosesTooEarly(closes);
        _openings[lot][issue] = Opening(programme, org, uint48(points), closes);
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
        (uint40 availableFrom, bytes32 rules) = _issue(
            opening.programme,
            opening.org,
            opening.points
        );
        _begin(
            _earningAt(opening.programme, _byUnit(lot, index)),
            member,
            opening.points,
            availableFrom
        );
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
    function clawBackUnits(bytes32 lot, uint32 issue, uint64[] calldata indexes) external {
        _acting();
        uint32 programme = _openingOf(lot, issue).programme;
        _requireOrdered(indexes);
        uint256 word = type(uint256).max;
        uint256 returned = 0;
        for (uint256 i = 0; i < indexes.length; ++i) {
            uint64 index = indexes[i];
            if (index >> 8 != word) {
                word = index >> 8;
                returned = _UNITS.returnedUnits(lot, word);
            }
            if (returned & Bits.bit(index) == 0) revert UnitNotReturned(lot, index);
            bytes32 earning = _byUnit(lot, index);
            Earning storage record = _existingEarning(programme, earning);
            uint64 points = record.points;
            if (points == 0) revert EarningTooSmall(programme, earning, 0, 1);
            _clawBack(programme, earning, record, points);
        }
    }

    /// @inheritdoc ILoyalty
    function compensateUnits(
        bytes32 lot,
        uint32 issue,
        uint64[] calldata indexes,
        uint64 points
    ) external {
        _acting();
        uint32 programme = _openingOf(lot, issue).programme;
        Terms memory terms = _own(programme).terms;
        _requirePoints(points);
        (, uint32 recalledBy, , ) = _LEDGER.itemOf(lot);
        if (recalledBy == 0) revert ItemIsNotRecalled(lot);
        _requireOrdered(indexes);
        _charge(programme, terms, uint256(points) * indexes.length);
        for (uint256 i = 0; i < indexes.length; ++i) {
            _compensate(programme, lot, indexes[i], points);
        }
    }

    /// @inheritdoc ILoyalty
    function earningOn(
        bytes32 lot,
        uint32 issue
    ) external view returns (uint32 programme, uint64 points, uint40 closes) {
        Opening memory opening = _openings[lot][issue];
        return (opening.programme, opening.points, opening.closes);
    }

    function _compensate(uint32 programme, bytes32 lot, uint64 index, uint64 points) private {
        Earning storage record = _existingEarning(programme, _byUnit(lot, index));
        (address member, uint8 marks) = (record.member, record.marks);
        if (marks & COMPENSATED != 0) revert UnitAlreadyCompensated(lot, index);
        record.marks = marks | COMPENSATED;
        uint256 quarter = _quarterNow();
        uint256 recovered = _credit(programme, member, quarter, points);
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
                recovered,
                quarter
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

    function _requireOrdered(uint64[] calldata indexes) private pure {
        if (indexes.length == 0) revert UnitsNotOrdered(0);
        for (uint256 i = 1; i < indexes.length; ++i) {
            if (indexes[i] <= indexes[i - 1]) revert UnitsNotOrdered(i);
        }
    }

    /// @dev Never a receipt's: a lot begins with its kind, an organisation's number with zeros.
    function _byUnit(bytes32 lot, uint64 index) private pure returns (bytes32) {
        return keccak256(abi.encode(lot, index));
    }
}
