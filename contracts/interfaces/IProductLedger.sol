// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IDoor} from "./IDoor.sol";

/// @notice An amount of one item. `item` is a lot (kind 0x0A), a serialised unit (0x15, amount 1)
/// or, where goods are moved or packed, a logistic unit (0x12, amount 1). Lists of lines ascend by
/// (numeric key, id), no repeats.
struct Line {
    bytes32 item;
    uint64 amount;
}

/// @notice What a transformation makes. `expiry` in seconds since 1970, 0 for "as the inputs
/// demand".
struct Output {
    bytes32 item;
    uint64 amount;
    uint40 expiry;
}

/// @notice One line of a statement: what an organisation says of one subject. All numbers are EPCIS
/// 2.0 and CBV 2.0 words by their place in the published lists (see `ledger/vocabulary.py`), 0 for
/// "not said".
struct Observation {
    bytes32 subject; // any packed id
    bytes32 statement; // SHA-256 of the statement's bytes
    uint8 part; // 0 none, 1 object, 2 parent, 3 child, 4 input, 5 output
    uint8 action; // 0 none, 1 ADD, 2 OBSERVE, 3 DELETE
    uint8 step; // business step
    uint8 disposition;
    uint64 amount; // in the product's unit and decimals; 0 where not said
    uint40 occurredAt; // event time, seconds
    bytes32 place; // read point, packed id of kind 0x41, or 0
    uint32 counterparty; // receiver of a shipment or shipper of a receipt, or 0
}

/// @title Products, items and who holds how much of them
/// @notice Amounts are integers in the unit and decimals that the product declares. Every act moves
/// amounts between holdings, shipments and logistic units, or consumes them; nothing is made but by
/// commissioning and transforming.
/// @dev Acts are called through `perform` and `relay` only (see `IDoor`).
interface IProductLedger is IDoor {
    /// @notice A product was registered by the owner of its company prefix.
    event ProductRegistered(
        bytes32 entry,
        bytes32 indexed product,
        uint32 indexed org,
        bytes3 unit,
        uint8 decimals,
        bytes32 document
    );
    /// @notice A product's description changed to the document with this SHA-256.
    event ProductDescribed(
        bytes32 entry,
        bytes32 indexed product,
        uint32 indexed org,
        bytes32 document
    );
    /// @notice `maker` may make a product, or no longer.
    event MakerAuthorised(
        bytes32 entry,
        bytes32 indexed product,
        uint32 indexed maker,
        bool allowed
    );
    /// @notice One unit of `input` yields at most `numerator / denominator` units of `product`.
    event YieldDeclared(
        bytes32 entry,
        bytes32 indexed product,
        bytes32 indexed input,
        uint64 numerator,
        uint64 denominator
    );

    /// @notice An amount was made out of nothing the ledger knows: harvest, catch, production,
    /// serialisation.
    event ItemCommissioned(
        bytes32 entry,
        bytes32 indexed item,
        uint32 indexed org,
        uint64 amount,
        uint40 expiry
    );
    /// @notice An amount went into a transformation (numbered by the sequence number of its first
    /// event).
    event ItemConsumed(
        bytes32 entry,
        bytes32 indexed item,
        uint32 indexed org,
        uint64 transformation,
        uint64 amount
    );
    /// @notice An amount came out of a transformation.
    event ItemProduced(
        bytes32 entry,
        bytes32 indexed item,
        uint32 indexed org,
        uint64 transformation,
        uint64 amount,
        uint40 expiry
    );

    /// @notice An amount left the holding of `shipper` for `receiver`; until received it can be
    /// taken back or rejected.
    event ItemShipped(
        bytes32 entry,
        bytes32 indexed item,
        uint32 indexed shipper,
        uint32 indexed receiver,
        bytes32 shipment,
        uint64 amount
    );
    /// @notice An amount on its way was received.
    event ItemReceived(
        bytes32 entry,
        bytes32 indexed item,
        uint32 indexed shipper,
        uint32 indexed receiver,
        bytes32 shipment,
        uint64 amount
    );
    /// @notice An amount on its way was refused by the receiver and is held by the shipper again.
    event ItemRejected(
        bytes32 entry,
        bytes32 indexed item,
        uint32 indexed shipper,
        uint32 indexed receiver,
        bytes32 shipment,
        uint64 amount,
        uint8 reason
    );
    /// @notice An amount on its way was taken back by the shipper.
    event ItemTakenBack(
        bytes32 entry,
        bytes32 indexed item,
        uint32 indexed shipper,
        uint32 indexed receiver,
        bytes32 shipment,
        uint64 amount
    );

