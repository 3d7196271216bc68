// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title A journal that proves itself
/// @notice Every event of a contract that keeps a journal carries, as its first data word, an
/// `entry`: 8 bytes sequence number, 24 bytes running hash of all events before it. The running
/// hash after an event is SHA-256 over its topics, its data and the block number (8 bytes), cut to
/// 24 bytes. A missing, added, reordered or altered log shows from raw logs alone.
interface IJournal {
    /// @notice The journal's head: what the next event will carry as its entry.
    /// @return count number of events so far, which is the sequence number of the next one
    /// @return head running hash over all of them
    function journal() external view returns (uint64 count, bytes24 head);
}
