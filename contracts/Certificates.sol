// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Door} from "./Door.sol";
import {Keys} from "./Keys.sol";
import {Roles} from "./Roles.sol";
import {ICertificates} from "./interfaces/ICertificates.sol";
import {IDoor} from "./interfaces/IDoor.sol";
import {IOrgRegistry} from "./interfaces/IOrgRegistry.sol";

/// @title Certificates: what certifiers say of organisations, products and items
contract Certificates is ICertificates, Door {
    using Keys for bytes32;

    struct Certificate {
        uint40 issuedAt; // 0 where there is none
        uint40 validFrom;
        uint40 validTo; // 0 means no end
        uint40 revokedAt; // 0 while it is not revoked
    }

    mapping(uint32 org => mapping(bytes32 subject => mapping(bytes32 document => Certificate)))
        private _certificates;

    /// @param registry who knows organisations and their keys
    constructor(IOrgRegistry registry) Door(registry, "Lotmark Certificates") {}

    /// @inheritdoc ICertificates
    function issueCertificate(
        bytes32 subject,
        bytes32 document,
        bytes32 scheme,
        uint40 validFrom,
        uint40 validTo
    ) external {
        uint32 org = _actingAs(Roles.CERTIFIER);
        if (!_isSubject(subject)) revert IdInvalid(subject);
        if (document == 0) revert DocumentMissing(subject);
        if (validTo != 0 && (validTo <= validFrom || validTo <= block.timestamp)) {
            revert ValidityInvalid(validFrom, validTo);
        }
        Certificate storage issued = _certificates[org][subject][document];
        if (issued.issuedAt != 0) revert CertificateAlreadyExists(org, subject, document);
        _certificates[org][subject][document] = Certificate({
            issuedAt: uint40(block.timestamp),
            validFrom: validFrom,
            validTo: validTo,
            revokedAt: 0
        });
        _log(
            4,
            abi.encode(
                CertificateIssued.selector,
                subject,
                org,
                document,
                ENTRY,
                scheme,
                validFrom,
                validTo
            )
        );
    }

    /// @inheritdoc ICertificates
    function revokeCertificate(bytes32 subject, bytes32 document, uint8 reason) external {
        uint32 org = _actingForSafety();
        Certificate storage issued = _certificates[org][subject][document];
        if (issued.issuedAt == 0) revert CertificateUnknown(org, subject, document);
        if (issued.revokedAt != 0) revert CertificateIsRevoked(org, subject, document);
        issued.revokedAt = uint40(block.timestamp);
        _log(4, abi.encode(CertificateRevoked.selector, subject, org, document, ENTRY, reason));
    }

    /// @inheritdoc ICertificates
    function isGood(uint32 org, bytes32 subject, bytes32 document) external view returns (bool) {
        Certificate memory known = _certificates[org][subject][document];
        return
            known.issuedAt != 0 &&
            known.revokedAt == 0 &&
            block.timestamp >= known.validFrom &&
            (known.validTo == 0 || block.timestamp < known.validTo);
    }

    /// @inheritdoc ICertificates
    function certificate(
        uint32 org,
        bytes32 subject,
        bytes32 document
    ) external view returns (uint40 issuedAt, uint40 validFrom, uint40 validTo, uint40 revokedAt) {
        Certificate memory known = _certificates[org][subject][document];
        return (known.issuedAt, known.validFrom, known.validTo, known.revokedAt);
    }

    /// @inheritdoc IDoor
    function version() external pure returns (string memory) {
        return "1.0.0";
    }

    function _isSubject(bytes32 subject) private pure returns (bool) {
        return subject.isParty() || subject.isProduct() || subject.isItem();
    }
}
