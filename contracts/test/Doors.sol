// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IDoor} from "../interfaces/IDoor.sol";
import {Fixture} from "./Fixture.sol";
import {Fold} from "./Journal.t.sol";
import {Journal} from "../Journal.sol";
import {Log, vm} from "./Vm.sol";

/// @title The world, with a further contract that has the same door, and its journal checked
abstract contract Doors is Fixture {
    using Fold for bytes32;
    using Fold for Journal;

    address internal door;
    uint256 private _operation;

    /// @dev One act through the door. Whatever is logged must be what the journal says.
    function enter(address key, bytes memory call) internal {
        bytes32 word = Journal(door).word();
        vm.recordLogs();
        through(key, call);
        Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter == door) word = word.next(logs[i], block.number);
        }
        require(word == Journal(door).word(), "journal");
    }

    function refuseEnter(address key, bytes memory call, bytes memory error) internal {
        vm.expectRevert(error);
        through(key, call);
    }

    /// @dev Whether the act is done.
    function tryEnter(address key, bytes memory call) internal returns (bool done) {
        bytes[] memory calls = new bytes[](1);
        calls[0] = call;
        bytes memory all = abi.encodeCall(IDoor.perform, (_operation++, calls));
        vm.prank(key);
        (done, ) = door.call(all);
    }

    function through(address key, bytes memory call) internal {
        bytes[] memory calls = new bytes[](1);
        calls[0] = call;
        vm.prank(key);
        IDoor(door).perform(_operation++, calls);
    }

    /// @dev Acts alone are refused, whoever tries.
    function requireNobodyActs(bytes memory call) internal {
        vm.prank(MILL_KEY);
        (bool done, bytes memory answer) = door.call(call);
        require(!done && bytes4(answer) == IDoor.NotPerforming.selector, "acted alone");
    }
}
