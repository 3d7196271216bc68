"""Notices of recalls: who was told, who has acknowledged it, and the messages that wait to be sent.

What concerns members here is only ever a card; what a card's owner consented to is asked in the
transaction that would write to it.
"""

from records.notices.forgetting import forget_card
from records.notices.messages import Message, after_message
from records.notices.notices import (
    Notice,
    Progress,
    Text,
    acknowledge_as_member,
    acknowledge_as_organisation,
    give,
    of_member,
    of_organisation,
    of_recall,
    progress,
)
from records.notices.people import cards_of, lock, may_be_told
from records.notices.recalls import ToldRecall, begin, find, told_recalls

__all__ = [
    "Message",
    "Notice",
    "Progress",
    "Text",
    "ToldRecall",
    "acknowledge_as_member",
    "acknowledge_as_organisation",
    "after_message",
    "begin",
    "cards_of",
    "find",
    "forget_card",
    "give",
    "lock",
    "may_be_told",
    "of_member",
    "of_organisation",
    "of_recall",
    "progress",
    "told_recalls",
]
