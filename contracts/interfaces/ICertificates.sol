// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IDoor} from "./IDoor.sol";

/// @title Certificates: what certifiers say of organisations, products and items
/// @notice The document stays elsewhere; its SHA-256 stands here. A certificate is known by who
/// issued it, what it is about, and its document: it is issued once, may be revoked once, and
/// is never changed.
/// @dev Acts are called through `perform` and `relay` only (see `IDoor`).
interface ICertificates is IDoor {
    /// @notice A certificate was issued. It is good from `validFrom` until before `validTo`
    /// (seconds; 0 means no end).
    event CertificateIssued(
        bytes32 entry,
        bytes32 indexed subject,
        uint32 indexed org,
        bytes32 indexed document,
        bytes32 scheme,
        uint40 validFrom,
        uint40 validTo
    );
    /// @notice A certificate is good no more, from this block on. Reasons: `ledger/vocabulary.py`.
    event CertificateRevoked(
        bytes32 entry,
        bytes32 indexed subject,
        uint32 indexed org,
        bytes32 indexed document,
        uint8 reason
    );

    /// @notice The id is not of the kind that is needed here, or not well formed.
    error IdInvalid(bytes32 id);
    /// @notice A certificate needs a document.
    error DocumentMissing(bytes32 subject);
    /// @notice A certificate ends after it begins, and not before it is issued.
    error ValidityInvalid(uint40 validFrom, uint40 validTo);
    /// @notice The organisation has issued this certificate before; a revoked one does not return.
    error CertificateAlreadyExists(uint32 org, bytes32 subject, bytes32 document);
    /// @notice The organisation has issued no such certificate.
    error CertificateUnknown(uint32 org, bytes32 subject, bytes32 document);
    /// @notice The certificate is revoked already.
    error CertificateIsRevoked(uint32 org, bytes32 subject, bytes32 document);

    /// @notice Issues a certificate. A certifier.
    /// @param subject packed id of an organisation (kind 0x42), product, lot or serialised unit
    /// @param document SHA-256 of the certificate's document
    /// @param scheme SHA-256 of the rules it certifies by, or 0
    /// @param validFrom its first second; 0 for always
    /// @param validTo the first second after; 0 for no end
    function issueCertificate(
        bytes32 subject,
        bytes32 document,
        bytes32 scheme,
        uint40 validFrom,
        uint40 validTo
    ) external;
    /// @notice Revokes a certificate. Who issued it, whatever roles are left to it, also while
    /// writes are paused.
    function revokeCertificate(bytes32 subject, bytes32 document, uint8 reason) external;

    /// @notice Whether a certificate is issued, within its time, and not revoked. Whether its
    /// issuer is still trusted is the reader's question.
    function isGood(uint32 org, bytes32 subject, bytes32 document) external view returns (bool);
    /// @notice A certificate; zeros where there is none.
    function certificate(
        uint32 org,
        bytes32 subject,
        bytes32 document
    ) external view returns (uint40 issuedAt, uint40 validFrom, uint40 validTo, uint40 revokedAt);
}
