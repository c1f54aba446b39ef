"""Bounces and complaints as mail systems write them; signatures as they are published."""

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from gelombang.gateways.messaging.fake_reports import FULL, GONE, bounce, complaint
from gelombang.gateways.messaging.message import compose
from gelombang.gateways.messaging.protocol import Mail
from gelombang.gateways.messaging.reports import Finding, read_report
from gelombang.gateways.messaging.signing import Call, is_genuine, read_secret, sign

SENT = compose(
    Mail(1, to="ani@example.id", subject="Hai", body="Halo\n", token="AQ-abc_9"),
    sender="G <g@example.id>",
    at=datetime(2026, 11, 2, tzinfo=UTC),
)
POSTFIX = b"""\
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
To: g@example.id
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="8D0C1A3F.1591000000/mx.example.net"

This is a MIME-encapsulated message.

--8D0C1A3F.1591000000/mx.example.net
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

<ani@example.net>: host mx2.example.net said: 550 5.1.1 unknown user

--8D0C1A3F.1591000000/mx.example.net
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Mon,  1 Jun 2020 12:00:00 +0700 (WIB)

Final-Recipient: rfc822; ani@example.net
Original-Recipient: rfc822;ani@example.net
Action: ACTION
Status: STATUS
Diagnostic-Code: smtp; 550 5.1.1 unknown user

--8D0C1A3F.1591000000/mx.example.net
Content-Description: Undelivered Message
Content-Type: message/rfc822

Return-Path: <g@example.id>
From: G <g@example.id>
To: ani@example.net
Subject: Hai
Message-ID: <AQ-abc_9@example.id>

Halo

--8D0C1A3F.1591000000/mx.example.net--
"""


@pytest.mark.parametrize(
    ("action", "status", "finding"),
    [
        ("failed", "5.1.1", Finding.GONE),
        ("failed", "5.1.2", Finding.GONE),
        ("failed", "5.1.3", Finding.GONE),
        ("failed", "5.1.6", Finding.GONE),
        ("failed", "5.1.10", Finding.GONE),
        ("failed", "5.2.1", Finding.GONE),
        ("failed", "5.0.0", Finding.NOT_NOW),
        ("failed", "5.1.0", Finding.NOT_NOW),
        ("failed", "5.1.8", Finding.NOT_NOW),
        ("failed", "5.2.2", Finding.NOT_NOW),
        ("failed", "5.3.4", Finding.NOT_NOW),
        ("failed", "5.4.4", Finding.NOT_NOW),
        ("failed", "5.7.1", Finding.NOT_NOW),
        ("failed", "5.7.26", Finding.NOT_NOW),
        ("failed", "4.4.1", Finding.NOT_NOW),
        ("delayed", "4.4.1", Finding.NOTHING_TO_DO),
        ("relayed", "2.1.5", Finding.NOTHING_TO_DO),
    ],
)
def test_a_postfix_bounce_is_understood(action, status, finding):
    raw = POSTFIX.replace(b"ACTION", action.encode()).replace(b"STATUS", status.encode())
    report = read_report(raw)
    assert (report.finding, report.token, report.status) == (finding, "AQ-abc_9", status)


def test_what_the_catcher_writes_is_understood():
    assert read_report(bounce(SENT, address="ani@example.id", status=GONE)).finding is Finding.GONE
    assert read_report(bounce(SENT, address="a@b.id", status=FULL)).finding is Finding.NOT_NOW
    report = read_report(complaint(SENT))
    assert (report.finding, report.token) == (Finding.UNWANTED, "AQ-abc_9")


@pytest.mark.parametrize("raw", [b"", SENT, b"\xff\x00", POSTFIX[:400],
                                 POSTFIX.replace(b"Message-ID", b"X-Else")])  # fmt: skip
def test_anything_else_is_no_report(raw):
    assert read_report(raw) is None


def test_signatures_are_those_of_the_published_example():
    example = json.loads((Path("tests/data") / "standard_webhooks_vectors.json").read_text())
    body, at = example["body"].encode(), example["webhook-timestamp"]
    made = sign(example["secret"], id=example["webhook-id"], timestamp=at, body=body)
    assert made == example["webhook-signature"]
    key = base64.b64decode(example["secret"].removeprefix("whsec_"))
    other = hmac.new(key, example["signed_content"].encode(), sha256).digest()
    assert made == "v1," + base64.b64encode(other).decode()
    call = Call(example["webhook-id"], at, f"v1,AAAA {made}", body)
    then = datetime.fromtimestamp(int(at), UTC)
    assert is_genuine(call, example["secret"], real_now=then + timedelta(minutes=4))
    assert not is_genuine(call, example["secret"], real_now=then + timedelta(minutes=6))
    forged = Call(call.id, at, call.signature, body + b" ")
    assert not is_genuine(forged, example["secret"], real_now=then)
    assert not is_genuine(Call("", "x", "", b""), example["secret"], real_now=then)
    with pytest.raises(ValueError, match="base64"):
        read_secret("whsec_?")
