"""What happens around a recipient after the award: the training provider, and officers' forms."""

import hmac
import json
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from tests.browser.walking import Citizen, Operator

from gelombang.cli.places import clone

PROVIDER = "lp-pijar-ilmu"
COURSE, PRICE = "PI-LEMBAR-01", "Rp150.000"
REASON = "Pembayaran bulan ini sesuai jadwal"


def report(stage, code: str, *, sequence: int) -> Mapping[str, object]:
    """The provider's own signed call, made here and not by the product."""
    keys = json.loads((Path(stage.data_dir) / "providers.json").read_text())
    path = "/api/v1/integration/payment/redeem-code/commit"
    body = json.dumps({"redeem_code": code, "sequence": sequence}).encode()
    stamp = str(int(time.time()))
    signed = f"{PROVIDER}{stamp}POST{path}".encode() + body
    signature = hmac.new(keys[PROVIDER].encode(), signed, "sha1").hexdigest()
    headers = {"Content-Type": "application/json", "client_code": PROVIDER, "timestamp": stamp,
               "signature": signature}  # fmt: skip
    call = urllib.request.Request(stage.base_url + path, body, headers, method="POST")
    with urllib.request.urlopen(call, timeout=30) as answer:
        return json.loads(answer.read())


def load_catalogue(run_command, stage) -> None:
    catalogue = clone() / "programmes" / "catalogue-2020.toml"
    run_command(stage.environment, "courses", "load", str(catalogue))


def answer_survey(citizen: Citizen) -> None:
    """The first choice everywhere, page after page."""
    citizen.go("/saya/survei")
    citizen.page.get_by_role("link", name="Mulai survei").click()
    while citizen.page.locator("fieldset").count():
        for group in citizen.page.locator("fieldset").all():
            group.locator("input[type=radio]").first.check()
        citizen.page.locator("form button.button").click()


def fund(officer: Operator, partner: str, amount: str) -> None:
    officer.go("/meja/uang/dana")
    officer.page.locator("#partner").select_option(partner)
    officer.page.locator("#amount").fill(amount)
    officer.page.locator("#alasan").fill(REASON)
    officer.press("Lanjutkan")
    officer.press("Catat pendanaan")


def act(officer: Operator, reference: str, slug: str, button: str) -> None:
    """Check or release a batch: a typed reference where it asks for one, and a reason."""
    officer.go(f"/meja/uang/batch/{reference}/{slug}")
    for name, typed in (("batch", reference), ("alasan", REASON)):
        if officer.page.locator(f"#{name}").count():
            officer.page.locator(f"#{name}").fill(typed)
    officer.press(button)
