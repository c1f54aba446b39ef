"""Keys change while somebody changes their address and number: codes, waits and limits hold."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.records.keys import world
from tests.records.keys.world import NEW_INDEX, NOW, REAL, address

from gelombang import store
from gelombang.cli.keys import reseal_all, wrap_all
from gelombang.journey.registration import actions, queries
from gelombang.journey.registration.naming import Name, NamedBy
from gelombang.journey.registration.pumping import TextBudget
from gelombang.journey.registration.rules import WAITING_TIME, Channel, SameContact
from gelombang.kit.indexing import index_key_of
from gelombang.kit.sealing import Keyring, unseal
from gelombang.records.keys import actions as keys
from gelombang.records.notices.rules import ADDRESS, Via, open_letter
from gelombang.records.people import queries as people

pytestmark = pytest.mark.usefixtures("database_url")
NEW, NUMBER = "baru@example.id", "+6281200009901"


@pytest.fixture
def ring(keyring: Keyring) -> Keyring:
    return world.rotated(keyring)


@pytest.fixture
def somebody(keyring: Keyring):
    world.submit(keyring, [0], tag="first")
    world.admit(keyring)
    store.execute(
        "UPDATE registration_registration SET state = 'email_confirmed', email_confirmed_at = %s",
        [NOW],
    )
    return world.person(keyring, 0)


def newest_code(ring: Keyring, to: str) -> str:
    rows = store.fetch("SELECT address_sealed, letter_sealed FROM notices_notice ORDER BY id")
    bodies = [
        open_letter(ring, row["letter_sealed"]).body
        for row in rows
        if unseal(ring, row["address_sealed"], purpose=ADDRESS) == to
    ]
    return re.search(r"\b\d{6}\b", bodies[-1])[0]


def ask_email(keyring, person, *, is_stepped_up, real_now=REAL):
    return actions.ask_email(
        person_id=person, email=NEW, is_stepped_up=is_stepped_up, keyring=keyring,
        base_url="https://x.id", now=NOW, real_now=real_now,
    )  # fmt: skip


def ask_phone(keyring, person, *, real_now=REAL):
    return actions.ask_phone(
        person_id=person, phone=NUMBER, via=Via.SMS, is_stepped_up=False,
        budget=TextBudget(100, 40_000, 400),
        keyring=keyring, now=NOW, real_now=real_now,
    )  # fmt: skip


def prove(keyring, person, channel, code):
    return actions.prove(
        person_id=person, channel=channel, code=code, keyring=keyring, base_url="https://x.id",
        now=NOW, real_now=REAL,
    )  # fmt: skip


def only_new(ring: Keyring) -> Keyring:
    """The ring of a process that was never given the former sealing key."""
    current = {ring.sealing_current: ring.sealing[ring.sealing_current]}
    return replace(ring, sealing=current, _ciphers={})


def test_codes_of_before_a_rotation_prove_after_it(keyring, ring, somebody):
    ask_email(keyring, somebody, is_stepped_up=True)
    paused_until = ask_phone(keyring, somebody)
    reseal_all(ring, batch=5)
    wrap_all(ring, batch=3)
    ring = only_new(ring)
    prove(ring, somebody, Channel.EMAIL, newest_code(ring, NEW))
    assert ask_phone(ring, somebody) == paused_until, "the pause still holds"
    prove(ring, somebody, Channel.PHONE, newest_code(ring, NUMBER))
    contact = people.contact_of(person_id=somebody)
    assert index_key_of(contact.email_index) == index_key_of(contact.phone_index) == NEW_INDEX
    assert unseal(ring, contact.email_sealed, purpose="email") == NEW
    assert unseal(ring, contact.phone_sealed, purpose="phone") == NUMBER
    assert queries.has_confirmed_phone(person_id=somebody, phone_index=contact.phone_index)
    for again in (lambda: ask_email(ring, somebody, is_stepped_up=True),
                  lambda: ask_phone(ring, somebody)):  # fmt: skip
        with pytest.raises(SameContact):
            again()


@pytest.mark.parametrize("share", [0.3, 0.7, 1.0])
def test_a_change_that_waits_is_applied_wherever_the_rotation_stands(
    keyring, ring, somebody, share
):
    ask_email(keyring, somebody, is_stepped_up=False)
    prove(keyring, somebody, Channel.EMAIL, newest_code(keyring, NEW))
    keys.wrap_next(keyring=ring, share=share)
    later = REAL + WAITING_TIME + timedelta(seconds=1)
    assert actions.apply_due_changes(
        keyring=ring, base_url="https://x.id", now=NOW, real_now=later
    ) == 1  # fmt: skip
    contact = people.contact_of(person_id=somebody)
    with store.transaction():
        assert contact.email_index == keys.hold(keyring=ring).index(ring, NEW, purpose="email")
    wrap_all(ring, batch=3)
    with pytest.raises(SameContact):
        ask_email(ring, somebody, is_stepped_up=True, real_now=later)


def test_a_sign_in_code_of_before_lets_in_after(keyring, ring, somebody):
    actions.send_code(
        keyring=keyring, base_url="https://x.id", email=address(0), language="id", now=NOW,
        real_now=REAL,
    )  # fmt: skip
    wrap_all(ring, batch=3)
    code = newest_code(ring, address(0))
    name = Name(NamedBy.EMAIL, address(0))
    who = actions.sign_in(
        keyring=ring, base_url="https://x.id", name=name, code=code, now=NOW, real_now=REAL
    )
    assert who.person_id == somebody
