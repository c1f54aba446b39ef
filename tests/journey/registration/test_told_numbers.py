"""Whoever changes an address or a number: the proven number hears of it by text."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from gelombang import store
from gelombang.journey.registration import actions
from gelombang.journey.registration.pumping import TOLD_A_DAY, TextBudget
from gelombang.journey.registration.rules import WAITING_TIME, Channel
from gelombang.kit.indexing import blind_index
from gelombang.kit.sealing import seal, unseal
from gelombang.records.notices.rules import Via, open_letter
from gelombang.records.people import actions as people
from gelombang.records.people.rules import Newcomer

NOW = datetime(2020, 4, 24, 3, tzinfo=UTC)
REAL = datetime(2026, 11, 2, 1, 30, tzinfo=UTC)
NUMBER = "+6281200009901"
pytestmark = pytest.mark.django_db


@pytest.fixture
def somebody(keyring):
    """Makes a person who has proven NUMBER, or has no number."""

    def make(*, has_number=True, language="id"):
        email = f"{uuid4().hex}@example.id"
        index = blind_index(keyring, email, purpose="email")
        newcomer = Newcomer(email_index=index, email_sealed=seal(keyring, email, purpose="email"),
                            phone_index=None, phone_sealed=None, language=language,
                            enrolled_at=NOW)  # fmt: skip
        with store.transaction():
            person = people.enrol(newcomers=[newcomer])[index]
        if has_number:
            change_phone(keyring, person, NUMBER, real_now=REAL - timedelta(days=1))
        return person

    return make


def change_phone(keyring, person, number, *, real_now=REAL, is_stepped_up=True):
    actions.ask_phone(
        person_id=person, phone=number, via=Via.SMS, is_stepped_up=is_stepped_up,
        budget=TextBudget(1000, 4_000_000, 400), keyring=keyring, now=NOW, real_now=real_now,
    )  # fmt: skip
    return prove(keyring, person, Channel.PHONE, to=number, real_now=real_now)


def change_email(keyring, person, email, *, real_now=REAL, is_stepped_up=True):
    actions.ask_email(
        person_id=person, email=email, is_stepped_up=is_stepped_up, keyring=keyring, base_url="",
        now=NOW, real_now=real_now,
    )  # fmt: skip
    return prove(keyring, person, Channel.EMAIL, to=email, real_now=real_now)


def prove(keyring, person, channel, *, to, real_now):
    code = re.search(r"\b\d{6}\b", words_to(keyring, to)[-1])[0]
    return actions.prove(
        person_id=person, channel=channel, code=code, keyring=keyring, base_url="", now=NOW,
        real_now=real_now,
    )  # fmt: skip


def words_to(keyring, address):
    rows = store.fetch("SELECT address_sealed, letter_sealed FROM notices_notice ORDER BY id")
    return [
        open_letter(keyring, row["letter_sealed"]).body
        for row in rows
        if unseal(keyring, row["address_sealed"], purpose="email") == address
    ]


def told(keyring, number=NUMBER):
    """What a number heard beside its own code."""
    return [words for words in words_to(keyring, number) if not re.search(r"\b\d{6}\b", words)]


@pytest.mark.parametrize(
    ("language", "words"),
    [("id", "Surel akun Gelombang Anda diganti menjadi b***@example.id."),
     ("en", "The e-mail address of your Gelombang account was changed to b***@example.id.")],
)  # fmt: skip
def test_the_number_hears_of_another_address_at_once(keyring, somebody, language, words):
    person = somebody(language=language)
    change_email(keyring, person, "baru@example.id")
    (text,) = told(keyring)
    assert words in text
    assert "baru@" not in text
    assert text.isascii(), "a text in another alphabet costs twice"
    assert len(text) <= 160


@pytest.mark.parametrize(("language", "words"), [("id", "batalkan"), ("en", "cancel")])
def test_the_number_hears_of_a_change_that_waits_and_again_when_it_counts(
    keyring, somebody, language, words
):
    person = somebody(language=language)
    change_email(keyring, person, "baru@example.id", is_stepped_up=False)
    (text,) = told(keyring)
    assert words in text
    assert "05/11 08.30 WIB" in text
    assert text.isascii()
    assert len(text) <= 160
    actions.apply_due_changes(
        keyring=keyring, base_url="", now=NOW, real_now=REAL + WAITING_TIME + timedelta(seconds=1)
    )
    assert "b***@example.id" in told(keyring)[-1]
    assert len(told(keyring)) == 2


@pytest.mark.parametrize("is_stepped_up", [True, False])
def test_the_old_number_hears_of_a_new_one(keyring, somebody, is_stepped_up):
    person = somebody()
    change_phone(keyring, person, "+6281300009902", is_stepped_up=is_stepped_up)
    (text,) = told(keyring)
    assert "**** 902" in text
    assert told(keyring, "+6281300009902") == []


def test_nobody_without_a_proven_number_gets_a_text(keyring, somebody):
    person = somebody(has_number=False)
    change_email(keyring, person, "baru@example.id")
    assert store.fetch_value("SELECT count(*) FROM notices_notice WHERE channel <> 'email'") == 0


def test_changing_to_and_fro_sends_a_few_texts_a_day(keyring, somebody):
    person = somebody()
    for number in range(TOLD_A_DAY + 3):
        change_email(keyring, person, f"baru{number}@example.id")
    assert len(told(keyring)) == TOLD_A_DAY
    change_phone(keyring, person, "+6281300009902")
    assert "**** 902" in told(keyring)[-1], "another kind of change is told all the same"
    change_email(keyring, person, "lagi@example.id", real_now=REAL + timedelta(days=1))
    assert len(told(keyring, "+6281300009902")) == 1
