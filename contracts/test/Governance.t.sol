// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IDoor} from "../interfaces/IDoor.sol";
import {IOrgRegistry} from "../interfaces/IOrgRegistry.sol";
import {IProductLedger} from "../interfaces/IProductLedger.sol";
import {Fixture, Gs1} from "./Fixture.sol";
import {vm} from "./Vm.sol";

/// @title Two owners who must agree: the shape of any account of code that manages keys
contract Multisig {
    mapping(bytes32 call => address first) private _asked;

    function agree(address target, bytes calldata call) external {
        bytes32 id = keccak256(abi.encode(target, call));
        if (_asked[id] == address(0)) {
            _asked[id] = msg.sender;
            return;
        }
        require(_asked[id] != msg.sender, "alone");
        (bool done, ) = target.call(call);
        require(done, "refused");
    }
}

contract GovernanceTest is Fixture {
    using Gs1 for bytes32;

    address private constant _NEW = address(0xAD);

    // ------------------------------------------------------------------ roles

    function test_fuzz_roles_wait_for_their_delay(uint40 time) public {
        time = uint40(time % (3 * ROLE_DELAY));
        vm.prank(GOVERNOR);
        registry.proposeOrganisationRoles(MILL, 4);
        vm.warp(NOW + time);
        bool early = time < ROLE_DELAY;
        if (early) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    IOrgRegistry.RolesNotYetApplicable.selector,
                    MILL,
                    NOW + ROLE_DELAY
                )
            );
        }
        vm.prank(GOVERNOR);
        registry.applyOrganisationRoles(MILL);
        equal(_rolesOf(MILL_KEY), early ? 7 : 4);
    }

    function test_proposed_roles_are_applied_once() public {
        bytes memory error = abi.encodeWithSelector(IOrgRegistry.NoRolesProposed.selector, MILL);
        vm.expectRevert(error);
        vm.prank(GOVERNOR);
        registry.applyOrganisationRoles(MILL);
        setRoles(MILL, 4);
        vm.warp(NOW + 2 * ROLE_DELAY);
        vm.expectRevert(error);
        vm.prank(GOVERNOR);
        registry.applyOrganisationRoles(MILL);
    }

    function test_a_further_proposal_begins_its_own_delay() public {
        vm.prank(GOVERNOR);
        registry.proposeOrganisationRoles(MILL, 4);
        vm.warp(NOW + ROLE_DELAY);
        vm.prank(GOVERNOR);
        registry.proposeOrganisationRoles(MILL, 16);
        vm.expectRevert(
            abi.encodeWithSelector(
                IOrgRegistry.RolesNotYetApplicable.selector,
                MILL,
                NOW + 2 * ROLE_DELAY
            )
        );
        vm.prank(GOVERNOR);
        registry.applyOrganisationRoles(MILL);
    }

    function test_suspending_does_not_wait() public {
        vm.prank(GOVERNOR);
        registry.suspendOrganisation(MILL);
        refuse(
            MILL_KEY,
            commission(flour, 1, 0),
            abi.encodeWithSelector(IOrgRegistry.OrganisationIsSuspended.selector, MILL)
        );
    }

    function test_the_delay_is_known() public view {
        equal(registry.roleDelay(), ROLE_DELAY);
    }

    // ------------------------------------------------------------------ admins

    function test_an_admin_is_replaced_in_two_steps() public {
        vm.prank(MILL_KEY);
        registry.proposeAdmin(MILL, _NEW);
        require(registry.adminOf(MILL) == MILL_KEY, "too early");
        vm.expectRevert(
            abi.encodeWithSelector(IOrgRegistry.NotTheProposedAdmin.selector, MILL, MILL_KEY)
        );
        vm.prank(MILL_KEY);
        registry.acceptAdmin(MILL);
        vm.expectRevert(
            abi.encodeWithSelector(IOrgRegistry.NotTheProposedAdmin.selector, BAKERY, _NEW)
        );
        vm.prank(_NEW);
        registry.acceptAdmin(BAKERY);
        vm.prank(_NEW);
        registry.acceptAdmin(MILL);
        require(registry.adminOf(MILL) == _NEW, "not accepted");
        vm.expectRevert(abi.encodeWithSelector(IOrgRegistry.NotTheAdmin.selector, MILL, MILL_KEY));
        vm.prank(MILL_KEY);
        registry.addKey(MILL, _NEW, 1, 0, 0);
        vm.expectRevert(
            abi.encodeWithSelector(IOrgRegistry.NotTheProposedAdmin.selector, MILL, _NEW)
        );
        vm.prank(_NEW);
        registry.acceptAdmin(MILL);
    }

    function test_fuzz_only_admin_and_governor_propose_an_admin(address caller) public {
        vm.assume(caller != GOVERNOR && caller != MILL_KEY);
        vm.expectRevert(abi.encodeWithSelector(IOrgRegistry.NotTheAdmin.selector, MILL, caller));
        vm.prank(caller);
        registry.proposeAdmin(MILL, caller);
        vm.expectRevert(abi.encodeWithSelector(IOrgRegistry.OrganisationUnknown.selector, NOBODY));
        vm.prank(GOVERNOR);
        registry.proposeAdmin(NOBODY, caller);
        vm.expectRevert(abi.encodeWithSelector(IOrgRegistry.AddressIsZero.selector));
        vm.prank(GOVERNOR);
        registry.proposeAdmin(MILL, address(0));
    }

    function test_fuzz_an_admin_that_the_governor_proposes_waits(uint32 early) public {
        vm.prank(GOVERNOR);
        registry.proposeAdmin(MILL, _NEW);
        uint40 from = NOW + ROLE_DELAY;
        vm.warp(NOW + (early % ROLE_DELAY));
        vm.expectRevert(
            abi.encodeWithSelector(IOrgRegistry.AdminNotYetAcceptable.selector, MILL, from)
        );
        vm.prank(_NEW);
        registry.acceptAdmin(MILL);
        vm.warp(from);
        vm.prank(_NEW);
        registry.acceptAdmin(MILL);
        require(registry.adminOf(MILL) == _NEW, "not accepted");
    }

    function test_an_organisation_puts_another_in_the_place_of_whom_the_governor_proposed() public {
        vm.prank(GOVERNOR);
        registry.proposeAdmin(MILL, _NEW);
        vm.prank(MILL_KEY);
        registry.proposeAdmin(MILL, BAKERY_KEY);
        vm.warp(NOW + ROLE_DELAY);
        vm.expectRevert(
            abi.encodeWithSelector(IOrgRegistry.NotTheProposedAdmin.selector, MILL, _NEW)
        );
        vm.prank(_NEW);
        registry.acceptAdmin(MILL);
    }

    function test_not_even_the_governor_adds_a_key_for_another() public {
        vm.expectRevert(abi.encodeWithSelector(IOrgRegistry.NotTheAdmin.selector, MILL, GOVERNOR));
        vm.prank(GOVERNOR);
        registry.addKey(MILL, _NEW, 1, 0, 0);
        vm.prank(GOVERNOR);
        registry.revokeKey(MILL_KEY); // but it stops one
    }

    function test_an_account_of_code_manages_keys() public {
        Multisig multisig = new Multisig();
        vm.prank(MILL_KEY);
        registry.proposeAdmin(MILL, address(multisig));
        _agree(multisig, abi.encodeCall(IOrgRegistry.acceptAdmin, (MILL)));
        _agree(multisig, abi.encodeCall(IOrgRegistry.revokeKey, (MILL_KEY)));
        _agree(multisig, abi.encodeCall(IOrgRegistry.addKey, (MILL, _NEW, 1, 0, 0)));
        act(_NEW, commission(flour, 5, 0));
        refuse(
            MILL_KEY,
            commission(flour, 1, 0),
            abi.encodeWithSelector(IOrgRegistry.KeyNotValid.selector, MILL_KEY, 0, NOW)
        );
    }

    // ------------------------------------------------------------------ pausing

    function test_while_writes_are_paused_only_warnings_and_corrections_are_written() public {
        act(MILL_KEY, commission(flour, 5, 0));
        act(MILL_KEY, recall(flour));
        _pause();
        bytes memory error = abi.encodeWithSelector(IDoor.WritesArePaused.selector);
        bytes[] memory acts = _newWrites();
        for (uint256 i = 0; i < acts.length; ++i) {
            refuse(MILL_KEY, acts[i], error);
        }
        act(AUDITOR_KEY, recall(flour));
        act(MILL_KEY, abi.encodeCall(IProductLedger.correct, (DOCUMENT, DOCUMENT)));
        act(MILL_KEY, abi.encodeCall(IProductLedger.correctFact, (0, DOCUMENT)));
        perform(MILL_KEY, 1 << 77, new bytes[](0));
        vm.prank(GOVERNOR);
        registry.resumeWrites();
        act(MILL_KEY, commission(bread, 5, 0));
    }

    /// @dev One forbidden act among allowed ones undoes all of them.
    function test_a_pause_is_not_slipped_past_behind_a_recall() public {
        act(MILL_KEY, commission(flour, 5, 0));
        _pause();
        bytes[] memory calls = new bytes[](2);
        (calls[0], calls[1]) = (recall(flour), dispose(flour, 1));
        vm.expectRevert(abi.encodeWithSelector(IDoor.WritesArePaused.selector));
        perform(MILL_KEY, 1 << 77, calls);
    }

    function test_a_pause_opens_no_door() public {
        _pause();
        vm.prank(GOVERNOR);
        registry.suspendOrganisation(MILL);
        refuse(
            MILL_KEY,
            recall(flour),
            abi.encodeWithSelector(IOrgRegistry.OrganisationIsSuspended.selector, MILL)
        );
        vm.prank(registry.adminOf(BAKERY));
        registry.addKey(BAKERY, _NEW, 16, 0, 0); // no role of the bakery's
        refuse(
            _NEW,
            recall(flour),
            abi.encodeWithSelector(IDoor.RoleMissing.selector, BAKERY, 63, 0)
        );
        vm.prank(MILL_KEY);
        (bool done, bytes memory answer) = address(ledger).call(recall(flour));
        require(!done && bytes4(answer) == IDoor.NotPerforming.selector, "acted alone");
    }

    function test_pausing_and_resuming_alternate() public {
        vm.expectRevert(abi.encodeWithSelector(IOrgRegistry.WritesAreNotPaused.selector));
        vm.prank(GOVERNOR);
        registry.resumeWrites();
        _pause();
        require(registry.writesPaused(), "not paused");
        vm.expectRevert(abi.encodeWithSelector(IOrgRegistry.WritesArePaused.selector));
        vm.prank(GOVERNOR);
        registry.pauseWrites();
        vm.prank(MILL_KEY);
        registry.addKey(MILL, _NEW, 1, 0, 0); // keys are managed all the same
    }

    // ------------------------------------------------------------------ private

    function _pause() private {
        vm.prank(GOVERNOR);
        registry.pauseWrites();
    }

    function _agree(Multisig multisig, bytes memory call) private {
        vm.prank(address(1));
        multisig.agree(address(registry), call);
        vm.prank(address(2));
        multisig.agree(address(registry), call);
    }

    function _rolesOf(address key) private view returns (uint16 roles) {
        (, roles, ) = registry.actor(key);
    }

    function _newWrites() private view returns (bytes[] memory acts) {
        acts = new bytes[](16);
        acts[0] = registerProduct(flourProduct, 6);
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
        acts[14] = release(flour);
        acts[15] = observe(flour, DOCUMENT, 1);
    }

    function test_a_governor_that_is_the_admin_does_not_wait() public {
        vm.prank(MILL_KEY);
        registry.proposeAdmin(MILL, GOVERNOR);
        vm.prank(GOVERNOR);
        registry.acceptAdmin(MILL);
        vm.prank(GOVERNOR);
        registry.proposeAdmin(MILL, BAKERY_KEY);
        vm.prank(BAKERY_KEY);
        registry.acceptAdmin(MILL);
        require(registry.adminOf(MILL) == BAKERY_KEY, "not accepted");
    }
}
