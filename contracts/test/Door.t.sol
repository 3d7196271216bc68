// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IDoor} from "../interfaces/IDoor.sol";
import {IOrgRegistry} from "../interfaces/IOrgRegistry.sol";
import {IProductLedger} from "../interfaces/IProductLedger.sol";
import {Fixture} from "./Fixture.sol";
import {Log, vm} from "./Vm.sol";

contract DoorTest is Fixture {
    function test_fuzz_an_operation_is_performed_once_in_any_order(uint256 operation) public {
        bytes[] memory none = new bytes[](0);
        unchecked {
            for (uint256 near = operation; near != operation - 3; --near) {
                vm.assume(!ledger.operationPerformed(MILL, near));
                perform(MILL_KEY, near, none);
                require(ledger.operationPerformed(MILL, near), "not kept");
                require(!ledger.operationPerformed(BAKERY, near + 300), "kept for another");
                vm.expectRevert(
                    abi.encodeWithSelector(IDoor.OperationAlreadyPerformed.selector, MILL, near)
                );
                perform(MILL_KEY, near, none);
            }
        }
        require(!ledger.operationPerformed(BAKERY, operation), "of another organisation");
        vm.assume(!ledger.operationPerformed(BAKERY, operation));
        perform(BAKERY_KEY, operation, none);
    }

    function test_the_operations_event_comes_first() public {
        vm.recordLogs();
        act(MILL_KEY, commission(flour, 5, 0));
        Log[] memory logs = vm.getRecordedLogs();
        equal(logs.length, 2);
        require(logs[0].topics[0] == IDoor.OperationPerformed.selector, "operation");
        equal(uint256(logs[0].topics[1]), MILL);
        equal(uint256(logs[0].topics[2]), uint160(MILL_KEY));
        require(logs[1].topics[0] == IProductLedger.ItemCommissioned.selector, "act");
    }

    function test_a_refused_act_undoes_the_operation() public {
        bytes[] memory calls = new bytes[](2);
        calls[0] = commission(flour, 5, 0);
        calls[1] = dispose(flour, 6);
        (uint64 count, bytes24 head) = ledger.journal();
        vm.expectRevert(
            abi.encodeWithSelector(IProductLedger.HoldingTooSmall.selector, flour, MILL, 5, 6)
        );
        perform(MILL_KEY, 999, calls);
        (uint64 countAfter, bytes24 headAfter) = ledger.journal();
        require(count == countAfter && head == headAfter, "journal");
        require(!ledger.operationPerformed(MILL, 999), "used up");
        holds(MILL, flour, 0);
    }

    function test_perform_does_not_nest() public {
        bytes memory again = abi.encodeCall(IDoor.perform, (7, new bytes[](0)));
        refuse(MILL_KEY, again, abi.encodeWithSelector(IDoor.AlreadyPerforming.selector));
    }

    /// @dev Before and after an operation of the same transaction alike.
    function test_acts_alone_are_refused() public {
        _requireNobodyActs();
        act(MILL_KEY, commission(flour, 5, 0));
        _requireNobodyActs();
    }

    function test_nobody_acts_after_a_refused_operation() public {
        bytes[] memory calls = new bytes[](1);
        calls[0] = dispose(flour, 6);
        vm.prank(MILL_KEY);
        (bool done, ) = address(ledger).call(abi.encodeCall(IDoor.perform, (1000, calls)));
        require(!done, "done");
        _requireNobodyActs();
    }

    function test_keys_of_different_organisations_act_one_after_the_other() public {
        act(MILL_KEY, commission(flour, 5, 0));
        act(BAKERY_KEY, commission(bunProductLot(), 6, 0));
        holds(MILL, flour, 5);
        holds(BAKERY, bunProductLot(), 6);
    }

    function test_refusals_of_the_registry_reach_the_caller() public {
        bytes[] memory none = new bytes[](0);
        vm.expectRevert(abi.encodeWithSelector(IOrgRegistry.KeyUnknown.selector, address(1)));
        perform(address(1), 1, none);
        vm.prank(GOVERNOR);
        registry.suspendOrganisation(MILL);
        vm.expectRevert(
            abi.encodeWithSelector(IOrgRegistry.OrganisationIsSuspended.selector, MILL)
        );
        perform(MILL_KEY, 1, none);
        vm.prank(GOVERNOR);
        registry.revokeKey(BAKERY_KEY);
        vm.expectRevert(
            abi.encodeWithSelector(IOrgRegistry.KeyNotValid.selector, BAKERY_KEY, 0, NOW)
        );
        perform(BAKERY_KEY, 1, none);
    }

    function test_a_key_left_without_roles_is_refused() public {
        setRoles(MILL, 32);
        vm.expectRevert(abi.encodeWithSelector(IDoor.RoleMissing.selector, MILL, 63, 0));
        perform(MILL_KEY, 1, new bytes[](0));
    }

    function test_fuzz_what_is_no_act_is_refused(bytes4 selector) public {
        for (uint256 i = 0; i < _acts().length; ++i) {
            vm.assume(bytes4(_acts()[i]) != selector);
        }
        vm.assume(
            selector != IProductLedger.holding.selector && selector != IDoor.version.selector
        );
        vm.assume(selector != ledger.journal.selector);
        vm.assume(selector != IDoor.domainSeparator.selector);
        vm.expectRevert();
        act(MILL_KEY, abi.encodePacked(selector));
    }

    function test_fuzz_roles_open_only_their_acts(uint16 roles) public {
        roles = 1 + (roles % 63);
        setRoles(MILL, 63);
        vm.prank(registry.adminOf(MILL));
        registry.addKey(MILL, address(0xBEE), roles, 0, 0);
        _requireRole(commission(flour, 5, 0), roles, 1);
        _requireRole(transform(line(flour, 1), output(bread, 1, 0)), roles, 1);
        _requireRole(registerProduct(bytes32(uint256(1)), 6), roles, 1);
        _requireRole(sell(flour, 1), roles, 4);
        _requireRole(abi.encodeCall(IProductLedger.acceptReturn, (flour, 1)), roles, 4);
    }

    function test_it_says_its_version() public view {
        require(keccak256(bytes(ledger.version())) == keccak256("1.0.0"), "version");
    }

    function bunProductLot() private view returns (bytes32) {
        return
            bytes32(
                (uint256(bunProduct) & (type(uint256).max >> 8)) |
                    (uint256(0x0A) << 248) |
                    (0x41 << 176)
            );
    }

    /// @dev The act is refused for want of a role exactly where the key lacks it; what else is
    /// wrong does not matter.
    function _requireRole(bytes memory call, uint16 roles, uint16 needed) private {
        bytes[] memory calls = new bytes[](1);
        calls[0] = call;
        uint256 operation = uint256(keccak256(call));
        vm.prank(address(0xBEE));
        (bool done, bytes memory answer) = address(ledger).call(
            abi.encodeCall(IDoor.perform, (operation, calls))
        );
        bool missing = !done && bytes4(answer) == IDoor.RoleMissing.selector;
        require(missing == (roles & needed == 0), "role");
    }

    function _requireNobodyActs() private {
        bytes[] memory acts = _acts();
        for (uint256 i = 0; i < acts.length; ++i) {
            vm.prank(MILL_KEY);
            (bool done, bytes memory answer) = address(ledger).call(acts[i]);
            require(!done && bytes4(answer) == IDoor.NotPerforming.selector, "acted alone");
        }
    }

    function _acts() private view returns (bytes[] memory acts) {
        acts = new bytes[](20);
        acts[0] = registerProduct(breadProduct, 6);
        acts[1] = abi.encodeCall(IProductLedger.describeProduct, (flourProduct, DOCUMENT));
        acts[2] = authoriseMaker(flourProduct, BAKERY, true);
        acts[3] = declareYield(flourProduct, breadProduct, 1, 1);
        acts[4] = commission(flour, 1, 0);
        acts[5] = transform(line(flour, 1), output(bread, 1, 0));
        acts[6] = ship(SHIPMENT, BAKERY, line(flour, 1));
        acts[7] = receiveShipment(MILL, SHIPMENT, line(flour, 1));
        acts[8] = rejectShipment(MILL, SHIPMENT, line(flour, 1));
        acts[9] = cancelShipment(SHIPMENT, line(flour, 1));
        acts[10] = pack(pallet, line(flour, 1));
        acts[11] = unpack(pallet, line(flour, 1));
        acts[12] = dispose(flour, 1);
        acts[13] = sell(flour, 1);
        acts[14] = recall(flour);
        acts[15] = release(flour);
        acts[16] = observe(flour, DOCUMENT, 1);
        acts[17] = abi.encodeCall(IProductLedger.correct, (DOCUMENT, DOCUMENT));
        acts[18] = abi.encodeCall(IProductLedger.correctFact, (0, DOCUMENT));
        acts[19] = abi.encodeCall(IProductLedger.acceptReturn, (flour, 1));
    }
}
