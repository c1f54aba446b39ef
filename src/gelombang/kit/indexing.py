"""Blind indexes: equal values are found by them, and nobody reads the values from them.

A blind index is HMAC-SHA-256 with a key of its own per purpose (derived by HKDF), so that values of
different purposes cannot be joined. NIK is guessable: a plain or publicly salted hash would fall in
minutes, hence secret keys outside the database.

Index keys form a chain. An index of the second key is `HMAC(second key, index of the first key)`,
and so on: a stored index gets a new key without its value, which may long be erased. An index says
itself which key made it: 32 bytes are of the first key; one of a later key has that key's id in
front, 33 bytes.
"""

from dataclasses import dataclass

from gelombang.kit.errors import Outage
from gelombang.kit.macs import mac
from gelombang.kit.sealing import Keyring, purpose_key

FIRST = 0
"""Stands for the first key of the chain, whatever its id."""
INDEX_BYTES = 32
"""Of an index of the first key; those of later keys have one more."""
END = 2**32
"""Where a rotation is done: no index begins with four bytes as high as that."""
_PRINT_LETTERS = 16


class IndexKeyMissing(Outage):
    """The database has indexes of a key that this process lacks: it runs with an old ring.

    It works again as soon as it is started with the whole chain.
    """


class IndexTooNew(ValueError):
    """An index cannot be taken back to an older key, or is none at all."""


def index_key_of(index: bytes) -> int:
    """The id of the key that made an index last; FIRST for the first. Raises IndexTooNew."""
    if len(index) == INDEX_BYTES:
        return FIRST
    if len(index) == INDEX_BYTES + 1:
        return index[0]
    raise IndexTooNew("not an index")


def chain_ids(keyring: Keyring) -> list[int]:
    """The ids as indexes name them, oldest first: FIRST, then the ids of the later keys."""
    return [FIRST, *(number for number, _ in keyring.index_chain[1:])]


def blind_index(keyring: Keyring, value: str, *, purpose: str, key_id: int = FIRST) -> bytes:
    """The index of a value, by the first key or a later one. Raises IndexKeyMissing."""
    first = keyring.index_chain[0][1]
    index = mac(purpose_key(first, purpose), value.encode())
    return index if key_id == FIRST else wrapped(keyring, index, purpose=purpose, key_id=key_id)


def wrapped(keyring: Keyring, index: bytes, *, purpose: str, key_id: int) -> bytes:
    """An index taken on to a later key of the chain; the same where it is there already.

    Raises IndexKeyMissing, or IndexTooNew for an index of a later key than that.
    """
    index = bytes(index)  # drivers hand out memoryviews
    ids = chain_ids(keyring)
    have = index_key_of(index)
    if have not in ids or key_id not in ids:
        raise IndexKeyMissing(f"index key {key_id if have in ids else have} is not in the ring")
    start, end = ids.index(have), ids.index(key_id)
    if start > end:
        raise IndexTooNew(f"an index of key {have} cannot be taken back to key {key_id}")
    for number, key in keyring.index_chain[start + 1 : end + 1]:
        digest = mac(purpose_key(key, purpose), index[-INDEX_BYTES:])
        index = bytes((number,)) + digest
    return index


def is_index(value: bytes) -> bool:
    """Whether bytes have the form of a blind index."""
    return len(value) in (INDEX_BYTES, INDEX_BYTES + 1)


def same_index(keyring: Keyring, one: bytes, other: bytes, *, purpose: str) -> bool:
    """Whether two indexes, perhaps of different keys, are of the same value."""
    one, other = bytes(one), bytes(other)
    if one == other or not (is_index(one) and is_index(other)):
        return one == other
    if index_key_of(one) == index_key_of(other):
        return False
    ids = chain_ids(keyring)
    if not {index_key_of(one), index_key_of(other)} <= set(ids):
        raise IndexKeyMissing("an index of a key that is not in the ring")
    later = max(index_key_of(one), index_key_of(other), key=ids.index)
    both = (wrapped(keyring, each, purpose=purpose, key_id=later) for each in (one, other))
    return next(both) == next(both)


def at_least(keyring: Keyring, index: bytes, *, purpose: str, key_id: int) -> bytes:
    """An index of that key or a later one; as it is where the ring cannot take it on."""
    ids = chain_ids(keyring)
    have = index_key_of(index)
    if have not in ids or key_id not in ids or ids.index(have) >= ids.index(key_id):
        return index
    return wrapped(keyring, index, purpose=purpose, key_id=key_id)


def newest_known(keyring: Keyring, key_id: int) -> int:
    """`key_id` if the ring has it, else the last key of the ring."""
    if key_id == FIRST:
        return FIRST
    ids = chain_ids(keyring)
    return key_id if key_id in ids else ids[-1]


def print_of(keyring: Keyring, key_id: int) -> str:
    """Letters by which two processes see that they have the same key; they tell nothing of it."""
    key = dict(zip(chain_ids(keyring), (key for _, key in keyring.index_chain), strict=True))
    if key_id not in key:
        raise IndexKeyMissing(f"index key {key_id} is not in the ring")
    return mac(purpose_key(key[key_id], "fingerprint"), b"").hex()[:_PRINT_LETTERS]


@dataclass(frozen=True, slots=True)
class Frontier:
    """How far the indexes of the database are: each value has one representation at any instant.

    All indexes are of the key `settled`. While a rotation runs, those whose first four bytes (of
    the settled digest) are below `reached` are of the key `coming` already.
    """

    settled: int = FIRST
    coming: int = FIRST
    reached: int = 0

    def represent(self, keyring: Keyring, index: bytes, *, purpose: str) -> bytes:
        """The index as the database has it now. Raises IndexKeyMissing or IndexTooNew."""
        index = bytes(index)
        if self.coming != self.settled and index_key_of(index) == self.coming:
            return index
        settled = wrapped(keyring, index, purpose=purpose, key_id=self.settled)
        if self.coming == self.settled or place_of(settled) >= self.reached:
            return settled
        return wrapped(keyring, settled, purpose=purpose, key_id=self.coming)

    def index(self, keyring: Keyring, value: str, *, purpose: str) -> bytes:
        """The index of a value as the database has it now. Raises IndexKeyMissing."""
        return self.represent(
            keyring, blind_index(keyring, value, purpose=purpose), purpose=purpose
        )


def place_of(index: bytes) -> int:
    """Where an index stands in the order of a rotation: the first four bytes of its digest."""
    return int.from_bytes(index[-INDEX_BYTES:][:4])