    /// @notice An amount was packed into a logistic unit.
    event ItemPacked(
        bytes32 entry,
        bytes32 indexed item,
        bytes32 indexed logisticUnit,
        uint32 indexed org,
        uint64 amount
    );
    /// @notice An amount was unpacked from a logistic unit.
    event ItemUnpacked(
        bytes32 entry,
        bytes32 indexed item,
        bytes32 indexed logisticUnit,
        uint32 indexed org,
        uint64 amount
    );

    /// @notice An amount was destroyed, lost or used up. Reasons: `ledger/vocabulary.py`.
    event ItemDisposed(
        bytes32 entry,
        bytes32 indexed item,
        uint32 indexed org,
        uint64 amount,
        uint8 reason
    );
    /// @notice An amount was sold to a consumer.
    event ItemSold(bytes32 entry, bytes32 indexed item, uint32 indexed org, uint64 amount);
    /// @notice An amount that was sold came back from a consumer and is held again by who sold it.
    event ItemReturned(bytes32 entry, bytes32 indexed item, uint32 indexed org, uint64 amount);
    /// @notice An item was recalled; `document` is the SHA-256 of the notice.
    event ItemRecalled(bytes32 entry, bytes32 indexed item, uint32 indexed org, bytes32 document);
    /// @notice A recall was lifted.
    event ItemReleased(bytes32 entry, bytes32 indexed item, uint32 indexed org, bytes32 document);

    /// @notice An organisation says something of a subject. Nothing is checked against the ledger's
    /// state.
    event StatementMade(
        bytes32 entry,
        bytes32 indexed subject,
        bytes32 indexed statement,
        uint32 indexed org,
        uint8 part,
        uint8 action,
        uint8 step,
        uint8 disposition,
        uint64 amount,
        uint40 occurredAt,
        bytes32 place,
        uint32 counterparty
    );
    /// @notice An organisation says that its earlier statement was wrong and, unless zero, which
    /// one replaces it.
    event StatementCorrected(
        bytes32 entry,
        bytes32 indexed statement,
        uint32 indexed org,
        bytes32 by
    );

    /// @notice An organisation says that its earlier fact, number `fact` in this journal, was wrong;
    /// `document` is the SHA-256 of why. Acts of the same operation set right what can be.
    event FactCorrected(bytes32 entry, uint64 indexed fact, uint32 indexed org, bytes32 document);

