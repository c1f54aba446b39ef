"""Reading a mail as the catcher does."""

from datetime import UTC, datetime

from hypothesis import given, strategies as st

from gelombang.gateways.messaging.catch import Catch, read_mail
from gelombang.gateways.messaging.message import compose
from gelombang.gateways.messaging.protocol import Mail

letters = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]))


@given(subject=letters, lines=st.lists(letters, min_size=1, max_size=8))
def test_what_was_written_is_what_is_read(subject, lines):
    subject = " ".join(subject.split())
    body = "".join(f"{line}\n" for line in lines)
    raw = compose(
        Mail(1, to="a@example.id", subject=subject, body=body),
        sender="Gelombang <a@example.id>",
        at=datetime(2026, 11, 2, tzinfo=UTC),
    )
    assert raw.isascii()
    read_subject, read_body, _ = read_mail(raw)
    assert read_body.splitlines() == body.splitlines()
    assert " ".join(read_subject.split()) == subject


def test_a_foreign_mail_of_several_parts_shows_its_text():
    raw = (
        b"Subject: Hai\r\nContent-Type: multipart/alternative; boundary=x\r\n\r\n"
        b"--x\r\nContent-Type: text/html\r\n\r\n<p>html</p>\r\n"
        b"--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nteks\xff\r\n--x--\r\n"
    )
    assert read_mail(raw) == ("Hai", "teks\ufffd", "")
    assert read_mail(b"") == ("", "", "")


@given(st.integers(1, 30), st.integers(0, 40), st.integers(1, 50))
def test_every_page_of_the_stream_is_what_a_list_would_give(most, after, limit):
    catch = Catch(most_mails=most)
    added = [catch.add(to="a", subject="", body="", received_at="") for _ in range(35)]
    kept = added[-most:]
    assert catch.after(after, limit=limit) == [m for m in kept if m.id > after][:limit]
