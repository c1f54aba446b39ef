"""One citizen and one operator in a real browser, as a person clicks and types."""

import json
import re
import secrets
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from gelombang.cli.places import clone
from gelombang.cli.staff import Account, kept_accounts
from gelombang.gateways.well_known import WellKnown
from gelombang.kit import clock
from gelombang.kit.clock import WIB
from gelombang.kit.sealing import Keyring
from gelombang.kit.tokens import Ticket, TicketKind, microseconds, ticket_token
from gelombang.settings.rings import read_key, read_keys

PATIENCE = 30.0  # real seconds that a person waits for the worker
LONGEST_ANSWER_MS = 20_000
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
_CODE = re.compile(r"^\s*([0-9]{6})\s*$", re.MULTILINE)
_LINK = re.compile(r"https?://\S+/konfirmasi/\S+")


@contextmanager
def a_browser(chromium: str) -> Iterator[Browser]:
    """Chromium without anything that talks to the network by itself."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


def a_context(
    browser: Browser, *, width: int = 360, dark: bool = False, scripts: bool = False
) -> BrowserContext:
    """A browser of its own cookies; without JavaScript, as our pages promise to work."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        locale="id-ID",
        java_script_enabled=scripts,
        color_scheme="dark" if dark else "light",
    )
    context.set_default_timeout(LONGEST_ANSWER_MS)
    return context


def aged_ticket(variables: Mapping[str, str], clock_file: Path, *, seconds: float = 60) -> str:
    """The ticket of a form that was opened so long ago, by the keys of that system."""
    real = clock.real_now() - timedelta(seconds=seconds)
    virtual = clock.read_face(clock_file).at(real)
    sealing, tokens = (
        read_keys(variables[f"GELOMBANG_{name}_KEYS"]) for name in ("SEALING", "TOKEN")
    )
    keyring = Keyring(
        sealing=sealing, sealing_current=list(sealing)[-1],
        index={1: read_key(variables["GELOMBANG_INDEX_KEY"])},
        tokens=tokens, tokens_current=list(tokens)[-1],
    )  # fmt: skip
    return ticket_token(
        keyring,
        Ticket(
            TicketKind.FORM, "registration", microseconds(real), microseconds(virtual),
            secrets.randbits(63),
        ),
    )  # fmt: skip


