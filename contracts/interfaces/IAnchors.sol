// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IDoor} from "./IDoor.sol";

/// @title Anchors: one root for very many statements
/// @notice Each organisation keeps one growing list of statements for each kind of content, as an
/// RFC 6962 tree with SHA-256. Anchoring seals the list as it is now. Nothing is checked of what
/// the statements say: sensor readings and scans may stand here, never holdings, recalls or points.
/// @dev Only the newest root is kept: a statement once in the list stays provable, since the list
/// only grows. That it did is what consistency proofs (RFC 6962, section 2.1.2) show to auditors:
/// all roots are in the events. Acts are called through `perform` and `relay` only (see `IDoor`).
interface IAnchors is IDoor {
    /// @notice An organisation's list has `size` statements and this root; before it had the root
    /// `predecessor`, or 0 where this is the first. Contents: `ledger/vocabulary.py`. The contract
    /// remembers 24 bytes of a root: whoever needs the other 8 takes them from the event before.
    event RootAnchored(
        bytes32 entry,
        uint32 indexed org,
        uint8 indexed content,
        bytes32 indexed root,
        uint64 size,
        bytes32 predecessor
    );

    /// @notice The root zero stands for nothing.
    error RootInvalid(bytes32 root);
    /// @notice A list grows, up to 2^63 - 1 statements.
    error ListDoesNotGrow(uint64 size, uint64 before);
    /// @notice The list was anchored further meanwhile, or never with this root.
    error NotTheNewestRoot(uint32 org, uint8 content, bytes32 predecessor);

    /// @notice Anchors an organisation's list of statements of one kind as it is now.
    /// @param content what the statements are
    /// @param root RFC 6962 root over all statements of the list
    /// @param size how many they are; more than before
    /// @param predecessor the root anchored before, 0 for none
    function anchor(uint8 content, bytes32 root, uint64 size, bytes32 predecessor) external;

    /// @notice What an organisation's list was last anchored as.
    /// @return size number of statements; 0 where there are none
    /// @return root the first 24 bytes of its root
    function newest(uint32 org, uint8 content) external view returns (uint64 size, bytes24 root);
    /// @notice Whether a statement stands in an organisation's list as last anchored (RFC 9162,
    /// section 2.1.3.2, which is RFC 6962's tree).
    /// @param statement the leaf's bytes
    /// @param index its place, counted from 0
    /// @param path the inclusion path, lowest first
    function isAnchored(
        uint32 org,
        uint8 content,
        bytes calldata statement,
        uint64 index,
        bytes32[] calldata path
    ) external view returns (bool);
    /// @notice Whether a statement stands in a list of some size under some root, e.g. of an
    /// earlier event.
    function isIncluded(
        bytes calldata statement,
        uint64 index,
        uint64 size,
        bytes32[] calldata path,
        bytes32 root
    ) external view returns (bool);
}