    /// @notice The id is not of the kind that is needed here, or not well formed.
    error IdInvalid(bytes32 id);
    /// @notice No product with this id.
    error ProductUnknown(bytes32 product);
    /// @notice The product is registered already.
    error ProductAlreadyExists(bytes32 product, uint32 org);
    /// @notice The organisation does not own a company prefix this product begins with.
    error PrefixNotOwned(bytes32 product, uint8 length, uint32 org);
    /// @notice The organisation does not own the product.
    error NotTheProductOwner(bytes32 product, uint32 org);
    /// @notice The organisation may not make the product.
    error NotAMaker(bytes32 product, uint32 org);
    /// @notice The lot is made by another organisation.
    error NotTheMaker(bytes32 item, uint32 maker, uint32 org);
    /// @notice A product has at most 9 decimals and a unit of two or three capitals or digits.
    error UnitInvalid(bytes3 unit, uint8 decimals);
    /// @notice A yield needs both parts above zero and two products.
    error YieldInvalid(uint64 numerator, uint64 denominator);
    /// @notice No item with this id.
    error ItemUnknown(bytes32 item);
    /// @notice A serialised unit or its number is used once.
    error ItemAlreadyExists(bytes32 item);
    /// @notice An amount of zero, above 2^63 - 1, or other than 1 for a unit.
    error AmountInvalid(bytes32 item, uint64 amount);
    /// @notice The list is empty or does not ascend by (numeric key, id).
    error LinesNotOrdered(uint256 index);
    /// @notice The organisation holds less than it wants to move.
    error HoldingTooSmall(bytes32 item, uint32 org, uint256 held, uint256 wanted);
    /// @notice A further run of a lot cannot change its expiry.
    error ExpiryDiffers(bytes32 item, uint40 expiry, uint40 wanted);
    /// @notice What is made of something cannot outlast it.
    error ExpiryTooLate(bytes32 item, uint40 expiry, uint40 latest);
    /// @notice The item is past its expiry.
    error ItemIsExpired(bytes32 item, uint40 expiry);
    /// @notice The item is recalled.
    error ItemIsRecalled(bytes32 item, uint32 by);
    /// @notice The item is not recalled.
    error ItemIsNotRecalled(bytes32 item);
    /// @notice Only the maker, the product's owner or an auditor recalls; only who recalled or an
    /// auditor releases.
    error NotAllowedToRecall(bytes32 item, uint32 org);
    /// @notice Splitting and re-lotting within one product conserves the amount exactly.
    error NotConserved(bytes32 product, uint256 consumed, uint256 produced);
    /// @notice More came out than the declared yield allows.
    error YieldExceeded(bytes32 product, uint256 allowed, uint256 produced);
    /// @notice The product declares a recipe and this input is not in it.
    error NotInRecipe(bytes32 product, bytes32 input);
    /// @notice The input is already made in 2^32 - 1 steps, one after the other.
    error TransformationTooDeep(bytes32 input, uint32 depth);
    /// @notice An item cannot be made of what was made of it.
    error TransformationIsCircular(bytes32 input, bytes32 output);
    /// @notice The shipper has used this shipment id.
    error ShipmentAlreadyExists(uint32 from, bytes32 shipment);
    /// @notice The shipper knows no such shipment.
    error ShipmentUnknown(uint32 from, bytes32 shipment);
    /// @notice The receiver is the shipper, or no organisation.
    error ReceiverInvalid(uint32 to);
    /// @notice The shipment is meant for another organisation.
    error NotTheReceiver(uint32 from, bytes32 shipment, uint32 to, uint32 org);
    /// @notice Less of the item is on its way than is to be received, rejected or taken back.
    error NotInTransit(
        bytes32 item,
        uint32 from,
        bytes32 shipment,
        uint256 inTransit,
        uint256 wanted
    );
    /// @notice The organisation does not hold the logistic unit (it is elsewhere, on its way, or
    /// inside another).
    error LogisticUnitNotHeld(bytes32 logisticUnit, uint32 org);
    /// @notice Logistic units nest at most 4 deep and carry at most 200 lines.
    error LogisticUnitTooLarge(bytes32 logisticUnit);
    /// @notice Less of the item is packed than is to be unpacked.
    error NotPacked(bytes32 item, bytes32 logisticUnit, uint256 packed, uint256 wanted);
    /// @notice The organisation has sold less of the item, in the same way, than is to come back
    /// to it.
    error SoldTooSmall(bytes32 item, uint32 org, uint256 sold, uint256 wanted);
    /// @notice Only `UnitRegistry` sells and takes back for others.
    error NotTheUnitRegistry(address caller);
    /// @notice Nothing so far has this number in the journal.
    error FactUnknown(uint64 fact);
    /// @notice A statement needs a subject and a hash.
    error StatementInvalid(bytes32 subject, bytes32 statement);

    /// @notice Registers a product. Maker; owner of the prefix of `prefixLength` digits its GTIN
    /// begins with.
    function registerProduct(
        bytes32 product,
        uint8 prefixLength,
        bytes3 unit,
        uint8 decimals,
        bytes32 document
    ) external;
    /// @notice Points to a newer description. The product's owner.
    function describeProduct(bytes32 product, bytes32 document) external;
    /// @notice Lets another organisation make the product, or no longer. The product's owner.
    function authoriseMaker(bytes32 product, uint32 maker, bool allowed) external;
    /// @notice Declares what one unit of an input yields. With the first declaration the product
    /// has a recipe: only declared inputs may go into it. The product's owner.
    function declareYield(
        bytes32 product,
        bytes32 input,
        uint64 numerator,
        uint64 denominator
    ) external;

