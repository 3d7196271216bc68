"""EPCIS 2.0: the exchange format of supply chains, read strictly and kept byte for byte."""

from ledger.epcis.document import Document, read
from ledger.epcis.model import EpcisEvent, ErrorDeclaration, EventLine
from ledger.epcis.write import document

__all__ = ["Document", "EpcisEvent", "ErrorDeclaration", "EventLine", "document", "read"]
