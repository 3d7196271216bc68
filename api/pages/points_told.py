"""A member's points in words: the lines of its history, what they come to, what it should know."""

from __future__ import annotations

from typing import Any

from api.dependencies import View
from api.languages import marked
from api.members.history import CHANNELS, Line, Totals, history_of, totals_now
from ledger.vocabulary import Id
from records.members import Member
from records.members.channels import channels_of
from records.members.messages import Message

_SHOWN = 20
KINDS: dict[str, str] = {
    "earned": marked("Earned"),
    "compensated": marked("Given because of a recall"),
    "available": marked("Can be spent now"),
    "redeemed": marked("Spent"),
    "cancelled": marked("Spending undone"),
    "clawed_back": marked("Taken back: goods came back"),
    "expired": marked("Expired"),
}
WHERE: dict[str, str] = {
    "store": marked("In stores"),
    "online": marked("Online"),
    "other": marked("Elsewhere"),
}


def lines_told(
    view: View, member: Member, before: int
) -> tuple[list[dict[str, Any]], dict[str, Totals], int | None]:
    """A member's newest lines but the first ``before``; the sums of all of them; and where to go
    on, if there are more.
    """
    where = channels_of(view.records, member.card)
    lines = history_of(view.mirror, member.address, where)
    newest = lines[::-1][before : before + _SHOWN]
    following = before + _SHOWN if before + _SHOWN < len(lines) else None
    sums = totals_now(view.mirror, member.address, lines, view.services.now())
    return [_line(each, view) for each in newest], sums, following


def totals_told(sums: dict[str, Totals], view: View) -> list[dict[str, Any]]:
    """Sums by channel, and all together, as the page shows them."""
    whole = sum(sums.values(), Totals())
    rows = [(view.language.text(WHERE[channel]), sums[channel]) for channel in CHANNELS]
    return [
        {"where": where, "sums": each}
        for where, each in (*rows, (view.language.text(marked("All together")), whole))
    ]


def message_told(message: Message, view: View) -> dict[str, str]:
    """Something that a member should know, in its language."""
    return {"when": view.language.moment(message.created), "text": _told(message, view)}


def _told(message: Message, view: View) -> str:
    language = view.language
    if message.kind == "new_device":
        return language.text(
            marked(
                "A code to spend points was asked for on a new device. If that was not you, take "
                "the code back and ask the shop for help."
            )
        )
    if message.kind == "claim_refused":
        text = marked("The points of a pack could not be claimed after all: {thing}.")
        thing = view.names.thing_title(Id(bytes.fromhex(str(message.details.get("lot", "")))))
        return language.text(text, thing=thing)
    if message.kind == "redemption_refused":
        text = marked("{points} points could not be spent after all; they are still yours.")
        return language.text(text, points=message.details.get("points"))
    return message.kind


def _line(line: Line, view: View) -> dict[str, Any]:
    language = view.language
    about = ""
    if line.lot is not None:
        about = view.names.thing_title(line.lot)
    elif line.org is not None:
        about = view.names.party(line.org).name.text
    pending = line.available_from if line.kind == "earned" else None
    return {
        "what": language.text(KINDS[line.kind]),
        "about": about,
        "where": language.text(WHERE[line.channel]),
        "when": language.moment(line.time),
        "change": f"{line.change:+d}" if line.change else str(line.points),
        "moves": bool(line.change),
        "from": language.date(pending) if pending else "",
        "until": language.date(line.expires) if line.expires else "",
    }
