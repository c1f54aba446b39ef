"""Which refusals are about a mailbox: by enhanced code, and where a server gives none."""

import pytest

from gelombang.gateways.messaging.client import _judge
from gelombang.gateways.messaging.protocol import Outcome
from gelombang.gateways.messaging.statuses import is_about_mailbox
from gelombang.gateways.messaging.wire import Reply

GONE, REFUSED = Outcome.UNKNOWN_ADDRESS, Outcome.REFUSED


@pytest.mark.parametrize(
    ("code", "words", "at_recipient", "at_text"),
    [
        (550, "5.1.1 user unknown", GONE, GONE),
        (550, "5.1.2 no such host", GONE, GONE),
        (553, "5.1.3 bad syntax", GONE, GONE),
        (551, "5.1.6 moved away", GONE, GONE),
        (556, "5.1.10 takes no mail", GONE, GONE),
        (550, "5.2.1 mailbox disabled", GONE, GONE),
        (550, "#5.1.1 in the manner of a gateway", GONE, GONE),
        (550, "User unknown", GONE, REFUSED),
        (551, "not here", GONE, REFUSED),
        (553, "not allowed", GONE, REFUSED),
        (550, "", GONE, REFUSED),
        (554, "5.7.1 blocked by policy", REFUSED, REFUSED),
        (550, "5.7.1 blocked by policy", REFUSED, REFUSED),
        (550, "5.7.26 not authenticated", REFUSED, REFUSED),
        (550, "5.1.0 rejected", REFUSED, REFUSED),
        (553, "5.1.8 sender's system unknown", REFUSED, REFUSED),
        (550, "5.1.11 no such code", REFUSED, REFUSED),
        (552, "5.2.2 mailbox full", REFUSED, REFUSED),
        (552, "5.3.4 too large", REFUSED, REFUSED),
        (550, "5.4.1 relaying denied", REFUSED, REFUSED),
        (503, "5.5.1 bad sequence", REFUSED, REFUSED),
        (554, "transaction failed", REFUSED, REFUSED),
        (552, "storage", REFUSED, REFUSED),
        (535, "sign in first", REFUSED, REFUSED),
        (450, "4.1.1 greylisted", Outcome.DEFERRED, Outcome.DEFERRED),
        (421, "4.7.0 goodbye", Outcome.UNTRIED, Outcome.UNTRIED),
        (250, "2.1.5 ok", Outcome.TAKEN, Outcome.TAKEN),
    ],
)  # fmt: skip
def test_only_a_refusal_of_the_mailbox_is_about_the_person(code, words, at_recipient, at_text):
    reply = Reply(code, words)
    assert _judge(reply, of_recipient=True) is at_recipient
    assert _judge(reply) is at_text


@pytest.mark.parametrize("status", ["", "5.1", "5.1.0", "5.7.1", "5.2.2", "4.1.1", "2.1.1"])
def test_no_other_status_is_about_the_mailbox(status):
    assert not is_about_mailbox(status)
