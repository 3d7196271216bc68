// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ILoyalty} from "../interfaces/ILoyalty.sol";
import {Log} from "./Vm.sol";

/// @title All state of the points, added up from their events alone, in order
/// @notice Sums are unsigned: an event that takes more than there was ends the fold.
contract PointsFold {
    struct Sums {
        uint256 issued;
        uint256 pending;
        uint256 balances;
        uint256 spent;
        uint256 expired;
        uint256 clawedBack;
        uint256 owed;
    }

    struct Terms {
        uint32 owner;
        bool closed;
        uint64 budget;
        uint64 dailyCap;
    }

    struct Earning {
        address member;
        uint64 left;
        uint40 availableFrom;
        bool settled;
        uint32 org; // of a receipt
    }

    struct Spent {
        uint32 org;
        uint256 newest;
        uint64[4] taken; // the oldest first
        bool cancelled;
    }

    uint256 private constant QUARTER = 90 days;

    mapping(uint256 programme => Sums) public sums;
    mapping(uint256 programme => Terms) public terms;
    mapping(uint256 programme => mapping(uint256 day => uint256)) public issuedOn;
    mapping(uint256 programme => mapping(uint256 org => uint8)) public rights;
    mapping(uint256 programme => mapping(bytes32 earning => Earning)) public earnings;
    mapping(uint256 programme => mapping(address member => uint256)) public owed;
    mapping(uint256 programme => mapping(address member => mapping(uint256 quarter => uint64)))
        public has;
    mapping(bytes32 redemption => Spent) private _spent;

    function spentOf(bytes32 key) external view returns (Spent memory) {
        return _spent[key];
    }

    /// @dev Takes the next event in. `entry` stands before its data.
    function add(Log calldata log) external {
        bytes32 kind = log.topics[0];
        uint256 programme = log.topics.length > 1 ? uint256(log.topics[1]) : 0;
        address member =
            log.topics.length > 2 ? address(uint160(uint256(log.topics[2]))) : address(0);
        bytes calldata data = log.data[32:];
        if (kind == ILoyalty.ProgrammeOpened.selector) _opened(programme, log.topics[2], data);
        if (kind == ILoyalty.ProgrammeFunded.selector) {
            terms[programme].budget += abi.decode(data, (uint64));
        }
        if (kind == ILoyalty.ProgrammeChanged.selector) {
            (, terms[programme].dailyCap, ) = abi.decode(data, (bytes32, uint64, uint32));
        }
        if (kind == ILoyalty.ProgrammeClosed.selector) terms[programme].closed = true;
        if (kind == ILoyalty.PartnerSet.selector) {
            rights[programme][uint256(log.topics[2])] = abi.decode(data, (uint8));
        }
        if (kind == ILoyalty.PointsClaimed.selector) {
            (uint64 index, uint64 points, uint40 from, ) = abi.decode(
                data,
                (uint64, uint64, uint40, bytes32)
            );
            bytes32 earning = keccak256(abi.encode(log.topics[3], index));
            _earned(programme, earning, Earning(member, points, from, false, 0));
        }
        if (kind == ILoyalty.PointsAwarded.selector) {
            (uint32 org, uint64 points, uint40 from, ) = abi.decode(
                data,
                (uint32, uint64, uint40, bytes32)
            );
            bytes32 earning = keccak256(abi.encode(org, log.topics[3]));
            _earned(programme, earning, Earning(member, points, from, false, org));
        }
        if (kind == ILoyalty.PointsCompensated.selector) _compensated(programme, member, data);
        if (kind == ILoyalty.PointsSettled.selector) {
            _settled(programme, member, log.topics[3], data);
        }
        if (kind == ILoyalty.PointsExpired.selector) _expired(programme, member, data);
        if (kind == ILoyalty.PointsClawedBack.selector) {
            _clawedBack(programme, member, log.topics[3], data);
        }
        if (kind == ILoyalty.PointsRedeemed.selector) {
            _redeemed(programme, member, log.topics[3], data);
        }
        if (kind == ILoyalty.RedemptionCancelled.selector) {
            _cancelled(programme, member, log.topics[3], data);
        }
        _requireBalanced(programme);
    }

    // ------------------------------------------------------------------ private

    function _opened(uint256 programme, bytes32 owner, bytes calldata data) private {
        (, uint64 budget, uint64 cap, ) = abi.decode(data, (bytes32, uint64, uint64, uint32));
        terms[programme] = Terms(uint32(uint256(owner)), false, budget, cap);
    }

    function _earned(uint256 programme, bytes32 id, Earning memory earned) private {
        require(earnings[programme][id].member == address(0), "earned twice");
        earnings[programme][id] = earned;
        sums[programme].issued += earned.left;
        sums[programme].pending += earned.left;
        uint256 today = issuedOn[programme][block.timestamp / 1 days] += earned.left;
        require(today <= terms[programme].dailyCap, "above the cap");
        require(sums[programme].issued <= terms[programme].budget, "above the budget");
    }

    function _compensated(uint256 programme, address member, bytes calldata data) private {
        (, uint64 points, uint64 recovered, uint16 quarter) = abi.decode(
            data,
            (uint64, uint64, uint64, uint16)
        );
        sums[programme].issued += points;
        require(sums[programme].issued <= terms[programme].budget, "above the budget");
        require(quarter == block.timestamp / QUARTER, "another quarter");
        _credit(programme, member, quarter, points, recovered);
    }

    function _settled(uint256 programme, address member, bytes32 id, bytes calldata data) private {
        (uint64 points, uint64 recovered, uint16 quarter) = abi.decode(
            data,
            (uint64, uint64, uint16)
        );
        Earning storage earned = earnings[programme][id];
        require(earned.member == member && !earned.settled, "settled twice");
        require(earned.left == points && points != 0, "other points");
        require(earned.availableFrom <= block.timestamp, "settled too early");
        require(quarter == earned.availableFrom / QUARTER, "another quarter");
        earned.settled = true;
        sums[programme].pending -= points;
        _credit(programme, member, quarter, points, recovered);
    }

    function _credit(
        uint256 programme,
        address member,
        uint256 quarter,
        uint64 points,
        uint64 recovered
    ) private {
        sums[programme].balances += points - recovered;
        sums[programme].owed -= recovered;
        owed[programme][member] -= recovered;
        has[programme][member][quarter] += points - recovered;
    }

    /// @dev All of a quarter at once, and only when it is over: a point lives 270 days at least.
    function _expired(uint256 programme, address member, bytes calldata data) private {
        (uint16 quarter, uint64 points) = abi.decode(data, (uint16, uint64));
        require(quarter + 4 <= block.timestamp / QUARTER, "expired too early");
        require(has[programme][member][quarter] == points && points != 0, "other points");
        has[programme][member][quarter] = 0;
        sums[programme].balances -= points;
        sums[programme].expired += points;
    }

    function _clawedBack(
        uint256 programme,
        address member,
        bytes32 id,
        bytes calldata data
    ) private {
        (uint64 points, uint64 pending, uint64 debt) = abi.decode(data, (uint64, uint64, uint64));
        Earning storage earned = earnings[programme][id];
        require(earned.member == member && points != 0, "another's");
        require(pending == (earned.settled ? 0 : points), "pending");
        earned.left -= points;
        sums[programme].clawedBack += points;
        sums[programme].pending -= pending;
        sums[programme].owed += debt;
        owed[programme][member] += debt;
        uint64 rest = points - pending - debt;
        sums[programme].balances -= rest;
        rest -= _draw(programme, member, earned.availableFrom / QUARTER, rest);
        for (uint256 age = 4; age > 0; --age) {
            rest -= _draw(programme, member, block.timestamp / QUARTER + 1 - age, rest);
        }
        require(rest == 0, "taken from what is over");
    }

    /// @dev Only of quarters that are not over: a point lives 360 days at most.
    function _redeemed(
        uint256 programme,
        address member,
        bytes32 number,
        bytes calldata data
    ) private {
        (uint32 org, uint64 points) = abi.decode(data, (uint32, uint64));
        Spent storage record = _spent[keccak256(abi.encode(programme, member, number))];
        require(record.org == 0, "redeemed twice");
        (record.org, record.newest) = (org, block.timestamp / QUARTER);
        sums[programme].spent += points;
        sums[programme].balances -= points;
        for (uint256 i = 0; i < 4; ++i) {
            record.taken[i] = _draw(programme, member, record.newest + i - 3, points);
            points -= record.taken[i];
        }
        require(points == 0, "spent what is over");
    }

    function _cancelled(
        uint256 programme,
        address member,
        bytes32 number,
        bytes calldata data
    ) private {
        (uint32 org, uint64 restored, uint64 recovered, uint64 expired) = abi.decode(
            data,
            (uint32, uint64, uint64, uint64)
        );
        Spent storage record = _spent[keccak256(abi.encode(programme, member, number))];
        require(record.org == org && !record.cancelled, "cancelled twice");
        record.cancelled = true;
        sums[programme].spent -= restored + expired;
        sums[programme].expired += expired;
        uint64 debt = recovered;
        for (uint256 i = 0; i < 4; ++i) {
            uint64 points = record.taken[i];
            if (record.newest + 1 + i <= block.timestamp / QUARTER) {
                expired -= points;
                continue;
            }
            uint64 paid = points < debt ? points : debt;
            debt -= paid;
            restored -= points;
            _credit(programme, member, record.newest + i - 3, points, paid);
        }
        require(expired == 0 && restored == 0 && debt == 0, "other points");
    }

    function _draw(
        uint256 programme,
        address member,
        uint256 quarter,
        uint64 wanted
    ) private returns (uint64 drawn) {
        uint64 there = has[programme][member][quarter];
        drawn = there < wanted ? there : wanted;
        has[programme][member][quarter] = there - drawn;
    }

    function _requireBalanced(uint256 programme) private view {
        Sums memory all = sums[programme];
        uint256 known = all.pending + all.balances + all.spent + all.expired + all.clawedBack;
        require(all.issued + all.owed == known, "not balanced");
    }
}
