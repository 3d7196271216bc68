// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IJournal} from "./interfaces/IJournal.sol";

/// @title The journal that a contract keeps of its own events
/// @notice The rule, for anyone who checks it with a standard library: the journal starts as count
/// 0 and `SHA-256("lotmark/v1/journal\n" ++ chain id, 32 bytes ++ address, 20 bytes)`; each event
/// carries the journal as it stood before it (count, 8 bytes ++ hash, 24 bytes) as the first word
/// of its data; then the count grows by one and the hash becomes `SHA-256(topics ++ data ++ block
/// number, 8 bytes)`. Hashes are cut to their first 24 bytes.
/// @dev Every event passes `_log`. Contracts that keep a journal must not inherit code that emits
/// by itself, and no call to another contract may stand between a change of state and its event:
/// the order of logs is the order of acts.
abstract contract Journal is IJournal {
    /// @dev Stands where `_log` will put the entry.
    bytes32 internal constant ENTRY = 0;

    /// @dev Storage slot 0, where auditors read it: count << 192 | hash.
    uint256 private _journal;

    constructor() {
        bytes memory seed = bytes.concat(
            "lotmark/v1/journal\n",
            bytes32(block.chainid),
            bytes20(address(this))
        );
        _journal = uint192(bytes24(sha256(seed)));
    }

    /// @inheritdoc IJournal
    function journal() external view returns (uint64 count, bytes24 head) {
        return (_sequence(), bytes24(uint192(_journal)));
    }

    /// @dev Sequence number of the next event.
    function _sequence() internal view returns (uint64) {
        return uint64(_journal >> 192);
    }

    /// @dev Emits an event and writes it into the journal.
    /// @param topics how many topics the event has, its selector included
    /// @param words `abi.encode(selector, indexed arguments..., ENTRY, other arguments...)`, made
    /// for this call: its memory is given back
    function _log(uint256 topics, bytes memory words) internal {
        assembly ("memory-safe") {
            let size := mload(words)
            let start := add(words, 32)
            let data := add(start, shl(5, topics))
            let length := sub(size, shl(5, topics))

            let entry := sload(_journal.slot)
            mstore(data, entry)
            mstore(add(start, size), shl(192, number()))
            // 2 is the SHA-256 precompile; it fails only for want of gas
            if iszero(staticcall(gas(), 2, start, add(size, 8), 0, 32)) {
                revert(0, 0)
            }
            sstore(_journal.slot, or(shl(192, add(shr(192, entry), 1)), shr(64, mload(0))))

            switch topics
            case 1 {
                log1(data, length, mload(start))
            }
            case 2 {
                log2(data, length, mload(start), mload(add(start, 32)))
            }
            case 3 {
                log3(data, length, mload(start), mload(add(start, 32)), mload(add(start, 64)))
            }
            default {
                log4(
                    data,
                    length,
                    mload(start),
                    mload(add(start, 32)),
                    mload(add(start, 64)),
                    mload(add(start, 96))
                )
            }
            mstore(0x40, words)
        }
    }
}
