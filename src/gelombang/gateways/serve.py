"""All invented partners in one process on one port; it remembers its people between runs.

Paths: `/dukcapil`, `/pendidikan`, `/bansos`, `/bpjstk`, `/pengecualian`, `/drand`, `/sms-a`,
`/sms-b`, and `/gopay`, `/ovo`, `/linkaja`, `/bni` where the environment has our accounts there.
`GET /_admin/meter` shows all meters, `PUT /_admin/script` gives scripts to some. A process may
serve only some of them.
"""

import asyncio
import gc
import os
import signal
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import uvloop
from aiohttp import web

from gelombang.gateways import well_known
from gelombang.gateways.civil_registry.client import Account
from gelombang.gateways.civil_registry.fake import FakeCivilRegistry
from gelombang.gateways.dci.fake_trust import fake_trust_of
from gelombang.gateways.education.fake import fake_education
from gelombang.gateways.employment.client import Account as EmploymentAccount
from gelombang.gateways.employment.fake import NEWS_PATH, FakeEmploymentInsurer
from gelombang.gateways.exclusions.fake import FakeExclusions
from gelombang.gateways.fault_script import Script, ScriptInvalidError, read_scripts
from gelombang.gateways.faults import FaultyPartner
from gelombang.gateways.messaging.fake_reports import RECEIPTS_PATH, Reporter
from gelombang.gateways.messaging.sms_fake import FakeSmsProvider
from gelombang.gateways.payments.account import PartnerAccount, read_accounts, read_private_key
from gelombang.gateways.payments.fake import FakePaymentPartner
from gelombang.gateways.payments.protocol import PARTNERS
from gelombang.gateways.social_aid.fake import fake_social_aid

Made = tuple[web.Application, FaultyPartner | None]
Maker = Callable[[Path], Made]
GRACE_SECONDS = 2.0
YOUNG = 50_000  # objects between two looks for cycles: one look holds up every caller
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
    token = os.environ.get("GELOMBANG_CIVIL_REGISTRY_USAGE_TOKEN", "gelombang")
    fake = FakeCivilRegistry(data_dir=books, account=account_of(os.environ), usage_token=token)
    fake.seed(person.civil_record() for person in well_known.PEOPLE)
    return fake.application(), fake.partner


def _education(books: Path) -> Made:
    fake = fake_education(books, fake_trust_of(os.environ, partner="education"))
    fake.seed(person.education_record() for person in well_known.PEOPLE if person.studies)
    return fake.application(), fake.partner


def _social_aid(books: Path) -> Made:
    fake = fake_social_aid(books, fake_trust_of(os.environ, partner="social_aid"))
    fake.seed(person.social_record() for person in well_known.PEOPLE if person.aid)
    return fake.application(), fake.partner


def _employment(books: Path) -> Made:
    account = EmploymentAccount("gelombang", "gelombang", "gelombang")
    trust = fake_trust_of(os.environ, partner="employment")
    base_url = os.environ.get("GELOMBANG_BASE_URL", "").rstrip("/")
    fake = FakeEmploymentInsurer(
        books, account, trust,
        news_url=f"{base_url}{NEWS_PATH}" if base_url else "",
        receiver_id=os.environ.get("GELOMBANG_EMPLOYMENT_SENDER", "gelombang"),
    )  # fmt: skip
    fake.seed(person.employment_record() for person in well_known.PEOPLE if person.lost_work)
    return fake.application(), fake.partner


def _exclusions(books: Path) -> Made:
    fake = FakeExclusions(books, fake_trust_of(os.environ, partner="exclusions"))
    fake.seed(person.exclusion_record() for person in well_known.PEOPLE if person.lists)
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


