"""Every question that is asked of the mirror.

A query is a function of a SQLAlchemy connection and gives frozen dataclasses. Ids are the packed 32
bytes (`ledger.vocabulary.key_of` makes them readable), times are seconds since 1970. Pages of a
list go on ``after`` the last entry of the page before. None of these functions writes.
"""
