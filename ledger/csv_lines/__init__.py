"""The supplier's CSV: one line, one act.

A line means the same in every order of columns: its statement is the hash of its filled cells by
name, not of its spelling. What a column cannot mean for an act is refused rather than ignored.
"""

from ledger.csv_lines.model import COLUMNS, ROWS, Act, CsvLine, statement
from ledger.csv_lines.reader import read

__all__ = ["COLUMNS", "ROWS", "Act", "CsvLine", "read", "statement"]
