"""A complete environment of throwaway values, for tests and for tools that only look at the code.

The database address leads nowhere until a fixture puts the real one in.
"""

import base64
import json
import os
import tempfile
from pathlib import Path

from gelombang.cli.demo import Ports, local_environment
from gelombang.gateways.payments.protocol import PARTNERS


def _key(seed: int) -> str:
    return base64.b64encode(bytes((seed + i) % 256 for i in range(32))).decode()


def _payment_key() -> str:
    vectors = json.loads((Path(__file__).parent / "data/snap/signature_vectors.json").read_text())
    return str(vectors["test_only_rsa_private_key_pkcs8_pem"])


SECRETS = {
    "GELOMBANG_SECRET_KEY": "only-for-tests-" * 4,
    "GELOMBANG_SEALING_KEYS": f"1:{_key(1)}",
    "GELOMBANG_INDEX_KEY": _key(2),
    "GELOMBANG_TOKEN_KEYS": f"1:{_key(3)}",
    "GELOMBANG_CIVIL_REGISTRY_USER": "tests",
    "GELOMBANG_CIVIL_REGISTRY_PASSWORD": "tests",
    "GELOMBANG_PAYMENT_PRIVATE_KEY": _payment_key(),
    "GELOMBANG_DCI_SIGNING_KEY": _key(4),
    "GELOMBANG_CIVIL_REGISTRY_USAGE_TOKEN": "only-for-tests",
    "reader_password": "only-for-tests",
    **{f"{partner}_secret": f"only-for-tests-{partner}" for partner in PARTNERS},
}
OF_TESTS = ("GELOMBANG_TEST_", "GELOMBANG_LONG_", "GELOMBANG_REQUIRE_", "GELOMBANG_POSTGRES_")
"""What a person says to the tests themselves, and is heard."""
NOWHERE = "postgresql://nobody:nothing@127.0.0.1:9/nowhere"


def provide() -> None:
    """Put the values into this process's environment, over whatever a person has there."""
    for name in [name for name in os.environ if name.startswith("GELOMBANG_")]:
        if not name.startswith(OF_TESTS):
            del os.environ[name]
    run = os.environ.get("GELOMBANG_TEST_RUN", tempfile.gettempdir())
    data_dir = Path(run) / f"data-{os.getpid()}"
    os.environ |= local_environment(
        secret=SECRETS,
        ports=Ports(edge=8000, operator=0, mail=8025, smtp=1025, fakes=8090),
        database_url=NOWHERE,
        data_dir=data_dir,
        host="127.0.0.1",
    )
