// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IProductLedger, Observation} from "../interfaces/IProductLedger.sol";
import {Fixture} from "./Fixture.sol";
import {Log, vm} from "./Vm.sol";

contract StatementsTest is Fixture {
    function test_fuzz_everything_said_stands_in_the_event(Observation calldata said) public {
        bytes memory call = abi.encodeCall(IProductLedger.observe, (said));
        if (said.subject == 0 || said.statement == 0) {
            refuse(
                SHOP_KEY,
                call,
                abi.encodeWithSelector(
                    IProductLedger.StatementInvalid.selector,
                    said.subject,
                    said.statement
                )
            );
            return;
        }
        if (said.amount > LARGEST) {
            bytes memory error = abi.encodeWithSelector(
                IProductLedger.AmountInvalid.selector,
                said.subject,
                said.amount
            );
            refuse(SHOP_KEY, call, error);
            return;
        }
        vm.recordLogs();
        act(SHOP_KEY, call);
        Log memory log = vm.getRecordedLogs()[1];
        require(log.topics[0] == IProductLedger.StatementMade.selector, "event");
        require(
            log.topics[1] == said.subject && log.topics[2] == said.statement,
            "subject or statement"
        );
        equal(uint256(log.topics[3]), SHOP);
        bytes32 entry = bytes32(log.data);
        bytes memory expected = abi.encode(
            entry,
            said.part,
            said.action,
            said.step,
            said.disposition,
            said.amount,
            said.occurredAt,
            said.place,
            said.counterparty
        );
        require(keccak256(log.data) == keccak256(expected), "data");
    }

    function test_fuzz_statements_have_a_subject_and_a_hash(bytes32 word) public {
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.StatementInvalid.selector,
            0,
            word
        );
        refuse(SHOP_KEY, observe(0, word, 0), error);
        error = abi.encodeWithSelector(IProductLedger.StatementInvalid.selector, word, 0);
        refuse(SHOP_KEY, observe(word, 0, 0), error);
    }

    function test_fuzz_amounts_fit_a_database(uint64 amount) public {
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.AmountInvalid.selector,
            flour,
            amount
        );
        if (amount <= LARGEST) act(SHOP_KEY, observe(flour, DOCUMENT, amount));
        else refuse(SHOP_KEY, observe(flour, DOCUMENT, amount), error);
    }

    function test_fuzz_a_statement_is_corrected(bytes32 statement, bytes32 by) public {
        vm.assume(statement != 0);
        vm.recordLogs();
        act(SHOP_KEY, abi.encodeCall(IProductLedger.correct, (statement, by)));
        Log memory log = vm.getRecordedLogs()[1];
        require(log.topics[0] == IProductLedger.StatementCorrected.selector, "event");
        require(log.topics[1] == statement && uint256(log.topics[2]) == SHOP, "topics");
        (, bytes32 found) = abi.decode(log.data, (bytes32, bytes32));
        require(found == by, "by");
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.StatementInvalid.selector,
            by,
            0
        );
        refuse(SHOP_KEY, abi.encodeCall(IProductLedger.correct, (0, by)), error);
    }

    function test_fuzz_an_earlier_fact_is_corrected_by_its_number(uint64 fact) public {
        (uint64 count, ) = ledger.journal();
        bytes memory call = abi.encodeCall(IProductLedger.correctFact, (fact, DOCUMENT));
        // the operation's own event comes first
        if (fact > count) {
            bytes4 selector = IProductLedger.FactUnknown.selector;
            return refuse(SHOP_KEY, call, abi.encodeWithSelector(selector, fact));
        }
        _requireCorrected(fact, call);
    }

    function test_the_last_fact_is_corrected_and_none_to_come() public {
        (uint64 count, ) = ledger.journal();
        bytes4 selector = IProductLedger.FactUnknown.selector;
        refuse(
            SHOP_KEY,
            abi.encodeCall(IProductLedger.correctFact, (count + 1, DOCUMENT)),
            abi.encodeWithSelector(selector, count + 1)
        );
        _requireCorrected(0, abi.encodeCall(IProductLedger.correctFact, (0, DOCUMENT)));
        (count, ) = ledger.journal();
        _requireCorrected(count, abi.encodeCall(IProductLedger.correctFact, (count, DOCUMENT)));
    }

    function _requireCorrected(uint64 fact, bytes memory call) private {
        vm.recordLogs();
        act(SHOP_KEY, call);
        Log memory log = vm.getRecordedLogs()[1];
        require(log.topics[0] == IProductLedger.FactCorrected.selector, "event");
        require(uint256(log.topics[1]) == fact && uint256(log.topics[2]) == SHOP, "topics");
        (, bytes32 document) = abi.decode(log.data, (bytes32, bytes32));
        require(document == DOCUMENT, "document");
    }
}
