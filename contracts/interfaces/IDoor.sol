// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IJournal} from "./IJournal.sol";

/// @notice What a key signs so that anybody may bring it: acts of one organisation, all or none.
struct Act {
    address actor; // the key; an account of code signs by ERC-1271
    bytes[] calls; // calldata of the acts, in order
    uint256 operation; // a number the organisation uses once, in any order
    uint256 deadline; // the last good second
}

/// @title The one door for acts
/// @notice Acts of a contract are done for organisations, through `perform` by a key of theirs or
/// through `relay` with what such a key has signed. Alone they revert with `NotPerforming`.
/// @dev EIP-712: the domain has the name "Lotmark " and the contract's, version "1", the chain and
/// the contract; the type is `Act(address actor,bytes[] calls,uint256 operation,uint256 deadline)`.
/// Who has signed an act and thinks better of it performs nothing under its operation number.
interface IDoor is IJournal {
    /// @notice An organisation performed an operation; the events up to the next of this kind are
    /// its acts.
    event OperationPerformed(
        bytes32 entry,
        uint32 indexed org,
        address indexed key,
        uint256 operation
    );

    /// @notice An act was called outside `perform` and `relay`.
    error NotPerforming();
    /// @notice `perform` or `relay` was called from within an operation.
    error AlreadyPerforming();
    /// @notice The organisation has used this operation number.
    error OperationAlreadyPerformed(uint32 org, uint256 operation);
    /// @notice Writes are paused by the governor of the registry; recalls, corrections and what
    /// else safety asks for stay possible.
    error WritesArePaused();
    /// @notice The key lacks the role the act needs.
    error RoleMissing(uint32 org, uint16 needed, uint16 held);
    /// @notice Each act needs one signature.
    error SignaturesDoNotMatch(uint256 acts, uint256 signatures);
    /// @notice The signature is not the actor's, for this contract on this chain.
    error SignatureInvalid(address actor, uint256 operation);
    /// @notice What was signed came too late.
    error DeadlinePassed(uint256 operation, uint256 deadline);

    /// @notice Performs acts for the caller's organisation, all or none.
    /// @param operation a number the organisation uses once, in any order
    /// @param calls calldata of the acts, in order
    function perform(uint256 operation, bytes[] calldata calls) external;

    /// @notice Performs what keys have signed, each for its organisation, all or none. Anybody may
    /// bring it.
    /// @param acts one operation each, in order
    /// @param signatures one for each act: 65 bytes r, s, v with the lower s, or what the actor's
    /// `isValidSignature` takes
    function relay(Act[] calldata acts, bytes[] calldata signatures) external;

    /// @notice Whether the organisation has used an operation number.
    function operationPerformed(uint32 org, uint256 operation) external view returns (bool);
    /// @notice The EIP-712 domain separator of this contract on this chain.
    function domainSeparator() external view returns (bytes32);
    /// @notice Semantic version of this contract.
    function version() external pure returns (string memory);
}
