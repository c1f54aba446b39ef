"""The invented beacon's chain: public constants, with a secret that everybody may read.

Whoever trusts this chain outside a rehearsal trusts nobody: its future rounds can be computed by
anyone. A deployment names a public chain in its environment instead.
"""

import struct
from hashlib import sha256

from gelombang.gateways.randomness.protocol import Chain

SECRET = 19088088816248675376143074924396451417544642114605279225365885308307742715192
PUBLIC_KEY = (
    "b24f7f0a9f166cae13ca3fc5b9562490974449508a2d38d965981a914dd760ba"
    "427a92b8ebbce80d41007bace18ea4581997cdeb3d65f0e7cc94cf95d34af164"
    "803ed4e9265be9f6aecfb314aef8cfd287fa47c3952e172f563a749a59ec6f70"
)
GENESIS = 1_546_300_800  # 1 January 2019, before the programme's first day
PERIOD = 3  # seconds, of virtual time
BEACON_ID = "gelombang-rehearsal"
GROUP_HASH = sha256(BEACON_ID.encode()).hexdigest()


def chain_hash() -> str:
    """The chain's name: SHA-256 over what makes it this chain and no other."""
    described = struct.pack(">Iq", PERIOD, GENESIS) + bytes.fromhex(PUBLIC_KEY + GROUP_HASH)
    return sha256(described + BEACON_ID.encode()).hexdigest()


CHAIN = Chain(hash=chain_hash(), public_key=PUBLIC_KEY, genesis=GENESIS, period=PERIOD)

ENVIRONMENT = {
    "GELOMBANG_BEACON_CHAIN": CHAIN.hash,
    "GELOMBANG_BEACON_PUBLIC_KEY": CHAIN.public_key,
    "GELOMBANG_BEACON_GENESIS": str(CHAIN.genesis),
    "GELOMBANG_BEACON_PERIOD": str(CHAIN.period),
}
"""The chain as a local system's environment names it."""
