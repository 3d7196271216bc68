// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {OrgRegistry} from "../OrgRegistry.sol";
import {IOrgRegistry} from "../interfaces/IOrgRegistry.sol";
import {Fixture, Gs1} from "./Fixture.sol";
import {vm} from "./Vm.sol";

contract OrgRegistryTest is Fixture {
    address private constant KEY = address(0xBEE);
    bytes32 private immutable _PARTY = Gs1.party(800005000000);
    bytes32 private immutable _PLACE = Gs1.place(400001999999, "DOCK-1");

    // ------------------------------------------------------------------ organisations

    function test_organisations_are_numbered_from_one() public {
        vm.prank(GOVERNOR);
        equal(registry.registerOrganisation(_PARTY, KEY, 63), 5);
        equal(registry.organisationOf(_PARTY), 5);
        require(!registry.organisationExists(0) && !registry.organisationExists(6), "exists");
        require(registry.organisationExists(1) && registry.organisationExists(5), "does not exist");
    }

    function test_a_party_stands_for_one_organisation() public {
        bytes32 party = Gs1.party(400001000000);
        vm.expectRevert(
            abi.encodeWithSelector(IOrgRegistry.OrganisationAlreadyExists.selector, party, MILL)
        );
        vm.prank(GOVERNOR);
        registry.registerOrganisation(party, KEY, 1);
    }

    function test_fuzz_only_parties_are_admitted(bytes32 id) public {
        vm.assume(uint256(id) >> 248 != 0x42);
        vm.expectRevert(abi.encodeWithSelector(IOrgRegistry.IdInvalid.selector, id));
        vm.prank(GOVERNOR);
        registry.registerOrganisation(id, KEY, 1);
    }

    function test_fuzz_roles_are_known_bits(uint16 roles) public {
        bool valid = roles > 0 && roles < 64;
        bytes memory error = abi.encodeWithSelector(IOrgRegistry.RolesInvalid.selector, roles);
        if (!valid) vm.expectRevert(error);
        vm.prank(GOVERNOR);
        registry.registerOrganisation(_PARTY, KEY, roles);
        if (!valid) vm.expectRevert(error);
        vm.prank(GOVERNOR);
        registry.proposeOrganisationRoles(MILL, roles);
        if (!valid) vm.expectRevert(error);
        vm.prank(MILL_KEY);
        registry.addKey(MILL, KEY, roles, 0, 0);
    }

    function test_fuzz_a_key_acts_with_what_both_may(uint16 ofOrganisation, uint16 ofKey) public {
        (ofOrganisation, ofKey) = (1 + (ofOrganisation % 63), 1 + (ofKey % 63));
        setRoles(MILL, ofOrganisation);
        vm.prank(registry.adminOf(MILL));
        registry.addKey(MILL, KEY, ofKey, 0, 0);
        (uint32 org, uint16 roles, ) = registry.actor(KEY);
        equal(org, MILL);
        equal(roles, ofOrganisation & ofKey);
    }

    function test_a_suspended_organisation_acts_again_when_resumed() public {
        vm.prank(GOVERNOR);
        registry.suspendOrganisation(MILL);
        bytes memory error = abi.encodeWithSelector(
            IOrgRegistry.OrganisationIsSuspended.selector,
            MILL
        );
        vm.expectRevert(error);
        registry.actor(MILL_KEY);
        vm.expectRevert(error);
        vm.prank(GOVERNOR);
        registry.suspendOrganisation(MILL);
        vm.prank(GOVERNOR);
        registry.resumeOrganisation(MILL);
        registry.actor(MILL_KEY);
        vm.expectRevert(
            abi.encodeWithSelector(IOrgRegistry.OrganisationIsNotSuspended.selector, MILL)
        );
        vm.prank(GOVERNOR);
        registry.resumeOrganisation(MILL);
    }

    function test_fuzz_only_the_governor_governs(address caller) public {
        vm.assume(caller != GOVERNOR);
        bytes memory error = abi.encodeWithSelector(IOrgRegistry.NotTheGovernor.selector, caller);
        bytes[] memory calls = new bytes[](9);
        calls[6] = abi.encodeCall(IOrgRegistry.applyOrganisationRoles, (MILL));
        calls[7] = abi.encodeCall(IOrgRegistry.pauseWrites, ());
        calls[8] = abi.encodeCall(IOrgRegistry.resumeWrites, ());
        calls[0] = abi.encodeCall(IOrgRegistry.registerOrganisation, (_PARTY, KEY, 1));
        calls[1] = abi.encodeCall(IOrgRegistry.proposeOrganisationRoles, (MILL, 1));
        calls[2] = abi.encodeCall(IOrgRegistry.suspendOrganisation, (MILL));
        calls[3] = abi.encodeCall(IOrgRegistry.resumeOrganisation, (MILL));
        calls[4] = abi.encodeCall(IOrgRegistry.grantPrefix, (MILL, 6, 999999));
        calls[5] = abi.encodeCall(IOrgRegistry.proposeGovernor, (KEY));
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.prank(caller);
            (bool done, bytes memory answer) = address(registry).call(calls[i]);
            require(!done && keccak256(answer) == keccak256(error), "governed");
        }
    }

    function test_unknown_organisations_are_refused() public {
        bytes memory error = abi.encodeWithSelector(
            IOrgRegistry.OrganisationUnknown.selector,
            NOBODY
        );
        bytes[] memory calls = new bytes[](6);
        calls[0] = abi.encodeCall(IOrgRegistry.proposeOrganisationRoles, (NOBODY, 1));
        calls[1] = abi.encodeCall(IOrgRegistry.suspendOrganisation, (NOBODY));
        calls[2] = abi.encodeCall(IOrgRegistry.resumeOrganisation, (NOBODY));
        calls[3] = abi.encodeCall(IOrgRegistry.grantPrefix, (NOBODY, 6, 999999));
        calls[4] = abi.encodeCall(IOrgRegistry.addPlace, (NOBODY, _PLACE, 6));
        calls[5] = abi.encodeCall(IOrgRegistry.addKey, (NOBODY, KEY, 1, 0, 0));
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.prank(GOVERNOR);
            (bool done, bytes memory answer) = address(registry).call(calls[i]);
            require(!done && keccak256(answer) == keccak256(error), "known");
        }
    }

    // ------------------------------------------------------------------ prefixes

    function test_fuzz_prefixes_have_six_to_twelve_digits(uint8 length, uint64 prefix) public {
        bool valid = length >= 6 && length <= 12 && prefix < 10 ** uint256(length);
        vm.assume(!valid);
        vm.expectRevert(
            abi.encodeWithSelector(IOrgRegistry.PrefixInvalid.selector, length, prefix)
        );
        vm.prank(GOVERNOR);
        registry.grantPrefix(MILL, length, prefix);
    }

    /// @dev Grants at random in a small part of the number range, against the plain rule: no prefix
    /// of one owner begins with one of another.
    function test_fuzz_prefixes_of_different_owners_never_contain_each_other(uint256 seed) public {
        uint32[] memory orgs = new uint32[](40);
        string[] memory texts = new string[](40);
        for (uint256 i = 0; i < 40; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            uint8 length = uint8(6 + (random % 5));
            uint32 org = uint32(1 + ((random >> 8) % 3));
            uint64 prefix = 888888;
            for (uint256 digit = 6; digit < length; ++digit) {
                prefix = prefix * 10 + uint64((random >> (16 + digit)) % 2);
            }
            string memory text = _digits(prefix, length);
            bool free = true;
            for (uint256 j = 0; j < i; ++j) {
                if (orgs[j] == 0) continue;
                bool same = keccak256(bytes(texts[j])) == keccak256(bytes(text));
                bool nested = _begins(texts[j], text) || _begins(text, texts[j]);
                if (same || (nested && orgs[j] != org)) free = false;
            }
            vm.prank(GOVERNOR);
            (bool granted, ) = address(registry).call(
                abi.encodeCall(IOrgRegistry.grantPrefix, (org, length, prefix))
            );
            require(granted == free, "overlap");
            if (granted) (orgs[i], texts[i]) = (org, text);
        }
    }

    function test_a_prefix_that_contains_anothers_is_refused() public {
        vm.prank(GOVERNOR);
        registry.grantPrefix(MILL, 9, 999999001);
        vm.expectRevert(
            abi.encodeWithSelector(IOrgRegistry.PrefixAlreadyGranted.selector, 7, 9999990, MILL)
        );
        vm.prank(GOVERNOR);
        registry.grantPrefix(BAKERY, 7, 9999990);
        equal(registry.prefixOwner(9, 999999001), MILL);
        equal(registry.prefixOwner(7, 9999990), 0);
    }

    // ------------------------------------------------------------------ places

    function test_an_admin_declares_places_under_its_prefix() public {
        vm.prank(MILL_KEY);
        registry.addPlace(MILL, _PLACE, 6);
        vm.expectRevert(
            abi.encodeWithSelector(IOrgRegistry.PlaceAlreadyExists.selector, _PLACE, MILL)
        );
        vm.prank(GOVERNOR);
        registry.addPlace(BAKERY, _PLACE, 6);
    }

    function test_fuzz_a_place_lies_under_a_prefix_of_its_organisation(uint8 length) public {
        vm.assume(length != 6);
        vm.expectRevert(
            abi.encodeWithSelector(IOrgRegistry.PlaceOutsidePrefix.selector, _PLACE, MILL)
        );
        vm.prank(MILL_KEY);
        registry.addPlace(MILL, _PLACE, length);
    }

    function test_the_governor_declares_places_anywhere() public {
        vm.prank(GOVERNOR);
        registry.addPlace(BAKERY, _PLACE, 255);
    }

    function test_fuzz_only_places_are_declared(bytes32 id) public {
        vm.assume(uint256(id) >> 248 != 0x41);
        vm.expectRevert(abi.encodeWithSelector(IOrgRegistry.IdInvalid.selector, id));
        vm.prank(GOVERNOR);
        registry.addPlace(MILL, id, 6);
    }

    // ------------------------------------------------------------------ keys

    function test_fuzz_a_key_is_valid_from_its_first_second_to_before_its_end(
        uint40 from,
        uint40 to,
        uint40 time
    ) public {
        bytes memory error = abi.encodeWithSelector(
            IOrgRegistry.KeyNotValid.selector,
            KEY,
            from,
            to
        );
        bool backwards = to != 0 && to <= from;
        if (backwards) vm.expectRevert(error);
        vm.prank(MILL_KEY);
        registry.addKey(MILL, KEY, 1, from, to);
        if (backwards) return;
        vm.warp(time);
        if (time < from || (to != 0 && time >= to)) vm.expectRevert(error);
        registry.actor(KEY);
    }

    function test_a_revoked_key_is_refused_in_the_very_same_block() public {
        registry.actor(MILL_KEY);
        vm.prank(MILL_KEY);
        registry.revokeKey(MILL_KEY);
        bytes memory error = abi.encodeWithSelector(
            IOrgRegistry.KeyNotValid.selector,
            MILL_KEY,
            0,
            NOW
        );
        vm.expectRevert(error);
        registry.actor(MILL_KEY);
        vm.expectRevert(error);
        vm.prank(MILL_KEY); // it is still the admin's address
        registry.revokeKey(MILL_KEY);
    }

    function test_a_key_belongs_to_one_organisation_for_ever() public {
        vm.prank(GOVERNOR);
        registry.revokeKey(BAKERY_KEY);
        for (uint32 org = MILL; org <= BAKERY; ++org) {
            address admin = registry.adminOf(org);
            vm.expectRevert(
                abi.encodeWithSelector(IOrgRegistry.KeyAlreadyExists.selector, BAKERY_KEY, BAKERY)
            );
            vm.prank(admin);
            registry.addKey(org, BAKERY_KEY, 1, 0, 0);
        }
    }

    function test_fuzz_unknown_keys_are_nobodys(address key) public {
        vm.assume(uint160(key) < 0xA1 || uint160(key) > 0xA4);
        bytes memory error = abi.encodeWithSelector(IOrgRegistry.KeyUnknown.selector, key);
        vm.expectRevert(error);
        registry.actor(key);
        vm.expectRevert(error);
        vm.prank(GOVERNOR);
        registry.revokeKey(key);
    }

    function test_fuzz_only_admin_and_governor_manage_keys_and_places(address caller) public {
        vm.assume(caller != GOVERNOR && caller != MILL_KEY);
        bytes memory error = abi.encodeWithSelector(
            IOrgRegistry.NotTheAdmin.selector,
            MILL,
            caller
        );
        vm.expectRevert(error);
        vm.prank(caller);
        registry.addKey(MILL, KEY, 1, 0, 0);
        vm.expectRevert(error);
        vm.prank(caller);
        registry.revokeKey(MILL_KEY);
        vm.expectRevert(error);
        vm.prank(caller);
        registry.addPlace(MILL, _PLACE, 6);
    }

    // ------------------------------------------------------------------ the governor

    function test_the_office_is_handed_over_in_two_steps() public {
        vm.prank(GOVERNOR);
        registry.proposeGovernor(KEY);
        require(registry.governor() == GOVERNOR, "too early");
        vm.expectRevert(
            abi.encodeWithSelector(IOrgRegistry.NotTheProposedGovernor.selector, GOVERNOR)
        );
        vm.prank(GOVERNOR);
        registry.acceptGovernor();
        vm.prank(KEY);
        registry.acceptGovernor();
        require(registry.governor() == KEY, "not accepted");
        vm.expectRevert(abi.encodeWithSelector(IOrgRegistry.NotTheProposedGovernor.selector, KEY));
        vm.prank(KEY);
        registry.acceptGovernor();
    }

    function test_the_address_zero_holds_no_office() public {
        bytes memory error = abi.encodeWithSelector(IOrgRegistry.AddressIsZero.selector);
        vm.expectRevert(error);
        new OrgRegistry(address(0), ROLE_DELAY);
        vm.expectRevert(error);
        vm.prank(GOVERNOR);
        registry.proposeGovernor(address(0));
        vm.expectRevert(error);
        vm.prank(MILL_KEY);
        registry.addKey(MILL, address(0), 1, 0, 0);
        vm.expectRevert(error);
        vm.prank(GOVERNOR);
        registry.registerOrganisation(_PARTY, address(0), 1);
    }

    function test_it_says_its_version() public view {
        require(keccak256(bytes(registry.version())) == keccak256("1.0.0"), "version");
    }

    // ------------------------------------------------------------------ private

    function _digits(uint64 number, uint8 length) private pure returns (string memory) {
        bytes memory text = new bytes(length);
        for (uint256 i = length; i > 0; --i) {
            text[i - 1] = bytes1(uint8(48 + (number % 10)));
            number /= 10;
        }
        return string(text);
    }

    function _begins(string memory text, string memory beginning) private pure returns (bool) {
        (bytes memory long, bytes memory short) = (bytes(text), bytes(beginning));
        if (short.length > long.length) return false;
        for (uint256 i = 0; i < short.length; ++i) {
            if (long[i] != short[i]) return false;
        }
        return true;
    }
}
