// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Holdings} from "./Holdings.sol";
import {IProductLedger, Observation} from "./interfaces/IProductLedger.sol";

/// @title Statements: what organisations say, beside what the ledger knows
/// @notice Documents are messy and contradict each other. A statement is kept as it was said;
/// readers compare it with the facts and report what does not fit. It is mended by a further
/// statement, never changed.
abstract contract Statements is Holdings {
    /// @inheritdoc IProductLedger
    function observe(Observation calldata observation) external {
        uint32 org = _acting();
        if (observation.subject == 0 || observation.statement == 0) {
            revert StatementInvalid(observation.subject, observation.statement);
        }
        if (observation.amount > LARGEST_AMOUNT)
            revert AmountInvalid(observation.subject, observation.amount);
        _log(
            4,
            abi.encode(
                StatementMade.selector,
                observation.subject,
                observation.statement,
                org,
                ENTRY,
                observation.part,
                observation.action,
                observation.step,
                observation.disposition,
                observation.amount,
                observation.occurredAt,
                observation.place,
                observation.counterparty
            )
        );
    }

    /// @inheritdoc IProductLedger
    function correctFact(uint64 fact, bytes32 document) external {
        uint32 org = _actingForSafety();
        if (fact >= _sequence()) revert FactUnknown(fact);
        _log(3, abi.encode(FactCorrected.selector, fact, org, ENTRY, document));
    }

    /// @inheritdoc IProductLedger
    function correct(bytes32 statement, bytes32 by) external {
        uint32 org = _actingForSafety();
        if (statement == 0) revert StatementInvalid(by, statement);
        _log(3, abi.encode(StatementCorrected.selector, statement, org, ENTRY, by));
    }
}
