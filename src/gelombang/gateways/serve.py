"""All invented partners in one process on one port; it remembers its people between runs.

Paths: `/dukcapil`, `/pendidikan`, `/bansos`, `/drand`, and `/gopay`, `/ovo`, `/linkaja`, `/bni`
where the environment has our accounts there; `/_admin/meter` shows all meters.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from aiohttp import web

from gelombang.gateways import well_known
from gelombang.gateways.civil_registry.client import Account
from gelombang.gateways.civil_registry.fake import FakeCivilRegistry
from gelombang.gateways.education.fake import fake_education
from gelombang.gateways.faults import FaultyPartner
from gelombang.gateways.payments.account import PartnerAccount, read_accounts, read_private_key
from gelombang.gateways.payments.fake import FakePaymentPartner
from gelombang.gateways.payments.protocol import PARTNERS
from gelombang.gateways.social_aid.fake import fake_social_aid

Made = tuple[web.Application, FaultyPartner | None]
Maker = Callable[[Path], Made]
GRACE_SECONDS = 2.0
LARGEST_SEED = 64 * 1024**2  # bytes of people or accounts in one call


def account_of(environment: Mapping[str, str]) -> Account:
    """Whom the invented civil registry lets in: the account that our own side is set up with."""
    return Account(
        customer=environment.get("GELOMBANG_CIVIL_REGISTRY_CUSTOMER", "gelombang"),
        user=environment.get("GELOMBANG_CIVIL_REGISTRY_USER", "gelombang"),
        password=environment.get("GELOMBANG_CIVIL_REGISTRY_PASSWORD", "gelombang"),
        ip=environment.get("GELOMBANG_CIVIL_REGISTRY_IP", "127.0.0.1"),
    )


def _civil_registry(books: Path) -> Made:
    fake = FakeCivilRegistry(data_dir=books, account=account_of(os.environ))
    fake.seed(person.civil_record() for person in well_known.PEOPLE)
    return fake.application(), fake.partner


def _education(books: Path) -> Made:
    fake = fake_education(books)
    fake.seed(person.education_record() for person in well_known.PEOPLE if person.studies)
    return fake.application(), fake.partner


def _social_aid(books: Path) -> Made:
    fake = fake_social_aid(books)
    fake.seed(person.social_record() for person in well_known.PEOPLE if person.aid)
    return fake.application(), fake.partner


def payment_accounts_of(environment: Mapping[str, str]) -> Mapping[str, PartnerAccount]:
    """Our accounts at payment partners, whose fakes know them by the same environment."""
    partners = environment.get("GELOMBANG_PAYMENT_PARTNERS")
    key = environment.get("GELOMBANG_PAYMENT_PRIVATE_KEY")
    if not partners or not key:
        return {}
    return read_accounts(partners, private_key_pem=read_private_key(key))


def _payments(code: str) -> Maker:
    def make(books: Path) -> Made:
        account = payment_accounts_of(os.environ)[code]
        fake = FakePaymentPartner(data_dir=books, account=account)
        is_bank = account.kind == "bank"
        known = [
            each.saved_account() if is_bank else each.wallet_account() for each in well_known.PEOPLE
        ]
        fake.books.seed(known, replace=False)  # a fault that somebody set by hand stays
        return fake.application(), fake.partner

    return make


def _beacon(books: Path) -> Made:
    from gelombang.gateways.randomness.fake import application

    return application(books), None


MAKERS: Mapping[str, Maker] = {
    "dukcapil": _civil_registry,
    "pendidikan": _education,
    "bansos": _social_aid,
    "drand": _beacon,
    **{code: _payments(code) for code in PARTNERS},
}


def served(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The fakes that can be made: payment partners only where we have an account."""
    accounts = payment_accounts_of(environment)
    return tuple(name for name in MAKERS if name not in PARTNERS or name in accounts)


def application(data_dir: Path, names: Iterable[str] | None = None) -> web.Application:
    """Every fake (or those of `names`) under its path, its books below `data_dir`."""
    books = data_dir / "fakes"
    whole = web.Application(client_max_size=LARGEST_SEED)  # the parts' own limits do not count
    partners: dict[str, FaultyPartner] = {}
    for name in names if names is not None else served(os.environ):
        part, partner = MAKERS[name](books)
        whole.add_subapp(f"/{name}", part)
        if partner is not None:
            partners[name] = partner

    async def meters(_: web.Request) -> web.Response:
        return web.json_response({name: each.meter.reading() for name, each in partners.items()})

    whole.router.add_get("/_admin/meter", meters)
    return whole


def run(
    port: int, data_dir: Path, names: Iterable[str] | None = None, *, host: str = "127.0.0.1"
) -> None:
    """Serve until SIGTERM or SIGINT."""
    asyncio.run(_serve(port, Path(data_dir), names, host))


async def _serve(port: int, data_dir: Path, names: Iterable[str] | None, host: str) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stopped.set)
    runner = web.AppRunner(
        application(data_dir, names), access_log=None, shutdown_timeout=GRACE_SECONDS
    )
    await runner.setup()
    await web.TCPSite(runner, host, port, backlog=2048).start()
    await stopped.wait()
    await runner.cleanup()
