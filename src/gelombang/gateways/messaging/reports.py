"""What mail systems tell us afterwards: bounces (RFC 3464) and complaints (RFC 5965).

A report names the letter by its Message-ID, which only we can make; everything else in it is
somebody's word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser, HeaderParser
from enum import StrEnum

from gelombang.gateways.messaging.statuses import is_about_mailbox

_PARSER = BytesParser()
_NAME = re.compile(r"<([A-Za-z0-9_-]{1,200})@[^<>@]+>")
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
LARGEST_REPORT = 256 * 1024


class Finding(StrEnum):
    """What a report says about a letter."""

    GONE = "gone"
    """It will never arrive: nobody reads mail at the address."""
    NOT_NOW = "not_now"
    """It did not arrive, for a reason that passes or that is not the mailbox: a full one, a server
    away, a policy against us."""
    UNWANTED = "unwanted"
    """Its reader called it unwanted."""
    NOTHING_TO_DO = "nothing_to_do"
    """It arrived, or is only late."""


@dataclass(frozen=True, slots=True)
class Report:
    """One report about one letter."""

    finding: Finding
    token: str
    """The left half of the letter's Message-ID."""
    status: str = ""
    """The enhanced status code (RFC 3463), where the report has one."""


def read_report(raw: bytes) -> Report | None:
    """The report that a mail brings; None for anything else."""
    message = _PARSER.parsebytes(raw[:LARGEST_REPORT])
    token = _token(message)
    if token is None or message.get_content_type() != "multipart/report":
        return None
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            return _bounce(part, token)
        if part.get_content_type() == "message/feedback-report":
            return Report(_complaint(part), token)
    return None


def _bounce(part: Message, token: str) -> Report:
    fields = [each for each in _blocks(part) if each["Action"]]
    if not fields:
        return Report(Finding.NOTHING_TO_DO, token)
    found = _STATUS.search(str(fields[0]["Status"] or ""))
    status = found[0] if found else ""
    if str(fields[0]["Action"]).strip().casefold() != "failed":
        return Report(Finding.NOTHING_TO_DO, token, status)
    return Report(Finding.GONE if is_about_mailbox(status) else Finding.NOT_NOW, token, status)


def _complaint(part: Message) -> Finding:
    kinds = {str(each["Feedback-Type"] or "").strip().casefold() for each in _blocks(part)}
    return Finding.UNWANTED if kinds & {"abuse", "opt-out"} else Finding.NOTHING_TO_DO


def _blocks(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if _is_list(payload) else []


def _is_list(payload: object) -> bool:
    return isinstance(payload, list)


def _token(message: Message) -> str | None:
    """Of the letter that came back: whole, or its headers only."""
    for part in message.walk():
        if part is message:
            continue
        kind = part.get_content_type()
        if kind == "text/rfc822-headers":
            text = part.get_payload(decode=True)
            headers = (
                HeaderParser().parsestr(text.decode("utf-8", "replace"))
                if isinstance(text, bytes)
                else None
            )
            name = headers["Message-ID"] if headers else None
        else:
            name = part["Message-ID"]
        if name and (found := _NAME.search(str(name))):
            return found[1]
    return None
