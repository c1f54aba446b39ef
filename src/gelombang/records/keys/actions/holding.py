"""The frontier, held: every value has one representation until the transaction ends."""

from gelombang import store
from gelombang.kit.indexing import FIRST, Frontier, IndexKeyMissing, print_of
from gelombang.kit.sealing import Keyring


def hold(*, keyring: Keyring) -> Frontier:
    """The frontier as it stays until the caller's transaction ends; call it before other locks.

    Whoever looks values up by their index, or writes one, represents it by this. No step of a
    rotation comes between, and the database refuses indexes of a former key. Raises
    IndexKeyMissing when this process runs with an old ring or another key of the same id, and
    TransactionMissing outside a transaction.
    """
    store.transaction_required()
    (row,) = store.fetch("SELECT settled, coming, reached, coming_print FROM keys_hold_frontier()")
    fits = row["coming"] == FIRST or row["coming_print"] == print_of(keyring, row["coming"])
    if not fits:
        raise IndexKeyMissing(f"index key {row['coming']} is another one than the rotation's")
    return Frontier(row["settled"], row["coming"], row["reached"])
