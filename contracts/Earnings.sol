// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Accounts} from "./Accounts.sol";
import {Quarters} from "./Quarters.sol";
import {Roles} from "./Roles.sol";
import {ILoyalty} from "./interfaces/ILoyalty.sol";

/// @title What was earned: pending, settled, taken back
/// @notice An earning is pending until its return window is over and somebody settles it. What is
/// taken back of it leaves it for good.
abstract contract Earnings is Accounts {
    struct Earning {
        address member; // zero where there is none
        uint48 points; // what is left of it
        uint40 availableFrom; // the first second after the return window
        uint8 marks; // bits below
    }

    uint8 internal constant SETTLED = 1; // its points are in the member's account
    uint8 internal constant COMPENSATED = 2;

    mapping(uint32 programme => mapping(bytes32 earning => Earning record)) private _earnings;

    /// @inheritdoc ILoyalty
    function award(uint32 programme, address member, bytes32 receipt, uint64 points) external {
        uint32 org = _actingAs(Roles.RETAILER);
        _requirePoints(points);
        Earning storage record = _earnings[programme][_byReceipt(org, receipt)];
        if (record.member != address(0)) {
            revert ReceiptAlreadyUsed(programme, org, receipt);
        }
        (uint40 availableFrom, bytes32 rules) = _issue(programme, org, points);
        _begin(record, member, points, availableFrom);
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
    function clawBackAward(uint32 programme, bytes32 receipt, uint64 points) external {
        bytes32 earning = _byReceipt(_acting(), receipt);
        _requirePoints(points);
        Earning storage record = _existingEarning(programme, earning);
        uint64 left = record.points;
        if (points > left) revert EarningTooSmall(programme, earning, left, points);
        _clawBack(programme, earning, record, points);
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
        settled = known.marks & SETTLED != 0;
        compensated = known.marks & COMPENSATED != 0;
    }

    function _begin(
        Earning storage record,
        address member,
        uint64 points,
        uint40 availableFrom
    ) internal {
        if (member == address(0)) revert AddressIsZero();
        (record.member, record.points) = (member, uint48(points));
        record.availableFrom = availableFrom;
    }

    /// @dev Points of a quarter that is over expire at once; they pay no debt.
    function _settle(uint32 programme, bytes32 earning) private {
        Earning storage stored = _existingEarning(programme, earning);
        Earning memory record = stored;
        if (record.marks & SETTLED != 0) revert EarningAlreadySettled(programme, earning);
        if (block.timestamp < record.availableFrom) {
            revert EarningIsPending(programme, earning, record.availableFrom);
        }
        if (record.points == 0) revert EarningTooSmall(programme, earning, 0, 1);
        stored.marks = record.marks | SETTLED;
        uint256 quarter = Quarters.quarterOf(record.availableFrom);
        bool over = _hasExpired(quarter);
        uint256 recovered = over ? 0 : _credit(programme, record.member, quarter, record.points);
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
        if (over) _logExpiry(programme, record.member, quarter, record.points);
    }

    function _clawBack(
        uint32 programme,
        bytes32 earning,
        Earning storage stored,
        uint64 points
    ) internal {
        Earning memory record = stored;
        uint256 quarter = Quarters.quarterOf(record.availableFrom);
        if (_hasExpired(quarter)) {
            revert EarningIsExpired(programme, earning, uint16(quarter));
        }
        stored.points = record.points - uint48(points);
        bool settled = record.marks & SETTLED != 0;
        uint256 owed = settled ? _takeBack(programme, record.member, quarter, points) : 0;
        _log(
            4,
            abi.encode(
                PointsClawedBack.selector,
                programme,
                record.member,
                earning,
                ENTRY,
                points,
                settled ? 0 : points,
                owed
            )
        );
    }

    /// @dev An earning, or where one is to be.
    function _earningAt(
        uint32 programme,
        bytes32 earning
    ) internal view returns (Earning storage record) {
        return _earnings[programme][earning];
    }

    function _existingEarning(
        uint32 programme,
        bytes32 earning
    ) internal view returns (Earning storage record) {
        record = _earnings[programme][earning];
        if (record.member == address(0)) revert EarningUnknown(programme, earning);
    }

    function _byReceipt(uint32 org, bytes32 receipt) private pure returns (bytes32) {
        return keccak256(abi.encode(org, receipt));
    }
}
