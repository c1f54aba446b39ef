from hashlib import sha256

import pytest

from gelombang.auditor.lists import MerkleTree


def _by_the_book(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, as it is written there."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\x01" + _by_the_book(leaves[:half]) + _by_the_book(leaves[half:])).digest()


@pytest.mark.parametrize("size", [*range(18), 100, 127, 128, 129])
def test_the_tree_grown_leaf_by_leaf_is_that_of_the_standard(size):
    leaves = [f"W01-{number:012d},31,T1".encode() for number in range(size)]
    tree = MerkleTree()
    for leaf in leaves:
        tree.add(leaf)
    assert tree.root() == _by_the_book(leaves)
