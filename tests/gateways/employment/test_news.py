"""News of lost work: the invented insurer sends it through sockets, and only the agreed is read."""

import copy
import json
from datetime import date, timedelta
from hashlib import sha256

import pytest
from tests.gateways.employment.test_contract import ACCOUNT, BUDI, SITI
from tests.gateways.serving import Canned

from gelombang.gateways.dci.fake_trust import FakeTrust, invented_key
from gelombang.gateways.dci.signature import Signer
from gelombang.gateways.dci.trust import Trust
from gelombang.gateways.employment import news as told
from gelombang.gateways.employment.fake import FakeEmploymentInsurer
from gelombang.gateways.employment.news import read_news
from gelombang.kit import clock

KEY = invented_key("employment")
TRUST = Trust(partner_key=KEY.public_key())
LOST = {"nik": SITI["nik"], "end_reason": "PHK", "end_date": "2020-04-01"}


@pytest.fixture
def fake(tmp_path, held_clock) -> FakeEmploymentInsurer:
    trust = FakeTrust(signer=Signer("employment", "1", KEY))
    insurer = FakeEmploymentInsurer(tmp_path, ACCOUNT, trust)
    insurer.seed([{**SITI, **LOST}, BUDI])
    return insurer


def read(raw, *, trust=TRUST, receiver_id="gelombang"):
    body = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
    return read_news(body, trust=trust, receiver_id=receiver_id, at=clock.real_now())


def signed(envelope, *, key=KEY, sender="employment", after=timedelta()):
    signer = Signer(sender, "1", key)
    at = clock.real_now() + after
    signature = signer.sign(envelope["header"], envelope["message"], at=at)
    return {**envelope, "signature": signature}


def changed(envelope, *path, to):
    """The message with another value at one place, signed anew by the insurer."""
    other = copy.deepcopy(envelope)
    place = other
    for name in path[:-1]:
        place = place[name]
    if to is None:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return signed(other)


EVENT = ("message", "notify_event", 0)
RECORD = (*EVENT, "data", "reg_records", 0)


async def test_it_is_sent_signed_and_read(session, serve, fake):
    us = Canned({"message": {"ack_status": "ACK"}})
    fake.news_url = f"{await serve(us.application())}/tujuan"
    address = await serve(fake.application())
    for _ in range(2):
        async with session.post(f"{address}/_admin/notify", json=LOST) as answer:
            assert await answer.json() == {"status": 200, "answer": us.answer}
    (method, path, first), (_, _, again) = us.asked
    assert (method, path) == ("POST", "/tujuan")
    raw = json.dumps(first).encode()
    found = read(raw)
    (event,) = found.events
    assert (event.nik, event.reason, event.end_date) == (SITI["nik"], "PHK", date(2020, 4, 1))
    assert found.message_sha256 == sha256(raw).hexdigest()
    assert read(again).events[0].reference == event.reference
    assert SITI["nik"] not in f"{found!r} {event!r} {event.reference}"


async def test_the_fake_says_what_it_could_not_send(session, serve, fake):
    address = await serve(fake.application())
    for said, status in (
        ({**LOST, "nik": "3174015708959999"}, 404),
        (LOST, 422),
        ({**LOST, "url": "http://127.0.0.1:9/"}, 502),
    ):
        async with session.post(f"{address}/_admin/notify", json=said) as answer:
            assert answer.status == status


def test_a_message_that_nobody_vouches_for_is_refused(fake):
    news = fake.news(SITI["nik"])
    altered = copy.deepcopy(news)
    altered["message"]["notify_event"][0]["data"]["reg_records"][0]["nik"] = BUDI["nik"]
    long = 'kidId="' + "a" * 100_000
    for envelope, trust, refusal in (
        ({**news, "signature": ""}, TRUST, told.NewsUnsigned),
        ({name: news[name] for name in ("header", "message")}, TRUST, told.NewsUnsigned),
        ({**news, "signature": long}, TRUST, told.NewsForged),
        ({**news, "signature": {"algorithm": "none"}}, TRUST, told.NewsForged),
        (news, Trust(), told.NewsForged),
        (news, Trust(partner_key=invented_key("lain").public_key()), told.NewsForged),
        (signed(news, key=invented_key("lain")), TRUST, told.NewsForged),
        (signed(news, sender="education"), TRUST, told.NewsForged),
        (altered, TRUST, told.NewsForged),
        (signed(news, after=-timedelta(minutes=7)), TRUST, told.NewsOutOfTime),
        (signed(news, after=timedelta(minutes=2)), TRUST, told.NewsOutOfTime),
    ):
        with pytest.raises(told.NewsRefused) as refused:
            read(envelope, trust=trust)
        assert refused.type is refusal
        assert SITI["nik"] not in f"{refused.value} {refused.value.text.en}"


