// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IProductLedger} from "../interfaces/IProductLedger.sol";
import {Fixture, Gs1} from "./Fixture.sol";
import {Log, vm} from "./Vm.sol";

contract RecallsTest is Fixture {
    using Gs1 for bytes32;

    /// @dev A lot of the mill's product that the bakery makes.
    bytes32 private _theirs = flourProduct.lot("T");

    function setUp() public override {
        super.setUp();
        act(MILL_KEY, commission(flour, 10, 0));
        act(MILL_KEY, authoriseMaker(flourProduct, BAKERY, true));
        act(BAKERY_KEY, commission(_theirs, 10, 0));
    }

    function test_maker_owner_and_auditor_recall() public {
        address[3] memory keys = [BAKERY_KEY, MILL_KEY, AUDITOR_KEY];
        for (uint256 i = 0; i < 3; ++i) {
            act(keys[i], recall(_theirs));
            bytes memory error = abi.encodeWithSelector(
                IProductLedger.ItemIsRecalled.selector,
                _theirs,
                [BAKERY, MILL, AUDITOR][i]
            );
            refuse(BAKERY_KEY, sell(_theirs, 1), error);
            act(keys[i], release(_theirs));
            act(BAKERY_KEY, sell(_theirs, 1));
        }
    }

    function test_nobody_else_recalls_not_even_who_once_was_authorised() public {
        act(MILL_KEY, authoriseMaker(flourProduct, SHOP, true));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.NotAllowedToRecall.selector,
            flour,
            BAKERY
        );
        refuse(BAKERY_KEY, recall(flour), error);
        error = abi.encodeWithSelector(IProductLedger.NotAllowedToRecall.selector, flour, SHOP);
        refuse(SHOP_KEY, recall(flour), error);
    }

    function test_fuzz_unknown_items_are_refused(bytes32 item) public {
        vm.assume(item != flour && item != _theirs);
        bytes memory error = abi.encodeWithSelector(IProductLedger.ItemUnknown.selector, item);
        refuse(AUDITOR_KEY, recall(item), error);
        refuse(AUDITOR_KEY, release(item), error);
    }

    function test_a_recall_is_repeated_in_silence() public {
        act(MILL_KEY, recall(_theirs));
        equal(_events(MILL_KEY, recall(_theirs)), 0);
        equal(_events(BAKERY_KEY, recall(_theirs)), 0);
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.NotAllowedToRecall.selector,
            _theirs,
            BAKERY
        );
        refuse(BAKERY_KEY, release(_theirs), error);
    }

    function test_an_auditor_takes_a_recall_over_once() public {
        act(MILL_KEY, recall(flour));
        equal(_events(AUDITOR_KEY, recall(flour)), 1);
        equal(_events(AUDITOR_KEY, recall(flour)), 0);
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.NotAllowedToRecall.selector,
            flour,
            MILL
        );
        refuse(MILL_KEY, release(flour), error);
        act(AUDITOR_KEY, release(flour));
        act(MILL_KEY, sell(flour, 1));
    }

    /// @dev A maker that recalled first does not lift what the product's owner recalled, too.
    function test_the_owner_takes_its_makers_recall_over_once() public {
        act(BAKERY_KEY, recall(_theirs));
        equal(_events(MILL_KEY, recall(_theirs)), 1);
        equal(_events(MILL_KEY, recall(_theirs)), 0);
        equal(_events(BAKERY_KEY, recall(_theirs)), 0);
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.NotAllowedToRecall.selector,
            _theirs,
            BAKERY
        );
        refuse(BAKERY_KEY, release(_theirs), error);
        act(MILL_KEY, release(_theirs));
        act(BAKERY_KEY, sell(_theirs, 1));
    }

    function test_neither_owner_nor_maker_takes_an_auditors_recall_over() public {
        act(AUDITOR_KEY, recall(_theirs));
        equal(_events(MILL_KEY, recall(_theirs)), 0);
        equal(_events(BAKERY_KEY, recall(_theirs)), 0);
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.NotAllowedToRecall.selector,
            _theirs,
            MILL
        );
        refuse(MILL_KEY, release(_theirs), error);
    }

    function test_what_is_not_recalled_is_not_released() public {
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.ItemIsNotRecalled.selector,
            flour
        );
        refuse(MILL_KEY, release(flour), error);
        act(MILL_KEY, recall(flour));
        act(MILL_KEY, release(flour));
        refuse(MILL_KEY, release(flour), error);
    }

    function test_one_that_may_not_be_recalled_holds_back_the_rest() public {
        bytes32[] memory items = new bytes32[](2);
        (items[0], items[1]) = (_theirs, flour);
        bytes memory call = abi.encodeCall(IProductLedger.recall, (items, DOCUMENT));
        refuse(
            BAKERY_KEY,
            call,
            abi.encodeWithSelector(IProductLedger.NotAllowedToRecall.selector, flour, BAKERY)
        );
        act(BAKERY_KEY, sell(_theirs, 1));
        equal(_events(MILL_KEY, call), 2);
    }

    function _events(address key, bytes memory call) private returns (uint256) {
        vm.recordLogs();
        act(key, call);
        Log[] memory logs = vm.getRecordedLogs();
        return logs.length - 1; // without the operation's own
    }
}
