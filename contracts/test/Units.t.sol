// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IDoor} from "../interfaces/IDoor.sol";
import {IProductLedger} from "../interfaces/IProductLedger.sol";
import {IUnitRegistry} from "../interfaces/IUnitRegistry.sol";
import {Gs1} from "./Fixture.sol";
import {Leaves} from "./Leaves.sol";
import {UnitCalls} from "./UnitCalls.sol";
import {Log, vm} from "./Vm.sol";

contract UnitsTest is UnitCalls {
    using Gs1 for bytes32;

    uint64 private constant COUNT = 300;

    function setUp() public override {
        super.setUp();
        issue(flour, COUNT, 2);
        issue(flour, 10, 5);
    }

    // ------------------------------------------------------------------ selling

    function test_units_are_sold_out_of_what_is_held() public {
        enter(SHOP_KEY, selling(1, from(250, 10)));
        enter(SHOP_KEY, selling(2, from(304, 1)));
        holds(SHOP, flour, 500 - 25);
        hasSold(SHOP, 0, 25);
        for (uint64 index = 240; index < 310; ++index) {
            bool isSold = (index >= 250 && index < 260) || index == 304;
            isUnit(index, isSold, false, false, false);
            require(units.soldBy(flour, index, SHOP) == isSold, "seller");
            require(!units.soldBy(flour, index, MILL), "not by the mill");
        }
        covers(flour, 650);
    }

    function test_each_unit_has_its_event_and_the_ledger_one_for_all() public {
        vm.recordLogs();
        through(SHOP_KEY, selling(1, two(7, 299)));
        Log[] memory logs = vm.getRecordedLogs();
        equal(logs.length, 4);
        require(logs[0].topics[0] == IDoor.OperationPerformed.selector, "operation");
        isUnitEvent(logs[1], IUnitRegistry.UnitSold.selector, 7);
        isUnitEvent(logs[2], IUnitRegistry.UnitSold.selector, 299);
        require(logs[3].emitter == address(ledger), "the ledger's");
        require(logs[3].topics[0] == IProductLedger.ItemSold.selector, "sold");
        (, uint64 amount) = abi.decode(logs[3].data, (bytes32, uint64));
        equal(amount, 4);
    }

    /// @dev Some units sold by some, some void: a list is sold whole, or refused for its first
    /// unit that cannot be.
    function test_fuzz_a_list_is_sold_whole_or_refused(uint256 sold, uint256 voided) public {
        (sold, voided) = (_seldom(sold), _seldom(voided));
        uint64 length = uint64(1 + ((sold ^ voided) % 20));
        for (uint64 place = 0; place < 20; ++place) {
            uint64 index = 246 + place;
            if ((sold >> place) & 1 == 1) enter(MILL_KEY, selling(1, from(index, 1)));
            if ((voided >> place) & 1 == 1) enter(MILL_KEY, voiding(1, index, 1));
        }
        uint64[] memory indexes = from(246, length);
        for (uint64 place = 0; place < indexes.length; ++place) {
            bool isVoid = (voided >> place) & 1 == 1;
            if (!isVoid && (sold >> place) & 1 == 0) continue;
            bytes4 selector =
                isVoid ? IUnitRegistry.UnitIsVoid.selector : IUnitRegistry.UnitAlreadySold.selector;
            refuseEnter(SHOP_KEY, selling(1, indexes), saysOf(selector, 246 + place));
            return holds(SHOP, flour, 500);
        }
        enter(SHOP_KEY, selling(1, indexes));
        holds(SHOP, flour, 500 - 2 * indexes.length);
    }

    function test_lists_ascend_within_their_issue() public {
        _refuseList(1, new uint64[](0), disordered(0));
        _refuseList(1, two(5, 5), disordered(1));
        _refuseList(1, two(6, 5), disordered(1));
        _refuseList(1, two(5, COUNT), unknown(1, COUNT));
        _refuseList(1, from(type(uint64).max, 1), unknown(1, type(uint64).max));
        _refuseList(2, two(COUNT - 1, COUNT), unknown(2, COUNT - 1));
        _refuseList(2, two(COUNT, COUNT + 10), unknown(2, COUNT + 10));
        bytes4 selector = IUnitRegistry.IssueUnknown.selector;
        _refuseList(3, from(0, 1), abi.encodeWithSelector(selector, flour, 3));
        _refuseList(0, from(0, 1), abi.encodeWithSelector(selector, flour, 0));
    }

    function test_more_than_is_held_is_not_sold() public {
        enter(SHOP_KEY, selling(1, from(0, 200)));
        act(SHOP_KEY, pack(pallet, line(flour, 95)));
        bytes4 selector = IProductLedger.HoldingTooSmall.selector;
        bytes memory error = abi.encodeWithSelector(selector, flour, SHOP, 5, 6);
        refuseEnter(SHOP_KEY, selling(1, from(200, 3)), error);
        isUnit(200, false, false, false, false);
        act(SHOP_KEY, ship(SHIPMENT, BAKERY, line(flour, 5)));
        error = abi.encodeWithSelector(selector, flour, SHOP, 0, 2);
        refuseEnter(SHOP_KEY, proving(1, 0, COUNT, 200), error);
        act(SHOP_KEY, unpack(pallet, line(flour, 95)));
        enter(SHOP_KEY, selling(1, from(200, 3)));
    }

    function test_recalled_and_expired_units_are_not_sold() public {
        act(MILL_KEY, recall(flour));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.ItemIsRecalled.selector,
            flour,
            MILL
        );
        refuseEnter(SHOP_KEY, selling(1, from(0, 1)), error);
        refuseEnter(SHOP_KEY, proving(1, 0, COUNT, 0), error);
        act(MILL_KEY, release(flour));
        enter(SHOP_KEY, selling(1, from(0, 1)));

        act(MILL_KEY, commission(bread, 10, NOW));
        issue(bread, 5, 1);
        bytes memory call = abi.encodeCall(IUnitRegistry.sellUnits, (bread, 1, from(0, 1)));
        enter(MILL_KEY, call);
        vm.warp(NOW + 1);
        call = abi.encodeCall(IUnitRegistry.sellUnits, (bread, 1, from(1, 1)));
        error = abi.encodeWithSelector(IProductLedger.ItemIsExpired.selector, bread, NOW);
        refuseEnter(MILL_KEY, call, error);
        call = abi.encodeCall(IUnitRegistry.returnUnits, (bread, 1, from(0, 1)));
        enter(MILL_KEY, call);
    }

    function test_only_retailers_sell_and_take_back() public {
        vm.prank(SHOP_KEY);
        registry.addKey(SHOP, address(0xBEE), 2, 0, 0);
        setRoles(SHOP, 63);
        bytes memory error = abi.encodeWithSelector(IDoor.RoleMissing.selector, SHOP, 4, 2);
        refuseEnter(address(0xBEE), selling(1, from(0, 1)), error);
        refuseEnter(address(0xBEE), proving(1, 0, COUNT, 0), error);
        refuseEnter(address(0xBEE), returning(1, from(0, 1)), error);
    }

    function test_only_the_registry_of_units_sells_for_others() public {
        address[3] memory strangers = [MILL_KEY, address(loyalty), address(ledger)];
        for (uint256 i = 0; i < 3; ++i) {
            bytes4 selector = IProductLedger.NotTheUnitRegistry.selector;
            bytes memory error = abi.encodeWithSelector(selector, strangers[i]);
            vm.expectRevert(error);
            vm.prank(strangers[i]);
            ledger.sellFor(MILL, flour, 1);
            vm.expectRevert(error);
            vm.prank(strangers[i]);
            ledger.returnFor(MILL, flour, 1);
        }
        bytes memory inside = abi.encodeCall(IProductLedger.sellFor, (SHOP, flour, 1));
        bytes4 name = IProductLedger.NotTheUnitRegistry.selector;
        refuse(MILL_KEY, inside, abi.encodeWithSelector(name, MILL_KEY));
        // the marks of units bind it, too, whatever it might do
        bytes4 tooSmall = IProductLedger.SoldTooSmall.selector;
        vm.expectRevert(abi.encodeWithSelector(tooSmall, flour, SHOP, 0, 1));
        vm.prank(address(units));
        ledger.returnFor(SHOP, flour, 1);
    }

    // ------------------------------------------------------------------ proofs

    function test_fuzz_a_proven_unit_is_sold(uint64 size, uint64 index) public {
        size = 1 + (size % 40);
        index = 310 + (index % size);
        issue(flour, size, 1);
        enter(SHOP_KEY, proving(3, 310, size, index));
        isUnit(index, true, false, false, false);
        hasSold(SHOP, 0, 1);
        bytes memory error = saysOf(IUnitRegistry.UnitAlreadySold.selector, index);
        refuseEnter(SHOP_KEY, proving(3, 310, size, index), error);
        refuseEnter(SHOP_KEY, selling(3, from(index, 1)), error);
    }

    function test_a_proof_is_of_one_unit_with_one_code() public {
        bytes32[] memory path = Leaves.path(flour, 0, COUNT, 7);
        (bytes32 id, address code) = (Leaves.unit(flour, 7), Leaves.code(flour, 7));
        _refuseProof(1, 7, Leaves.unit(flour, 8), code, path);
        _refuseProof(1, 7, id, address(0), path);
        _refuseProof(1, 7, id, address(uint160(code) ^ 1), path);
        _refuseProof(1, 8, id, code, path);
        _refuseProof(1, 6, id, code, path);
        _refuseProof(2, 307, id, code, path);
        _refuseProof(1, 7, id, code, new bytes32[](0));
        _refuseProof(1, 7, id, code, new bytes32[](path.length));
        _refuseProof(1, 7, id, code, new bytes32[](path.length + 1));
        _refuseProof(1, 7, id, code, new bytes32[](300));
        path[3] ^= bytes32(uint256(1));
        _refuseProof(1, 7, id, code, path);
        path[3] ^= bytes32(uint256(1));
        enter(SHOP_KEY, _proof(1, 7, id, code, path));
    }

    /// @dev The tree of a lot says nothing of another, even with the same leaves in it.
    function test_a_proof_is_of_one_lot() public {
        bytes32 other = flourProduct.lot("F2");
        act(MILL_KEY, commission(other, 10, 0));
        enter(MILL_KEY, issuing(other, 4, 1, Leaves.root(flour, 0, 4)));
        bytes32[] memory path = Leaves.path(flour, 0, 4, 1);
        (bytes32 id, address code) = (Leaves.unit(flour, 1), Leaves.code(flour, 1));
        bytes4 selector = IUnitRegistry.ProofInvalid.selector;
        refuseEnter(
            MILL_KEY,
            abi.encodeCall(IUnitRegistry.sellProvenUnit, (other, 1, 1, id, code, path)),
            abi.encodeWithSelector(selector, other, 1, 1)
        );
    }

    function test_what_is_proven_is_a_unit_of_the_lots_product() public {
        bytes32[] memory path = Leaves.path(flour, 0, COUNT, 7);
        bytes32[5] memory wrong = [
            breadProduct.unit("U7"),
            flourProduct.lot("U7"),
            Gs1.id(0x15, uint64(uint256(flour) >> 184), ""),
            Leaves.unit(flour, 7) | bytes32(uint256(1)),
            bytes32(0)
        ];
        for (uint256 i = 0; i < 5; ++i) {
            bytes4 selector = IUnitRegistry.IdInvalid.selector;
            bytes memory error = abi.encodeWithSelector(selector, wrong[i]);
            refuseEnter(SHOP_KEY, _proof(1, 7, wrong[i], address(1), path), error);
        }
        bytes memory unknown = unknown(1, COUNT);
        refuseEnter(SHOP_KEY, _proof(1, COUNT, wrong[0], address(1), path), unknown);
    }

    function test_it_says_its_version() public view {
        require(keccak256(bytes(units.version())) == keccak256("1.0.0"), "version");
    }

    // ------------------------------------------------------------------ private

    /// @dev One bit of four, of the lowest twenty.
    function _seldom(uint256 bits) private pure returns (uint256) {
        return bits & (bits >> 20) & 0xFFFFF;
    }

    function _proof(
        uint32 number,
        uint64 index,
        bytes32 id,
        address code,
        bytes32[] memory path
    ) private view returns (bytes memory) {
        return abi.encodeCall(IUnitRegistry.sellProvenUnit, (flour, number, index, id, code, path));
    }

    function _refuseProof(
        uint32 number,
        uint64 index,
        bytes32 id,
        address code,
        bytes32[] memory path
    ) private {
        bytes4 selector = IUnitRegistry.ProofInvalid.selector;
        bytes memory error = abi.encodeWithSelector(selector, flour, number, index);
        refuseEnter(SHOP_KEY, _proof(number, index, id, code, path), error);
    }

    function _refuseList(uint32 number, uint64[] memory indexes, bytes memory error) private {
        refuseEnter(SHOP_KEY, selling(number, indexes), error);
    }
}
