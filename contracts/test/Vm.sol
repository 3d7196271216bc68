// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice A log as forge records it.
struct Log {
    bytes32[] topics;
    bytes data;
    address emitter;
}

/// @notice The few of forge's cheat codes that these tests use.
interface Vm {
    function prank(address caller) external;
    function expectRevert(bytes calldata error) external;
    function expectRevert() external;
    function warp(uint256 timestamp) external;
    function roll(uint256 blockNumber) external;
    function chainId(uint256 id) external;
    function sign(
        uint256 secret,
        bytes32 digest
    ) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function addr(uint256 secret) external pure returns (address key);
    function assume(bool condition) external pure;
    function getNonce(address account) external view returns (uint64 nonce);
    function computeCreateAddress(
        address deployer,
        uint256 nonce
    ) external pure returns (address place);
    function load(address account, bytes32 slot) external view returns (bytes32 word);
    function record() external;
    function accesses(
        address account
    ) external returns (bytes32[] memory reads, bytes32[] memory writes);
    function store(address account, bytes32 slot, bytes32 word) external;
    function recordLogs() external;
    function getRecordedLogs() external returns (Log[] memory logs);
}

Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
