// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IDoor} from "../interfaces/IDoor.sol";
import {ILoyalty, Redemption} from "../interfaces/ILoyalty.sol";
import {Fold} from "./Journal.t.sol";
import {PointsFold} from "./PointsFold.sol";
import {Till} from "./Till.sol";
import {Log, vm} from "./Vm.sol";

/// @title Two programmes, three issues of units, and what is known of them beside the contracts
/// @dev Every event goes into the fold.
abstract contract PointsWorld is Till {
    using Fold for bytes32;

    enum Kind {
        SELL,
        RETURN,
        RECALL,
        CLAIM,
        AWARD,
        SETTLE,
        CLAW_BACK_UNIT,
        CLAW_BACK_AWARD,
        REDEEM,
        CANCEL,
        COMPENSATE,
        EXPIRE,
        GOVERN
    }

    uint64 internal constant ALL_UNITS = 3 * UNITS_ISSUED;
    uint256 internal constant RECEIPTS = 12;

    PointsFold public fold = new PointsFold();
    mapping(Kind kind => uint256) public done;
    mapping(Kind kind => uint256) public refused;
    string public broken;
    bytes32 public word;
    bytes32 public unitsWord;

    mapping(uint64 index => bool) internal _sold;
    mapping(uint64 index => bool) internal _cameBack;
    mapping(uint64 index => address) internal _claimedFor;
    mapping(uint64 index => bool) internal _compensated;
    uint32 internal _recalledBy;
    bytes32[] internal _redemptions;
    mapping(bytes32 redemption => Redemption) internal _wanted;
    uint256 private _operation = 1 << 200;

    constructor() {
        _openTill();
        issue(2);
        issue(3); // whose units earn nothing
        bytes memory second = abi.encodeCall(ILoyalty.openProgramme, (RULES, 3000, 700, 0));
        bytes memory partner = abi.encodeCall(ILoyalty.setPartner, (2, MILL, EARN));
        (bytes32 before, bytes32 unitsBefore) = (_word(address(loyalty)), _word(address(units)));
        (word, unitsWord) = (before, unitsBefore);
        fold.add(_opened());
        fold.add(_partner());
        require(_try(Kind.GOVERN, address(loyalty), BAKERY, second), "second programme");
        require(_try(Kind.GOVERN, address(loyalty), BAKERY, partner), "its partner");
        bytes memory opening = openEarning(2, 2, 90, uint40(block.timestamp + 3 * QUARTER));
        require(_try(Kind.GOVERN, address(loyalty), MILL, opening), "its units");
    }

    // ------------------------------------------------------------------ what is checked afterwards

    function journals() external view returns (bytes32 points_, bytes32 units_) {
        return (_word(address(loyalty)), _word(address(units)));
    }

    function members() public view returns (address[3] memory) {
        return [ALICE, BOB, vm.addr(0xCA401)];
    }

    /// @dev Everything the contract says of a programme is what its events add up to.
    function requireFolded(uint32 programme) external view {
        (uint256 issued, , uint256 balances, , , , uint256 owed) = fold.sums(programme);
        (, , , uint64 budget, uint64 has, , , ) = loyalty.programmeOf(programme);
        require(has == issued && issued <= budget, "issued");
        for (uint256 i = 0; i < 3; ++i) {
            address member = members()[i];
            (uint64 available, uint64 owes, uint64[4] memory byQuarter) = loyalty.accountOf(
                programme,
                member
            );
            require(owes == 0 || available == 0, "owes and has");
            require(owes == fold.owed(programme, member), "owed");
            owed -= owes;
            for (uint256 age = 0; age < 4; ++age) {
                uint64 points_ = fold.has(programme, member, quarterNow() - age);
                require(points_ == byQuarter[3 - age], "quarter");
                balances -= points_;
            }
            balances -= overOf(programme, member);
        }
        require(owed == 0 && balances == 0, "accounts");
    }

    /// @dev What has expired and was not met by an act yet.
    function overOf(uint32 programme, address member) public view returns (uint256 over) {
        for (uint256 quarter = NOW / QUARTER; quarter + 4 <= quarterNow(); ++quarter) {
            over += fold.has(programme, member, quarter);
        }
    }

    function requireUnits() external view {
        for (uint64 i = 0; i < ALL_UNITS; ++i) {
            (bool sold, , bool claimed_, ) = units.unitState(flour, i);
            require(sold == _sold[i] && claimed_ == (_claimedFor[i] != address(0)), "unit");
        }
    }

    // ------------------------------------------------------------------ choosing

    /// @dev Forge likes small numbers and words it has seen; every bit is to be anything.
    function _mixed(uint256 seed) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed)));
    }

    function _org(uint256 seed, uint32 likely) internal pure returns (uint32) {
        return (seed >> 128) % 4 != 0 ? likely : uint32(1 + ((seed >> 136) % 4));
    }

    function _programme(uint256 seed) internal pure returns (uint32) {
        return uint32(1 + (seed % 2));
    }

    function _owner(uint32 programme) internal pure returns (uint32) {
        return programme == 1 ? SHOP : BAKERY;
    }

    function _member(uint256 seed) internal view returns (address) {
        return members()[(seed & 0xFFFF) % 3];
    }

    /// @dev Mostly a unit that is sold; and not claimed, where a new one is wanted.
    function _unit(uint256 seed, bool fresh) internal view returns (uint64 index) {
        index = uint64((seed >> 8) % ALL_UNITS);
        for (uint64 i = 0; i < ALL_UNITS && seed % 4 != 0; ++i) {
            if (_sold[index] && (!fresh || _claimedFor[index] == address(0))) return index;
            index = (index + 1) % ALL_UNITS;
        }
    }

    /// @dev Mostly up to what there is.
    function _amount(uint256 seed, uint64 present) internal pure returns (uint64) {
        if (seed % 16 == 0) return uint64(seed >> 8);
        return uint64((seed >> 8) % (uint256(present) + 1 + (seed % 4 == 1 ? present : 0)));
    }

    function _someReceipt(uint256 seed) internal view returns (uint32, uint32, bytes32) {
        uint32 programme = _programme(seed >> 8);
        uint32 org = _owner(programme);
        for (uint256 i = 0; i < RECEIPTS; ++i) {
            bytes32 receipt = bytes32(((seed >> 16) + i) % RECEIPTS);
            if (_earning(programme, byReceipt(org, receipt)).left != 0) {
                return (programme, org, receipt);
            }
        }
        return (programme, org, bytes32((seed >> 16) % RECEIPTS));
    }

    function _someEarning(uint256 seed) internal view returns (uint32, bytes32) {
        if (seed % 3 == 0) {
            uint64 index = uint64((seed >> 8) % (2 * UNITS_ISSUED));
            return (issueOf(index), byUnit(index));
        }
        (uint32 programme, uint32 org, bytes32 receipt) = _someReceipt(seed);
        for (uint256 i = 0; i < RECEIPTS && seed % 8 != 1; ++i) {
            bytes32 earning = byReceipt(org, receipt);
            PointsFold.Earning memory known = _earning(programme, earning);
            if (known.left != 0 && !known.settled) return (programme, earning);
            receipt = bytes32((uint256(receipt) + 1) % RECEIPTS);
        }
        return (programme, byReceipt(org, receipt));
    }

    function _earning(
        uint32 programme,
        bytes32 id
    ) internal view returns (PointsFold.Earning memory known) {
        (known.member, known.left, known.availableFrom, known.settled, known.org) = fold.earnings(
            programme,
            id
        );
    }

    // ------------------------------------------------------------------ acting and judging

    function _requireEarns(uint32 programme, uint32 org) internal {
        (uint32 owner, bool closed, , ) = fold.terms(programme);
        if (closed) broken = "earned in a closed programme";
        if (org != owner && fold.rights(programme, org) & EARN == 0) broken = "no partner";
    }

    function _requireLiving(uint32 programme, bytes32 earning) internal {
        if (_earning(programme, earning).availableFrom / QUARTER + 4 <= quarterNow()) {
            broken = "taken back of what had expired";
        }
    }

    function _try(
        Kind kind,
        address place,
        uint32 org,
        bytes memory call
    ) internal returns (bool success) {
        bytes[] memory calls = new bytes[](1);
        calls[0] = call;
        bytes memory all = abi.encodeCall(IDoor.perform, (_operation++, calls));
        vm.recordLogs();
        vm.prank(address(uint160(0xA0 + org)));
        bytes memory answer;
        (success, answer) = place.call(all);
        Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; success && i < logs.length; ++i) {
            if (logs[i].emitter == address(units)) {
                unitsWord = unitsWord.next(logs[i], block.number);
            }
            if (logs[i].emitter != address(loyalty)) continue;
            word = word.next(logs[i], block.number);
            try fold.add(logs[i]) {} catch {
                broken = "an event does not follow from those before";
            }
        }
        if (success) ++done[kind];
        else ++refused[kind];
        if (!success && bytes4(answer) == 0x4e487b71) broken = "a panic";
    }

    function _word(address place) internal view returns (bytes32) {
        (uint64 count, bytes24 head) = IDoor(place).journal();
        return bytes32(abi.encodePacked(count, head));
    }

    /// @dev What happened when the till was opened.
    function _opened() internal pure returns (Log memory log) {
        log.topics = new bytes32[](3);
        log.topics[0] = ILoyalty.ProgrammeOpened.selector;
        (log.topics[1], log.topics[2]) = (bytes32(uint256(1)), bytes32(uint256(SHOP)));
        log.data = abi.encode(0, RULES, BUDGET, CAP, WINDOW);
    }

    function _partner() internal pure returns (Log memory log) {
        log.topics = new bytes32[](3);
        log.topics[0] = ILoyalty.PartnerSet.selector;
        (log.topics[1], log.topics[2]) = (bytes32(uint256(1)), bytes32(uint256(MILL)));
        log.data = abi.encode(0, EARN);
    }
}
