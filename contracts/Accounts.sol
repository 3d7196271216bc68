// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Programmes} from "./Programmes.sol";
import {Quarters} from "./Quarters.sol";
import {ILoyalty} from "./interfaces/ILoyalty.sol";

/// @title What members have and owe
/// @notice An account is one word of `Quarters`; beside the points stands what is owed, 0 while
/// there are points. What a newer quarter would displace has expired.
/// @dev Expiry is logged when an act meets it, before the act's own event: who adds up the events
/// in order never finds more taken than there was.
abstract contract Accounts is Programmes {
    using Quarters for uint256;

    struct Account {
        uint256 word;
    }

    mapping(uint32 programme => mapping(address member => Account account)) private _accounts;

    /// @inheritdoc ILoyalty
    function expire(uint32 programme, address[] calldata members) external {
        _acting();
        _existing(programme);
        for (uint256 i = 0; i < members.length; ++i) {
            Account storage record = _accounts[programme][members[i]];
            uint256 account = _upToDate(record, programme, members[i]);
            if (account.points() != record.word.points()) record.word = account;
        }
    }

    /// @inheritdoc ILoyalty
    function accountOf(
        uint32 programme,
        address member
    ) external view returns (uint64 available, uint64 owed, uint64[4] memory byQuarter) {
        uint256 account = _accounts[programme][member].word;
        uint256 current = _quarterNow();
        owed = uint64(account.beside());
        for (uint256 i = 0; i < 4; ++i) {
            uint256 quarter = current + i;
            if (quarter < 3 || quarter - 3 > account.newest()) continue;
            byQuarter[i] = uint64(account.pointsOf(quarter - 3));
            available += byQuarter[i];
        }
    }

    /// @dev Adds points of a quarter that is not over, less what the member owes.
    /// @return recovered how many of them paid what was owed
    function _credit(
        uint32 programme,
        address member,
        uint256 quarter,
        uint256 points
    ) internal returns (uint256 recovered) {
        Account storage record = _accounts[programme][member];
        uint256 account = _upToDate(record, programme, member);
        (record.word, recovered) = _paidInto(account, quarter, points);
    }

    /// @dev Takes points back: first of the quarter they were of, then the oldest. What is not
    /// there is owed.
    function _takeBack(
        uint32 programme,
        address member,
        uint256 quarter,
        uint256 points
    ) internal returns (uint256 owed) {
        uint256 drawn;
        Account storage record = _accounts[programme][member];
        uint256 account = _upToDate(record, programme, member);
        (account, drawn) = account.draw(quarter, points);
        (account, , owed) = account.drawOldest(points - drawn);
        record.word = account.withBeside(account.beside() + owed);
    }

    /// @dev Spends points, the oldest first.
    /// @return taken of which quarters they were
    function _spend(
        uint32 programme,
        address member,
        uint256 points
    ) internal returns (uint256 taken) {
        uint256 missing;
        Account storage record = _accounts[programme][member];
        uint256 account = _upToDate(record, programme, member);
        (account, taken, missing) = account.drawOldest(points);
        if (missing != 0) revert BalanceTooSmall(programme, member, points - missing, points);
        record.word = account;
    }

    /// @dev Gives back to each quarter what was spent of it, the oldest first, as far as it is not
    /// over.
    function _giveBack(
        uint32 programme,
        address member,
        uint256 taken
    ) internal returns (uint256 restored, uint256 recovered, uint256 expired) {
        Account storage record = _accounts[programme][member];
        uint256 account = _upToDate(record, programme, member);
        (uint256 last, uint256 current) = (taken.newest(), account.newest());
        for (uint256 quarter = taken.oldest(); quarter <= last; ++quarter) {
            uint256 points = taken.pointsOf(quarter);
            if (points == 0) continue;
            if (Quarters.isOver(quarter, current)) {
                expired += points;
            } else {
                uint256 paid;
                (account, paid) = _paidInto(account, quarter, points);
                (restored, recovered) = (restored + points, recovered + paid);
            }
        }
        record.word = account;
    }

    /// @dev Whether points of a quarter have expired by now.
    function _hasExpired(uint256 quarter) internal view returns (bool) {
        return Quarters.isOver(quarter, _quarterNow());
    }

    function _quarterNow() internal view returns (uint256) {
        return Quarters.quarterOf(block.timestamp);
    }

    function _logExpiry(
        uint32 programme,
        address member,
        uint256 quarter,
        uint256 points
    ) internal {
        _log(3, abi.encode(PointsExpired.selector, programme, member, ENTRY, quarter, points));
    }

    /// @dev The account as it is now; what has expired since it was last written is logged.
    function _upToDate(
        Account storage record,
        uint32 programme,
        address member
    ) private returns (uint256 account) {
        account = record.word;
        (uint256 last, uint256 current) = (account.newest(), _quarterNow());
        if (last == current) return account;
        for (uint256 quarter = account.oldest(); quarter <= last; ++quarter) {
            uint256 points = account.pointsOf(quarter);
            if (points == 0 || !Quarters.isOver(quarter, current)) continue;
            (account, ) = account.draw(quarter, points);
            _logExpiry(programme, member, quarter, points);
        }
        return account.movedTo(current);
    }

    function _paidInto(
        uint256 account,
        uint256 quarter,
        uint256 points
    ) private pure returns (uint256 paid, uint256 recovered) {
        uint256 owed = account.beside();
        recovered = points < owed ? points : owed;
        if (recovered != 0) account = account.withBeside(owed - recovered);
        return (account.add(quarter, points - recovered), recovered);
    }
}