def test_news_for_another_receiver_is_refused(fake):
    news = fake.news(SITI["nik"])
    with pytest.raises(told.NewsForAnother):
        read(news, receiver_id="orang-lain")
    unnamed = changed(news, "header", "receiver_id", to=None)
    assert read(unnamed, receiver_id="orang-lain").events


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("header", "action"), "search"),
        (("header", "version"), "9.9.9"),
        (("header", "sender_id"), "education"),
        (("header", "total_count"), 2),
        (("header", "total_count"), None),
        (("header", "is_msg_encrypted"), True),
        (("message", "notify_event"), []),
        (("message", "notify_event"), {}),
        (("message",), "JWE"),
        ((*EVENT, "reference_id"), "a b"),
        ((*EVENT, "reference_id"), "a\x00"),
        ((*EVENT, "reference_id"), "a" * 100),
        ((*EVENT, "reference_id"), 7),
        ((*EVENT, "timestamp"), "2026-11-02T08:30:00"),
        ((*EVENT, "timestamp"), "1970-01-01T00:00:00+00:00"),
        ((*EVENT, "timestamp"), "9999-12-31T23:59:59-23:00"),
        ((*EVENT, "timestamp"), "kemarin"),
        ((*EVENT, "data", "reg_event_type"), "REGISTER"),
        ((*EVENT, "data", "reg_type"), "ns:org:RegistryType:Social"),
        ((*EVENT, "data", "reg_record_type"), "SRPerson"),
        ((*EVENT, "data", "reg_records"), []),
        ((*RECORD, "nik"), "317401570895991"),
        ((*RECORD, "nik"), "٣١٧٤٠١٥٧٠٨٩٥٩٩١١"),
        ((*RECORD, "nik"), 3174015708959911),
        ((*RECORD, "end_reason"), "bosan"),
        ((*RECORD, "end_reason"), ["PHK"]),
        ((*RECORD, "end_date"), "2020-02-30"),
        ((*RECORD, "end_date"), None),
    ],
    ids=range(28),
)
def test_a_message_that_was_not_agreed_is_refused(fake, path, to):
    news = fake.news(SITI["nik"])
    with pytest.raises(told.NewsRefused) as refused:
        read(changed(news, *path, to=to))
    assert refused.type is told.NewsNotAgreed


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"7", b"{", b'{"signature": "x"', b"\xff", b"[" * 100_000], ids=range(7)
)
def test_what_is_no_message_is_refused(raw):
    with pytest.raises(told.NewsRefused) as refused:
        read(raw)
    assert refused.type is told.NewsNotAgreed


def test_a_deep_message_and_one_with_fractions_is_refused(fake):
    news = fake.news(SITI["nik"])
    deep = '{"a":' * 900 + "1" + "}" * 900
    body = json.dumps({**news, "message": "HERE"}).replace('"HERE"', deep)
    for raw in (body, json.dumps({**news, "message": {"a": 0.5}})):
        with pytest.raises(told.NewsRefused) as refused:
            read(raw.encode())
        assert refused.type is told.NewsForged


def test_too_many_events_and_too_many_bytes_are_refused(fake):
    news = fake.news(SITI["nik"])
    event = news["message"]["notify_event"][0]
    for count, refusal in ((told.MOST_EVENTS, None), (told.MOST_EVENTS + 1, told.NewsNotAgreed)):
        many = copy.deepcopy(news)
        many["message"]["notify_event"] = [
            {**event, "reference_id": f"E-{n}"} for n in range(count)
        ]
        many["header"]["total_count"] = count
        if refusal is None:
            assert len(read(signed(many)).events) == count
            continue
        with pytest.raises(refusal):
            read(signed(many))
    with pytest.raises(told.NewsTooLarge):
        read(json.dumps(news).encode() + b" " * told.LARGEST_MESSAGE)
