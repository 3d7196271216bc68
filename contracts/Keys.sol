// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title GS1 keys as ids of 32 bytes that can be read by eye
/// @notice 1 byte kind, 8 bytes numeric key (big-endian), 20 bytes alphanumeric part (ASCII, zero
/// padded on the right), 3 bytes zero. Nothing is hashed. Sections are those of the GS1 General
/// Specifications.
library Keys {
    uint8 internal constant PRODUCT = 0x01; // GTIN-14
    uint8 internal constant LOT = 0x0A; // GTIN-14 and lot number (AI 10)
    uint8 internal constant UNIT = 0x15; // GTIN-14 and serial (AI 21)
    uint8 internal constant LOGISTIC_UNIT = 0x12; // SSCC-18
    uint8 internal constant SHIPMENT = 0x13; // GSIN-17, or 0 and an own reference
    uint8 internal constant PLACE = 0x41; // GLN-13 and, where there is one, extension (AI 254)
    uint8 internal constant PARTY = 0x42; // GLN-13

    /// @notice Digits of the longest company prefix; also those of a GTIN-14 or GLN-13 that a
    /// prefix begins.
    uint8 internal constant PREFIX_DIGITS = 12;

    /// @dev The byte 0x01 twenty times: `EACH * n` is the byte n in every place of the alphanumeric
    /// part.
    uint256 private constant EACH = type(uint160).max / 0xFF;

    /// @notice The kind byte, known or not.
    function kind(bytes32 id) internal pure returns (uint8) {
        return uint8(uint256(id) >> 248);
    }

    /// @notice The numeric GS1 key.
    function numeric(bytes32 id) internal pure returns (uint64) {
        return uint64(uint256(id) >> 184);
    }

    /// @notice The product of a lot or unit.
    function product(bytes32 item) internal pure returns (bytes32) {
        return bytes32((uint256(PRODUCT) << 248) | (uint256(numeric(item)) << 184));
    }

    /// @notice The first `length` digits after the indicator of a GTIN, or of a GLN, where a
    /// company prefix stands.
    /// @param length 12 at most
    function prefix(bytes32 id, uint8 length) internal pure returns (uint64) {
        return uint64(((numeric(id) / 10) % 10 ** PREFIX_DIGITS) / 10 ** (PREFIX_DIGITS - length));
    }

    /// @notice Whether an id names a lot or a serialised unit. The check digit is the registered
    /// product's matter.
    function isItem(bytes32 id) internal pure returns (bool) {
        return
            isItemKind(id) &&
            numeric(id) != 0 &&
            numeric(id) < 1e14 &&
            _reads(id) &&
            _alphanumeric(id) != 0;
    }

    /// @notice Whether an id has the kind of a lot or a serialised unit.
    function isItemKind(bytes32 id) internal pure returns (bool) {
        return kind(id) == LOT || kind(id) == UNIT;
    }

    /// @notice Whether an id stands for one thing: its amount is 1.
    function isSingle(bytes32 id) internal pure returns (bool) {
        return kind(id) == UNIT || kind(id) == LOGISTIC_UNIT;
    }

    /// @notice Whether an id names a product.
    function isProduct(bytes32 id) internal pure returns (bool) {
        return kind(id) == PRODUCT && _isNumber(id, 1e14) && _endsThere(id);
    }

    /// @notice Whether an id names a logistic unit.
    function isLogisticUnit(bytes32 id) internal pure returns (bool) {
        return kind(id) == LOGISTIC_UNIT && _isNumber(id, 1e18) && _endsThere(id);
    }

    /// @notice Whether an id names a shipment: by GSIN, by the shipper's own reference, or by both.
    function isShipment(bytes32 id) internal pure returns (bool) {
        if (kind(id) != SHIPMENT || !_reads(id)) return false;
        return numeric(id) == 0 ? _alphanumeric(id) != 0 : _isNumber(id, 1e17);
    }

    /// @notice Whether an id names a place.
    function isPlace(bytes32 id) internal pure returns (bool) {
        return kind(id) == PLACE && _isNumber(id, 1e13) && _reads(id);
    }

    /// @notice Whether an id names a party.
    function isParty(bytes32 id) internal pure returns (bool) {
        return kind(id) == PARTY && _isNumber(id, 1e13) && _endsThere(id);
    }

    function _alphanumeric(bytes32 id) private pure returns (uint256) {
        return uint160(uint256(id) >> 24);
    }

    function _endsThere(bytes32 id) private pure returns (bool) {
        return uint184(uint256(id)) == 0;
    }

    /// @dev Whether the numeric key is above zero, below `end` and ends in its check digit (section
    /// 7.9.1): digits from the right weigh 1, 3, 1, 3 ... and the sum is a multiple of ten.
    function _isNumber(bytes32 id, uint256 end) private pure returns (bool) {
        uint256 rest = numeric(id);
        if (rest == 0 || rest >= end) return false;
        uint256 sum = 0;
        unchecked {
            for (; rest != 0; rest /= 100) {
                sum += (rest % 10) + 3 * ((rest / 10) % 10);
            }
        }
        return sum % 10 == 0;
    }

    /// @dev Whether the alphanumeric part is characters 0x21 to 0x7A, then nothing but zeros to the
    /// end. All twenty bytes are looked at together: no byte can carry into its neighbour, since
    /// none is above 0x7F when it is added to.
    function _reads(bytes32 id) private pure returns (bool) {
        uint256 text = _alphanumeric(id);
        if (uint24(uint256(id)) != 0 || text & (EACH * 0x80) != 0) return false;
        unchecked {
            if ((text + EACH * 0x05) & (EACH * 0x80) != 0) return false; // a byte above 0x7A
            // 0xFF wherever a byte is above 0x20
            uint256 present = (((text + EACH * 0x5F) & (EACH * 0x80)) >> 7) * 0xFF;
            uint256 padding = present ^ type(uint160).max;
            // the padding is empty and lies on the right
            return text & padding == 0 && padding & (padding + 1) == 0;
        }
    }
}
