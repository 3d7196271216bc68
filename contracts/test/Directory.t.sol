// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Directory} from "../Directory.sol";
import {IDirectory} from "../interfaces/IDirectory.sol";
import {Fixture} from "./Fixture.sol";
import {Fold} from "./Journal.t.sol";
import {Log, vm} from "./Vm.sol";

contract DirectoryTest is Fixture {
    using Fold for bytes32;
    using Fold for Directory;

    bytes32 private constant _NAME = "ProductLedger";
    Directory private _directory;

    function setUp() public override {
        super.setUp();
        _directory = new Directory(registry);
    }

    function test_a_further_version_names_the_one_before() public {
        bytes32 word = _directory.word();
        vm.recordLogs();
        _enter(_NAME, 1 << 32, address(ledger));
        _enter(_NAME, (1 << 32) | 1, address(registry));
        Log[] memory logs = vm.getRecordedLogs();
        equal(logs.length, 2);
        require(
            word.next(logs[0], block.number).next(logs[1], block.number) == _directory.word(),
            "journal"
        );
        (, , , address before, bytes32 codeHash) = abi.decode(
            abi.encodePacked(bytes32(0), logs[1].data),
            (bytes32, bytes32, uint64, address, bytes32)
        );
        require(before == address(ledger) && codeHash == address(registry).codehash, "event");
        (address place, uint64 version, address predecessor) = _directory.newest(_NAME);
        require(place == address(registry) && predecessor == address(ledger), "newest");
        equal(version, (1 << 32) | 1);
        bytes32 name;
        (name, version, predecessor) = _directory.entryOf(address(ledger));
        require(name == _NAME && predecessor == address(0), "first");
        equal(version, 1 << 32);
    }

    function test_fuzz_versions_of_a_name_ascend(uint64 first, uint64 second) public {
        (first, second) = (1 + (first % type(uint48).max), second >> (second % 32));
        _enter(_NAME, first, address(ledger));
        if (second <= first || second > type(uint48).max) {
            vm.expectRevert(
                abi.encodeWithSelector(IDirectory.VersionNotAfter.selector, _NAME, second, first)
            );
        }
        _enter(_NAME, second, address(registry));
        _enter("Other", 1, address(_directory));
    }

    function test_a_contract_is_entered_once() public {
        _enter(_NAME, 1, address(ledger));
        for (uint256 i = 0; i < 2; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    IDirectory.ContractAlreadyEntered.selector,
                    address(ledger),
                    _NAME
                )
            );
            _enter(i == 0 ? _NAME : bytes32("Other"), 2, address(ledger));
        }
    }

    function test_fuzz_only_the_governor_enters(address caller) public {
        vm.assume(caller != GOVERNOR);
        vm.expectRevert(abi.encodeWithSelector(IDirectory.NotTheGovernor.selector, caller));
        vm.prank(caller);
        _directory.enter(_NAME, 1, address(ledger));
    }

    function test_what_is_nothing_is_not_entered() public {
        vm.expectRevert(
            abi.encodeWithSelector(IDirectory.NoContractThere.selector, address(0xBEE))
        );
        _enter(_NAME, 1, address(0xBEE));
        vm.expectRevert(abi.encodeWithSelector(IDirectory.NameInvalid.selector, bytes32(0)));
        _enter(0, 1, address(ledger));
        vm.expectRevert(abi.encodeWithSelector(IDirectory.VersionNotAfter.selector, _NAME, 0, 0));
        _enter(_NAME, 0, address(ledger));
        vm.expectRevert(abi.encodeWithSelector(IDirectory.ContractUnknown.selector, _NAME));
        _directory.newest(_NAME);
        (bytes32 name, , ) = _directory.entryOf(address(ledger));
        require(name == 0, "entered");
    }

    function test_it_says_its_version() public view {
        require(keccak256(bytes(_directory.version())) == keccak256("1.0.0"), "version");
    }

    function _enter(bytes32 name, uint64 version, address place) private {
        vm.prank(GOVERNOR);
        _directory.enter(name, version, place);
    }
}
