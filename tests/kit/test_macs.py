"""MACs under keys that are used again."""

import hmac

from hypothesis import given, strategies as st

from gelombang.kit.macs import mac


def test_the_published_case_comes_out():
    """RFC 4231, test case 2."""
    wanted = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert mac(b"Jefe", b"what do ya want for nothing?").hex() == wanted


@given(st.binary(max_size=200), st.lists(st.binary(max_size=300), min_size=1, max_size=3))
def test_every_message_begins_afresh(key, messages):
    for message in messages:
        assert mac(key, message) == hmac.digest(key, message, "sha256")