    /// @notice Makes an amount of a lot (again for a further run) or a serialised unit (once). A
    /// maker. A further run is made by the lot's maker, while it is neither recalled nor expired.
    /// @param expiry last good second; of a further run 0 or as it was
    function commission(bytes32 item, uint64 amount, uint40 expiry) external;
    /// @notice Turns held amounts into new ones. A maker of every output. Nothing that is recalled
    /// or expired goes in, or comes out further; see `Transformations` for what may come out. What
    /// was made of an item before its recall is not recalled with it: name it in a recall.
    function transform(Line[] calldata inputs, Output[] calldata outputs) external;

    /// @notice Sends held amounts and logistic units to another organisation. Recalled and expired
    /// items, also within logistic units, go to their maker only.
    function ship(bytes32 shipment, uint32 to, Line[] calldata lines) external;
    /// @notice Receives some or all of a shipment; may be called again for the rest. Recalled and
    /// expired items are received, too: they are somewhere.
    function receiveShipment(uint32 from, bytes32 shipment, Line[] calldata lines) external;
    /// @notice Refuses what did not arrive or arrived damaged; it is the shipper's again, who
    /// disposes of what was lost or spoiled. Reasons: `ledger/vocabulary.py`.
    function rejectShipment(
        uint32 from,
        bytes32 shipment,
        Line[] calldata lines,
        uint8 reason
    ) external;
    /// @notice Takes back what was not yet received.
    function cancelShipment(bytes32 shipment, Line[] calldata lines) external;

    /// @notice Packs held amounts into a logistic unit, which is made by its first packing.
    function pack(bytes32 logisticUnit, Line[] calldata lines) external;
    /// @notice Unpacks; an emptied logistic unit is gone and its number free.
    function unpack(bytes32 logisticUnit, Line[] calldata lines) external;

    /// @notice Takes a held amount out of the world, also a recalled or expired one.
    function dispose(bytes32 item, uint64 amount, uint8 reason) external;
    /// @notice Sells a held amount to a consumer. A retailer.
    function sell(bytes32 item, uint64 amount) external;
    /// @notice Takes back from a consumer some of what the organisation has sold by `sell`, also
    /// what was recalled or expired meanwhile. A retailer. What was sold by unit comes back by unit
    /// (`UnitRegistry.returnUnits`): else a unit would stay sold whose goods are for sale again.
    function acceptReturn(bytes32 item, uint64 amount) external;
    /// @notice Recalls items. Each by its maker, its product's owner or an auditor. What is
    /// recalled stays recalled by whoever did it, without a further event; but an auditor takes
    /// over anyone's recall, and the product's owner its maker's.
    function recall(bytes32[] calldata items, bytes32 document) external;
    /// @notice Lifts recalls. Who recalled, or an auditor.
    function release(bytes32[] calldata items, bytes32 document) external;

    /// @notice States something. Never refused for what it says of the ledger.
    function observe(Observation calldata observation) external;
    /// @notice Declares an earlier statement of one's own wrong.
    function correct(bytes32 statement, bytes32 by) external;

    /// @notice Declares an earlier fact of one's own wrong. Whose it was is for readers to see: the
    /// ledger keeps no list of its facts. Changes no amounts: further acts do.
    /// @param fact its number in this contract's journal
    function correctFact(uint64 fact, bytes32 document) external;

    /// @notice Sells for an organisation that sells units. Only `UnitRegistry`, which has asked who
    /// acts.
    function sellFor(uint32 org, bytes32 item, uint64 amount) external;
    /// @notice Takes back for an organisation to which units came back. Only `UnitRegistry`.
    function returnFor(uint32 org, bytes32 item, uint64 amount) external;

    /// @notice The ledger's record of an item; zeros where it is unknown.
    function itemOf(
        bytes32 item
    ) external view returns (uint32 maker, uint32 recalledBy, uint40 expiry, uint64 made);
    /// @notice How much of an item an organisation has sold that did not come back, by amount and
    /// by units.
    function sold(bytes32 item, uint32 org) external view returns (uint64 byAmount, uint64 byUnits);
    /// @notice How much of an item an organisation holds, outside logistic units.
    function holding(bytes32 item, uint32 org) external view returns (uint256 amount);
    /// @notice How much of an item is on its way in a shipment.
    function inTransit(
        uint32 from,
        bytes32 shipment,
        bytes32 item
    ) external view returns (uint256 amount);
    /// @notice How much of an item is packed in a logistic unit.
    function packed(bytes32 logisticUnit, bytes32 item) external view returns (uint256 amount);
}
