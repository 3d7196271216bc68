// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Programmes} from "./Programmes.sol";
import {ILoyalty} from "./interfaces/ILoyalty.sol";

/// @title What members have and owe
/// @notice An account is four quarters of points in one slot. Points of a quarter stand at
/// `quarter & 3`; what a newer quarter displaces has expired.
abstract contract Accounts is Programmes {
    struct Account {
        uint48[4] points; // by quarter & 3
        uint48 owed; // to be recovered from what comes in; 0 while there are points
        uint16 quarter; // the newest the points are of
    }

    uint256 private constant _QUARTER = 90 days;
    uint16 private constant _LIFE = 4; // quarters, with the one in which they become available

    mapping(uint32 programme => mapping(address member => Account account)) private _accounts;

    /// @inheritdoc ILoyalty
    function expire(uint32 programme, address[] calldata members) external {
        _acting();
        _existing(programme);
        for (uint256 i = 0; i < members.length; ++i) {
            _accounts[programme][members[i]] = _upToDate(programme, members[i]);
        }
    }

    /// @inheritdoc ILoyalty
    function accountOf(
        uint32 programme,
        address member
    ) external view returns (uint64 available, uint64 owed, uint64[4] memory byQuarter) {
        Account memory account = _accounts[programme][member];
        owed = account.owed;
        for (uint16 i = 0; i < _LIFE; ++i) {
            uint16 quarter = _quarterNow() - (_LIFE - 1) + i;
            if (quarter > account.quarter || _isOver(quarter, account.quarter)) continue;
            byQuarter[i] = account.points[quarter & 3];
            available += byQuarter[i];
        }
    }

    /// @dev Adds points of a quarter to an account, less what the member owes. Those of a quarter
    /// that is over expire at once.
    /// @return recovered how many of them paid what was owed
    function _credit(
        uint32 programme,
        address member,
        uint16 quarter,
        uint64 points
    ) internal returns (uint64 recovered) {
        Account memory account = _upToDate(programme, member);
        if (_isOver(quarter, account.quarter)) {
            _logExpiry(programme, member, quarter, points);
        } else {
            recovered = points < account.owed ? points : account.owed;
            account.owed -= uint48(recovered);
            account.points[quarter & 3] += uint48(points - recovered);
        }
        _accounts[programme][member] = account;
    }

    /// @dev Takes points back: first of the quarter they were of, then the oldest. What is not
    /// there is owed.
    function _takeBack(
        uint32 programme,
        address member,
        uint16 quarter,
        uint64 points
    ) internal returns (uint64 owed) {
        Account memory account = _upToDate(programme, member);
        uint64 left = points - _draw(account, quarter, points);
        for (uint16 age = _LIFE; age > 0 && left > 0; --age) {
            left -= _draw(account, account.quarter - (age - 1), left);
        }
        account.owed += uint48(left);
        _accounts[programme][member] = account;
        return left;
    }

    /// @dev Spends points, the oldest first.
    /// @return taken of the last four quarters, by quarter & 3
    /// @return quarter the newest of them
    function _spend(
        uint32 programme,
        address member,
        uint64 points
    ) internal returns (uint48[4] memory taken, uint16 quarter) {
        Account memory account = _upToDate(programme, member);
        quarter = account.quarter;
        uint64 left = points;
        for (uint16 age = _LIFE; age > 0; --age) {
            uint16 from = quarter - (age - 1);
            uint64 drawn = _draw(account, from, left);
            taken[from & 3] = uint48(drawn);
            left -= drawn;
        }
        if (left != 0) revert BalanceTooSmall(programme, member, points - left, points);
        _accounts[programme][member] = account;
    }

    /// @dev The quarter of a moment.
    function _quarterOf(uint256 time) internal pure returns (uint16) {
        return uint16(time / _QUARTER);
    }

    /// @dev Whether points of a quarter have expired by now.
    function _hasExpired(uint16 quarter) internal view returns (bool) {
        return _isOver(quarter, _quarterNow());
    }

    /// @dev The account as it is now; what has expired since it was last looked at is logged.
    function _upToDate(uint32 programme, address member) private returns (Account memory account) {
        account = _accounts[programme][member];
        uint16 current = _quarterNow();
        if (account.quarter == current) return account;
        for (uint16 age = _LIFE; age > 0; --age) {
            // an account that is still empty has the quarter 0, and nothing of any
            uint16 quarter = account.quarter < age ? 0 : account.quarter - (age - 1);
            uint48 points = account.points[quarter & 3];
            if (points == 0 || !_isOver(quarter, current)) continue;
            account.points[quarter & 3] = 0;
            _logExpiry(programme, member, quarter, points);
        }
        account.quarter = current;
    }

    function _logExpiry(uint32 programme, address member, uint16 quarter, uint64 points) private {
        _log(3, abi.encode(PointsExpired.selector, programme, member, ENTRY, quarter, points));
    }

    function _quarterNow() private view returns (uint16) {
        return _quarterOf(block.timestamp);
    }

    /// @dev As much as is there of a quarter, and not more than is wanted.
    function _draw(
        Account memory account,
        uint16 quarter,
        uint64 wanted
    ) private pure returns (uint64 drawn) {
        uint48 there = account.points[quarter & 3];
        drawn = there < wanted ? there : wanted;
        account.points[quarter & 3] = there - uint48(drawn);
    }

    function _isOver(uint16 quarter, uint16 current) private pure returns (bool) {
        return quarter + _LIFE <= current;
    }
}