def _texts(key: str) -> Maker:
    """A provider of text messages; its receipts go where the environment says that we are."""

    def make(_: Path) -> Made:
        base_url = os.environ.get("GELOMBANG_BASE_URL")
        secret = os.environ.get("GELOMBANG_MESSAGING_SECRET")
        reporter = (
            Reporter(base_url=base_url, secret=secret, path=RECEIPTS_PATH)
            if base_url and secret
            else None
        )
        fake = FakeSmsProvider(key=os.environ.get(key, "gelombang"), reporter=reporter)
        return fake.application(), fake.partner

    return make


def _beacon(books: Path) -> Made:
    from gelombang.gateways.randomness.fake import FakeBeacon

    del books  # it keeps none
    fake = FakeBeacon()
    return fake.application(), fake.partner


MAKERS: Mapping[str, Maker] = {
    "dukcapil": _civil_registry,
    "pendidikan": _education,
    "bansos": _social_aid,
    "bpjstk": _employment,
    "pengecualian": _exclusions,
    "drand": _beacon,
    "sms-a": _texts("GELOMBANG_SMS_KEY"),
    "sms-b": _texts("GELOMBANG_SMS2_KEY"),
    **{code: _payments(code) for code in PARTNERS},
}


PATHS = {
    "civil_registry": "dukcapil",
    "education": "pendidikan",
    "social_aid": "bansos",
    "employment": "bpjstk",
    "exclusions": "pengecualian",
    "randomness": "drand",
}
"""The path of each gateway's fake, where it is not the gateway's own name."""


class UnknownFakeError(ValueError):
    """Somebody asked for a fake that does not exist; the text lists those that do."""


def chosen(names: Iterable[str], environment: Mapping[str, str]) -> tuple[str, ...]:
    """The fakes of these names, gateways' or paths, all without names. Raises UnknownFakeError."""
    there = served(environment)
    wanted = tuple(PATHS.get(name, name) for name in names)
    if unknown := sorted(set(wanted) - set(there)):
        raise UnknownFakeError(
            f"no fake is called {', '.join(unknown)}; there are {', '.join((*there, *PATHS))}"
        )
    return wanted or there


def served(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The fakes that can be made: payment partners only where we have an account."""
    accounts = payment_accounts_of(environment)
    return tuple(name for name in MAKERS if name not in PARTNERS or name in accounts)


def application(
    data_dir: Path,
    names: Iterable[str] | None = None,
    scripts: Mapping[str, Script] | None = None,
) -> web.Application:
    """Every fake (or those of `names`) under its path, its books below `data_dir`.

    `scripts` are by name of the gateway or path. Raises ScriptInvalidError for one of no fake.
    """
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

    async def follow(request: web.Request) -> web.Response:
        try:
            _follow(partners, read_scripts(await request.json()))
        except ScriptInvalidError as wrong:
            return web.json_response({"problem": str(wrong)}, status=422)
        return web.json_response({"scripts": sorted(partners)})

    whole.router.add_get("/_admin/meter", meters)
    whole.router.add_put("/_admin/script", follow)
    _follow(partners, scripts or {})
    return whole


def _follow(partners: Mapping[str, FaultyPartner], scripts: Mapping[str, Script]) -> None:
    by_path = {PATHS.get(name, name): script for name, script in scripts.items()}
    if unknown := sorted(by_path.keys() - MAKERS.keys()):
        raise ScriptInvalidError(f"no fake is called {', '.join(unknown)}")
    for path, script in by_path.items():
        if path in partners:  # another process serves the others
            partners[path].follow(script)


def run(
    port: int,
    data_dir: Path,
    names: Iterable[str] | None = None,
    *,
    scripts: Mapping[str, Script] | None = None,
    host: str = "127.0.0.1",
) -> None:
    """Serve until SIGTERM or SIGINT."""
    gc.set_threshold(YOUNG)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(port, application(Path(data_dir), names, scripts), host))


async def _serve(port: int, whole: web.Application, host: str) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stopped.set)
    runner = web.AppRunner(whole, access_log=None, shutdown_timeout=GRACE_SECONDS)
    await runner.setup()
    await web.TCPSite(runner, host, port, backlog=2048).start()
    await stopped.wait()
    await runner.cleanup()
