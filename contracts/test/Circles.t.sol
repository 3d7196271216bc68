// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IProductLedger} from "../interfaces/IProductLedger.sol";
import {Fixture, Gs1} from "./Fixture.sol";
import {vm} from "./Vm.sol";

/// @title The graph of items has no circles, and an end
contract CirclesTest is Fixture {
    using Gs1 for bytes32;

    bytes32 private _bread2 = breadProduct.lot("B2");

    function setUp() public override {
        super.setUp();
        act(MILL_KEY, commission(flour, LARGEST, 0));
    }

    function test_nothing_is_made_of_itself() public {
        _refuseCircle(flour, flour);
        act(MILL_KEY, transform(line(flour, 9), output(bread, 9, 0)));
        _refuseCircle(bread, flour);
        act(MILL_KEY, transform(line(bread, 9), output(_bread2, 9, 0)));
        _refuseCircle(_bread2, bread);
        _refuseCircle(_bread2, flour);
        act(MILL_KEY, transform(line(flour, 9), output(bread, 9, 0)));
        act(MILL_KEY, transform(line(flour, 9), output(_bread2, 9, 0)));
    }

    function test_a_lot_that_was_commissioned_first_stays_a_beginning() public {
        act(MILL_KEY, commission(bread, 1, 0));
        _refuseCircle(flour, bread);
    }

    function test_a_lot_that_was_produced_first_keeps_its_depth() public {
        act(MILL_KEY, transform(line(flour, 1), output(bread, 1, 0)));
        act(MILL_KEY, commission(bread, 1, 0));
        act(MILL_KEY, transform(line(flour, 1), output(bread, 1, 0)));
    }

    function test_the_deepest_input_is_named() public {
        act(MILL_KEY, transform(line(flour, 9), output(bread, 9, 0)));
        act(MILL_KEY, transform(line(bread, 5), output(_bread2, 5, 0)));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.TransformationIsCircular.selector,
            _bread2,
            bread
        );
        refuse(MILL_KEY, transform(lines2(flour, 1, _bread2, 1), output(bread, 1, 0)), error);
    }

    function test_the_last_step_is_made_and_none_after_it() public {
        act(MILL_KEY, transform(line(flour, 9), output(bread, 9, 0)));
        _sink(bread, type(uint32).max - 1);
        act(MILL_KEY, transform(line(bread, 5), output(_bread2, 5, 0)));
        bytes32 further = breadProduct.lot("B3");
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.TransformationTooDeep.selector,
            _bread2,
            type(uint32).max
        );
        refuse(MILL_KEY, transform(line(_bread2, 1), output(further, 1, 0)), error);
        refuse(MILL_KEY, transform(lines2(flour, 1, _bread2, 1), output(further, 1, 0)), error);
        _refuseCircle(_bread2, bread);
        _refuseCircle(_bread2, _bread2);
        act(MILL_KEY, transform(line(flour, 1), output(_bread2, 1, 0)));
    }

    function _refuseCircle(bytes32 input, bytes32 made) private {
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.TransformationIsCircular.selector,
            input,
            made
        );
        refuse(MILL_KEY, transform(line(input, 1), output(made, 1, 0)), error);
    }

    /// @dev As if so many transformations lay before it.
    function _sink(bytes32 item, uint32 depth) private {
        vm.record();
        ledger.itemOf(item);
        (bytes32[] memory reads, ) = vm.accesses(address(ledger));
        uint256 word = uint256(vm.load(address(ledger), reads[0]));
        require(uint32(word >> 104) == 1, "where the depth stands");
        word = (word & ~(uint256(type(uint32).max) << 104)) | (uint256(depth) << 104);
        vm.store(address(ledger), reads[0], bytes32(word));
    }
}
