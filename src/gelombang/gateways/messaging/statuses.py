"""Which refusals of mail are about the mailbox, and so about the person (RFC 3463, RFC 5321).

Everything else that is refused for good is about us, the letter or the provider: a policy that
blocks our sender (5.7.x) says nothing about who reads mail at an address.
"""

import re

_ENHANCED = re.compile(r"#?([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_OF_MAILBOX = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
"""No such mailbox, no such system, no such syntax, moved away, no mail taken there (RFC 7505),
closed. A full mailbox (5.2.2) is emptied some day, and 5.1.7 and 5.1.8 are about the sender."""
_BARE = frozenset({550, 551, 553})
"""Answers to RCPT that are about its mailbox where no enhanced code says otherwise."""


def is_about_mailbox(status: str) -> bool:
    """Whether an enhanced status code says for good that nobody reads mail at the address."""
    return status in _OF_MAILBOX


def refuses_mailbox(code: int, words: str, *, of_recipient: bool) -> bool:
    """Whether an answer of an SMTP server says so; `of_recipient` where it answers RCPT."""
    found = _ENHANCED.match(words)
    if found:
        return is_about_mailbox(found[1])
    return of_recipient and code in _BARE
