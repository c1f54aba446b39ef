"""Invented people of the gateways' tests: serials 99xx, as nobody has them."""

from datetime import date
from pathlib import Path

from aiohttp import ClientSession

from gelombang.gateways.civil_registry.client import Account, CivilRegistryClient
from gelombang.gateways.civil_registry.fake import FakeCivilRegistry
from gelombang.gateways.civil_registry.protocol import Elements

ACCOUNT = Account(customer="prakerja", user="prakerja01", password="rahasia-sekali", ip="127.0.0.1")
SITI = {
    "nik": "3174015708959911",
    "family_card_no": "3174010101109911",
    "name": "SITI CONTOH",
    "sex": "female",
    "birth_place": "JAKARTA",
    "birth_date": "1995-08-17",
    "province": "31",
}
BUDI = {
    "nik": "3273011203909912",
    "family_card_no": "3273010202119912",
    "name": "BUDI PERCOBAAN",
    "sex": "male",
    "birth_place": "BANDUNG",
    "birth_date": "1990-03-12",
    "province": "32",
}


def stated(person: dict[str, str], **other: object) -> Elements:
    """What somebody states who states the truth, but for `other`."""
    whole = {**person, "birth_date": date.fromisoformat(person["birth_date"]), **other}
    return Elements(**whole)


def registry(data_dir: Path) -> FakeCivilRegistry:
    fake = FakeCivilRegistry(data_dir=data_dir, account=ACCOUNT)
    fake.seed([SITI, BUDI])
    return fake


def registry_client(
    session: ClientSession, address: str, *, account: Account = ACCOUNT, threshold: int = 85
) -> CivilRegistryClient:
    return CivilRegistryClient(session, base_url=address, account=account, threshold=threshold)