def run_command(environment: Mapping[str, str], *words: str) -> str:
    """`gelombang …` for a system; its output."""
    command = [str(clone() / ".venv" / "bin" / "gelombang"), *words]
    done = subprocess.run(
        command, env=dict(environment), capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


@dataclass
class Mailbox:
    """The mail catcher, as a person who waits for a letter uses it."""

    url: str

    def letters(self, address: str) -> list[dict]:
        query = urlencode({"to": address, "limit": 100})
        with urllib.request.urlopen(f"{self.url}/api/messages?{query}", timeout=10) as answer:
            return json.loads(answer.read())

    def wait_for(self, address: str, pattern: re.Pattern[str], *, after: int = 0) -> str:
        """The first match in a letter beyond the `after` that were there."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            found = [
                match[match.re.groups and 1]
                for letter in sorted(self.letters(address), key=lambda each: each["id"])
                if (match := pattern.search(letter["body"]))
            ]
            if len(found) > after:
                return found[-1]
            time.sleep(0.3)
        raise AssertionError("the letter did not come")

    def codes(self, address: str) -> int:
        return sum(bool(_CODE.search(letter["body"])) for letter in self.letters(address))


@dataclass
class Citizen:
    """Somebody at their phone."""

    page: Page
    base: str
    mail: Mailbox
    email: str

    def go(self, path: str) -> None:
        answer = self.page.goto(f"{self.base}{path}")
        assert answer is not None
        assert answer.status < 500, f"{path}: {answer.status}"

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def title(self) -> str:
        return self.page.locator("h1").inner_text()

    def register(self, *, ticket: str = "") -> str:
        """From the form to the receipt; without scripts, by a form that was open long enough."""
        self.go(f"/daftar?tiket={ticket}")
        self.page.locator("#email").fill(self.email)
        self.press("Kirim pendaftaran")
        assert "/tanda-terima/" in self.page.url
        return self.page.url.rpartition("/")[2]

    def send_again(self) -> str:
        """From the kept form of the slower lane to the receipt: its button, once it is time."""
        deadline = time.monotonic() + 2 * PATIENCE
        while "/tanda-terima/" not in self.page.url:
            assert time.monotonic() < deadline, "the slower lane never took the form"
            self.page.wait_for_timeout(5_000)
            self.press("Kirim lagi sekarang")
        return self.page.url.rpartition("/")[2]

    def confirm(self) -> None:
        """The link of the letter, and its button."""
        self.page.goto(self.mail.wait_for(self.email, _LINK))
        self.press("Ya, ini surel saya")

    def sign_in(self) -> None:
        """By the code of the newest letter; asks again while the confirmation is on its way."""
        for _ in range(3):
            known = self.mail.codes(self.email)
            self.go("/masuk")
            self.page.locator("#email").fill(self.email)
            self.press("Kirim kode")
            try:
                code = self.mail.wait_for(self.email, _CODE, after=known)
            except AssertionError:
                continue
            self.page.locator("#kode").fill(code)
            self.press("Masuk")
            return
        raise AssertionError("no code came")

    def state_identity(self, who: WellKnown) -> None:
        """Six questions, the check, and sending."""
        self.go("/saya/identitas")
        for slug in ("nik", "kk", "nama", "kelamin", "lahir", "provinsi"):
            assert self.page.url.endswith(f"/saya/identitas/{slug}"), self.page.url
            self.answer(slug, who)
        self.page.locator("#setuju").check()
        self.press("Kirim untuk diperiksa")

    def answer(self, slug: str, who: WellKnown) -> None:
        """One question's page."""
        page = self.page
        if slug == "kelamin":
            page.locator(f'input[name="sex"][value="{who.sex}"]').check()
        elif slug == "lahir":
            year, month, day = who.birth_date.split("-")
            page.locator("#birth_place").fill(who.birth_place)
            page.locator('[name="birth_date_hari"]').fill(day)
            page.locator('[name="birth_date_bulan"]').fill(month)
            page.locator('[name="birth_date_tahun"]').fill(year)
        elif slug == "provinsi":
            page.locator("#province").select_option(who.province)
        else:
            name = {"nik": "nik", "kk": "family_card_no", "nama": "name"}[slug]
            page.locator(f"#{name}").fill(getattr(who, name))
        self.press("Lanjutkan")

    def wait_for_title(self, path: str, words: str) -> None:
        """Reload a page until its heading holds these words."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            self.go(path)
            if words in self.title():
                return
            time.sleep(0.5)
        raise AssertionError(f"{path} says {self.title()!r}, not {words!r}")

    def wait_for_text(self, path: str, words: str) -> None:
        """Reload a page until it shows these words."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            self.go(path)
            if self.page.get_by_text(words).count():
                return
            time.sleep(0.5)
        raise AssertionError(f"{path} never showed {words!r}")

    def join(self, wave_id: str) -> None:
        """The one button, and waiting until the entry is written."""
        self.go(f"/gabung/{wave_id}")
        self.page.locator(f'form[action="/gabung/{wave_id}"] button').click()
        self.wait_for_text(f"/gabung/{wave_id}", "Anda sudah bergabung")


@dataclass
class Operator(Citizen):
    """Somebody at the desk."""

    account: Account | None = None

    def sign_in_to_desk(self) -> None:
        """Password and code; a code that was used already makes us wait for the next."""
        assert self.account is not None
        for _ in range(2):
            self.go("/meja/masuk")
            self.page.locator("#username").fill(self.account.username)
            self.page.locator("#password").fill(self.account.password)
            self.page.locator("#kode").fill(self.account.code(at=time.time()))
            self.press("Masuk")
            if "/meja/masuk" not in self.page.url:
                return
            time.sleep(30 - time.time() % 30 + 0.5)
        raise AssertionError("the desk stayed closed")

    def set_clock(self, at: datetime) -> None:
        """By the desk's own page."""
        self.go("/meja/jam")
        self.page.locator("#sampai").fill(f"{at.astimezone(WIB):%Y-%m-%dT%H:%M}")
        self.press("Lompat")

    def take(self, wave_id: str, slug: str, button: str) -> None:
        """One step of the wave: reason, typed name, button."""
        self.go(f"/meja/gelombang/{wave_id}/{slug}")
        self.page.locator("#alasan").fill("Sesuai jadwal gelombang yang diumumkan")
        self.page.locator("#gelombang").fill(wave_id)
        self.press(button)
        assert self.page.url.endswith(f"/meja/gelombang/{wave_id}"), self.page.content()


def operator_account(data_dir: object, name: str = "petugas") -> Account:
    """The demo account of that name."""
    from pathlib import Path

    return kept_accounts(Path(str(data_dir)))[name]
