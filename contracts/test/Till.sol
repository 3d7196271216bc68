// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Journal} from "../Journal.sol";
import {IDoor} from "../interfaces/IDoor.sol";
import {Claim, ILoyalty, Redemption} from "../interfaces/ILoyalty.sol";
import {IUnitRegistry} from "../interfaces/IUnitRegistry.sol";
import {Tree} from "./Anchors.t.sol";
import {Gs1, World} from "./Fixture.sol";
import {Fold} from "./Journal.t.sol";
import {Log, vm} from "./Vm.sol";

/// @title A shop that sells units of flour and gives points for them
/// @notice The shop's programme; the mill, its partner, has issued units of the flour that earn in
/// it. Members are keys that stand for nobody.
abstract contract Till is World {
    using Fold for bytes32;
    using Fold for Journal;
    using Gs1 for bytes32;

    uint32 internal constant PROGRAMME = 1;
    uint8 internal constant EARN = 1;
    uint8 internal constant REDEEM = 2;
    uint32 internal constant WINDOW = 14 days;
    uint64 internal constant BUDGET = 1_000_000;
    uint64 internal constant CAP = 100_000;
    uint64 internal constant MOST = type(uint48).max;
    uint64 internal constant PER_UNIT = 100;
    uint64 internal constant UNITS_ISSUED = 5; // not a power of two: the tree has an edge
    uint64 internal constant EACH = 10;
    uint256 internal constant QUARTER = 90 days;
    bytes32 internal constant RULES = keccak256("rules");
    uint256 internal constant ALICE_SECRET = 0xA11CE;
    uint256 internal constant BOB_SECRET = 0xB0B;
    uint256 internal constant ORDER =
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
    address internal immutable ALICE = vm.addr(ALICE_SECRET);
    address internal immutable BOB = vm.addr(BOB_SECRET);

    uint256 private _number;

    function _openTill() internal {
        _deploy();
        act(MILL_KEY, commission(flour, 1000, 0));
        act(MILL_KEY, ship(SHIPMENT, SHOP, line(flour, 500)));
        act(SHOP_KEY, receiveShipment(MILL, SHIPMENT, line(flour, 500)));
        issue(1);
        points(SHOP_KEY, abi.encodeCall(ILoyalty.openProgramme, (RULES, BUDGET, CAP, WINDOW)));
        points(SHOP_KEY, setPartner(MILL, EARN));
        points(MILL_KEY, openEarning(PROGRAMME, 1, PER_UNIT, 0));
    }

    // ------------------------------------------------------------------ acting

    /// @dev One act through the door of a contract. Whatever the two contracts log must be what
    /// their journals say.
    function does(address place, address key, bytes memory call) internal {
        (bytes32 here, bytes32 there) = (Journal(loyalty).word(), Journal(units).word());
        vm.recordLogs();
        _enter(place, key, call);
        Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter == address(loyalty)) here = here.next(logs[i], block.number);
            if (logs[i].emitter == address(units)) there = there.next(logs[i], block.number);
        }
        require(here == Journal(loyalty).word() && there == Journal(units).word(), "journal");
    }

    function points(address key, bytes memory call) internal {
        does(address(loyalty), key, call);
    }

    function refusePoints(address key, bytes memory call, bytes memory error) internal {
        vm.expectRevert(error);
        _enter(address(loyalty), key, call);
    }

    /// @dev The last event of an act: its topics after the first, and its data after the entry.
    function told(address key, bytes memory call) internal returns (Log memory last) {
        vm.recordLogs();
        _enter(address(loyalty), key, call);
        Log[] memory logs = vm.getRecordedLogs();
        last = logs[logs.length - 1];
        bytes memory data = last.data;
        bytes memory rest = new bytes(data.length - 32);
        for (uint256 i = 0; i < rest.length; ++i) {
            rest[i] = data[i + 32];
        }
        last.data = rest;
    }

    // ------------------------------------------------------------------ units

    function issue(uint32 number) internal {
        bytes32 root = Tree.root(leaves(number), 0, UNITS_ISSUED);
        bytes memory call = abi.encodeCall(
            IUnitRegistry.issueUnits,
            (flour, UNITS_ISSUED, EACH, root)
        );
        does(address(units), MILL_KEY, call);
    }

    function sellUnit(uint64 index) internal {
        does(address(units), SHOP_KEY, sellUnits(index));
    }

    function returnUnit(uint64 index) internal {
        does(address(units), SHOP_KEY, returnUnits(index));
    }

    function sellUnits(uint64 index) internal view returns (bytes memory) {
        return abi.encodeCall(IUnitRegistry.sellUnits, (flour, issueOf(index), list(index)));
    }

    function returnUnits(uint64 index) internal view returns (bytes memory) {
        return abi.encodeCall(IUnitRegistry.returnUnits, (flour, issueOf(index), list(index)));
    }

    function issueOf(uint64 index) internal pure returns (uint32) {
        return uint32(1 + index / UNITS_ISSUED);
    }

    function unitOf(uint64 index) internal view returns (bytes32) {
        return flourProduct.unit(bytes20(bytes.concat("U", bytes1(uint8(0x41 + index)))));
    }

    function codeOf(uint64 index) internal pure returns (uint256 secret) {
        return 0xC0DE00 + index;
    }

    function leaves(uint32 number) internal view returns (bytes32[] memory hashes) {
        hashes = new bytes32[](UNITS_ISSUED);
        for (uint64 i = 0; i < UNITS_ISSUED; ++i) {
            uint64 index = (number - 1) * UNITS_ISSUED + i;
            bytes20 code = bytes20(vm.addr(codeOf(index)));
            hashes[i] = sha256(
                abi.encodePacked(hex"00", "lotmark/v1/unit\n", flour, unitOf(index), code)
            );
        }
    }

    // ------------------------------------------------------------------ claims

    function claimOf(uint64 index, address member) internal view returns (Claim memory made) {
        return signedClaim(index, member, codeOf(index));
    }

    function signedClaim(
        uint64 index,
        address member,
        uint256 secret
    ) internal view returns (Claim memory made) {
        bytes32 digest = digestOf(
            address(loyalty),
            block.chainid,
            abi.encode(
                keccak256("Claim(bytes32 lot,uint64 index,address member)"),
                flour,
                index,
                member
            )
        );
        made = Claim({
            lot: flour,
            issue: issueOf(index),
            index: index,
            unit: unitOf(index),
            member: member,
            path: Tree.path(leaves(issueOf(index)), index % UNITS_ISSUED, 0, UNITS_ISSUED),
            signature: signed(secret, digest)
        });
    }

    function claim(Claim memory made) internal pure returns (bytes memory) {
        return abi.encodeCall(ILoyalty.claim, (made));
    }

    /// @dev Sold and claimed: pending.
    function claimed(uint64 index, address member) internal {
        sellUnit(index);
        points(SHOP_KEY, claim(claimOf(index, member)));
    }

    // ------------------------------------------------------------------ redemptions

    function redemptionOf(
        uint256 secret,
        uint32 org,
        bytes32 number,
        uint64 amount
    ) internal view returns (Redemption memory wanted) {
        wanted.programme = PROGRAMME;
        (wanted.member, wanted.redemption) = (vm.addr(secret), number);
        (wanted.points, wanted.deadline) = (amount, uint40(block.timestamp));
        wanted.signature = signed(secret, redemptionDigest(wanted, org));
    }

    function redemptionDigest(
        Redemption memory wanted,
        uint32 org
    ) internal view returns (bytes32) {
        bytes32 kind = keccak256(
            "Redemption(uint32 programme,address member,uint32 org,bytes32 redemption,uint64 points,uint40 deadline)"
        );
        return
            digestOf(
                address(loyalty),
                block.chainid,
                abi.encode(
                    kind,
                    wanted.programme,
                    wanted.member,
                    org,
                    wanted.redemption,
                    wanted.points,
                    wanted.deadline
                )
            );
    }

    function redeem(Redemption memory wanted) internal pure returns (bytes memory) {
        return abi.encodeCall(ILoyalty.redeem, (wanted));
    }

    function spend(uint256 secret, bytes32 number, uint64 amount) internal {
        points(SHOP_KEY, redeem(redemptionOf(secret, SHOP, number, amount)));
    }

    function cancel(address member, bytes32 number) internal pure returns (bytes memory) {
        return abi.encodeCall(ILoyalty.cancelRedemption, (PROGRAMME, member, number));
    }

    // ------------------------------------------------------------------ other calls

    function award(
        address member,
        bytes32 receipt,
        uint64 amount
    ) internal pure returns (bytes memory) {
        return abi.encodeCall(ILoyalty.award, (PROGRAMME, member, receipt, amount));
    }

    function setPartner(uint32 partner, uint8 rights) internal pure returns (bytes memory) {
        return abi.encodeCall(ILoyalty.setPartner, (PROGRAMME, partner, rights));
    }

    function openEarning(
        uint32 programme,
        uint32 number,
        uint64 amount,
        uint40 closes
    ) internal view returns (bytes memory) {
        return abi.encodeCall(ILoyalty.openEarning, (programme, flour, number, amount, closes));
    }

    function settle(bytes32 earning) internal pure returns (bytes memory) {
        return abi.encodeCall(ILoyalty.settle, (PROGRAMME, only(earning)));
    }

    function clawBackUnit(uint64 index) internal view returns (bytes memory) {
        return abi.encodeCall(ILoyalty.clawBackUnits, (flour, issueOf(index), list(index)));
    }

    function clawBackAward(bytes32 receipt, uint64 amount) internal pure returns (bytes memory) {
        return abi.encodeCall(ILoyalty.clawBackAward, (PROGRAMME, receipt, amount));
    }

    function compensate(uint64 index, uint64 amount) internal view returns (bytes memory) {
        return
            abi.encodeCall(ILoyalty.compensateUnits, (flour, issueOf(index), list(index), amount));
    }

    function expire(address member) internal pure returns (bytes memory) {
        address[] memory members = new address[](1);
        members[0] = member;
        return abi.encodeCall(ILoyalty.expire, (PROGRAMME, members));
    }

    /// @dev Awarded by the shop, and available: the window is over.
    function settled(address member, bytes32 receipt, uint64 amount) internal {
        points(SHOP_KEY, award(member, receipt, amount));
        vm.warp(block.timestamp + WINDOW);
        points(SHOP_KEY, settle(byReceipt(SHOP, receipt)));
    }

    // ------------------------------------------------------------------ words

    function byUnit(uint64 index) internal view returns (bytes32) {
        return keccak256(abi.encode(flour, index));
    }

    function byReceipt(uint32 org, bytes32 receipt) internal pure returns (bytes32) {
        return keccak256(abi.encode(org, receipt));
    }

    function list(uint64 index) internal pure returns (uint64[] memory indexes) {
        indexes = new uint64[](1);
        indexes[0] = index;
    }

    function list2(uint64 index, uint64 next) internal pure returns (uint64[] memory indexes) {
        indexes = new uint64[](2);
        (indexes[0], indexes[1]) = (index, next);
    }

    function digestOf(
        address place,
        uint256 chain,
        bytes memory message
    ) internal pure returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("Lotmark Loyalty"),
                keccak256("1"),
                chain,
                place
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, keccak256(message)));
    }

    function signed(uint256 secret, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(secret, digest);
        return abi.encodePacked(r, s, v);
    }

    /// @dev The other form of the same signature.
    function twin(bytes memory signature) internal pure returns (bytes memory) {
        (bytes32 r, bytes32 s, uint8 v) = parts(signature);
        return abi.encodePacked(r, bytes32(ORDER - uint256(s)), uint8(55 - v));
    }

    function parts(bytes memory signature) internal pure returns (bytes32 r, bytes32 s, uint8 v) {
        assembly ("memory-safe") {
            r := mload(add(signature, 32))
            s := mload(add(signature, 64))
            v := byte(0, mload(add(signature, 96)))
        }
    }

    function quarterNow() internal view returns (uint256) {
        return block.timestamp / QUARTER;
    }

    /// @dev What a member has and owes now.
    function requireAccount(address member, uint256 available, uint256 owed) internal view {
        (uint64 has, uint64 owes, ) = loyalty.accountOf(PROGRAMME, member);
        equal(has, available);
        equal(owes, owed);
    }

    function _enter(address place, address key, bytes memory call) private {
        bytes[] memory calls = new bytes[](1);
        calls[0] = call;
        vm.prank(key);
        IDoor(place).perform((1 << 128) + _number++, calls);
    }
}

/// @title A till freshly opened for each test
abstract contract TillFixture is Till {
    function setUp() public virtual {
        _openTill();
    }
}
