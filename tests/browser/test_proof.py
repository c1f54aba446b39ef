"""The proof of work in a real browser: `kerja.js` solves what was asked, judged by another
implementation, with and without the browser's own cryptography."""

import base64
import json
import time

import altcha
import pytest
from tests.browser.stand import PLAIN, SAFE, Stand

from gelombang.frontdoor.pages import NOTHING, page, part, templates
from gelombang.frontdoor.sundries import packed

pytestmark = pytest.mark.browser
SECRET, KEY_SECRET = "rahasia-tantangan", "rahasia-kunci"
BUTTON = "Kirim pendaftaran"


def challenge(counter: int = 400, *, cost: int = 100, seconds: int = 600, **other) -> dict:
    made = altcha.create_challenge(
        other.pop("algorithm", "PBKDF2/SHA-256"), cost, counter=counter,
        expires_at=int(time.time()) + seconds, hmac_secret=SECRET, hmac_key_secret=KEY_SECRET,
    )  # fmt: skip
    return made.to_dict()


def form(asked: dict | None) -> str:
    slots = dict.fromkeys(templates()["daftar", "id"].slots, NOTHING)
    slots |= {"challenge": json.dumps(asked) if asked else "", "nonce": "n" * 36}
    return page(language="id", title="Daftar", inside=part("daftar", "id", **slots), path="/daftar")


def is_solved(field: str) -> bool:
    """What another implementation says, by the signature and by deriving the key again."""
    quick = altcha.verify_solution(field, SECRET, hmac_key_secret=KEY_SECRET)
    return quick.verified and altcha.verify_solution(field, SECRET).verified


def solved_field(seen) -> str:
    """What the script found, once it did."""
    from playwright.sync_api import expect

    field = seen.locator("[name=altcha]")
    expect(field).not_to_have_value("", timeout=60_000)
    return field.input_value()


@pytest.fixture
def stand(browser):
    from tests.browser.walking import a_context

    made = []

    def build(origin: str, asked: dict | None, **documents: object) -> Stand:
        context = a_context(browser, scripts=True)
        made.append(context)
        return Stand(context, origin, {"/daftar": form(asked)}, documents)

    yield build
    for each in made:
        each.close()


def opened(stand: Stand):
    seen = stand.context.new_page()
    seen.on("pageerror", lambda fault: stand.faults.append(str(fault)))
    seen.goto(f"{stand.origin}/daftar")
    return seen


@pytest.mark.parametrize("origin", [SAFE, PLAIN])
@pytest.mark.parametrize("counter", [0, 1, 15, 16, 700])
def test_the_proof_is_found_while_the_person_types(stand, origin, counter):
    place = stand(origin, challenge(counter))
    seen = opened(place)
    assert seen.evaluate("isSecureContext") is (origin == SAFE)
    seen.locator("#email").fill("siti@example.id")
    solved_field(seen)
    seen.get_by_role("button", name=BUTTON).click()
    seen.wait_for_url("**/daftar")
    [sent] = place.sent
    assert sent["email"] == "siti@example.id"
    assert is_solved(sent["altcha"])
    solution = json.loads(base64.b64decode(sent["altcha"]))["solution"]
    assert solution["counter"] == counter
    assert place.faults == []


@pytest.mark.parametrize("cost", [1, 2, 33, 1_000])
def test_by_hand_every_cost_gives_the_same_key(stand, cost):
    place = stand(PLAIN, challenge(3, cost=cost))
    seen = opened(place)
    assert is_solved(solved_field(seen))


@pytest.mark.parametrize(("origin", "counter", "cost"), [(SAFE, 4_000, 2_000), (PLAIN, 1_000, 300)])
def test_who_is_faster_than_the_work_waits_a_moment_and_is_sent_with_it(
    stand, origin, counter, cost
):
    place = stand(origin, challenge(counter, cost=cost))
    seen = opened(place)
    button = seen.get_by_role("button", name=BUTTON)
    button.click()
    waiting = seen.get_by_role("button", name="Sebentar…")
    waiting.wait_for()
    waiting.click()
    seen.get_by_role("heading", name="Diterima").wait_for(timeout=60_000)
    assert len(place.sent) == 1
    assert is_solved(place.sent[0]["altcha"])


@pytest.mark.parametrize("asked", [
    {"parameters": {}},
    {"parameters": {"algorithm": "SCRYPT", "expiresAt": 4_102_444_800, "keyLength": 32}},
    challenge(5, seconds=-60),
    None,
])  # fmt: skip
def test_whatever_goes_wrong_the_form_is_sent_without_a_proof(stand, asked):
    place = stand(SAFE, asked)
    seen = opened(place)
    seen.wait_for_timeout(200)
    seen.get_by_role("button", name=BUTTON).click()
    seen.get_by_role("heading", name="Diterima").wait_for()
    assert [each["altcha"] for each in place.sent] == [""]


def test_a_challenge_that_ran_out_is_replaced_by_a_fresh_one(stand):
    fresh = challenge(20)
    place = stand(SAFE, challenge(5, seconds=-60), **{"/api/v1/tantangan": fresh})
    seen = opened(place)
    field = solved_field(seen)
    assert is_solved(field)
    assert json.loads(base64.b64decode(field))["challenge"] == fresh
    assert place.asked.count("GET /api/v1/tantangan") == 1


def test_without_scripts_the_form_is_whole(browser):
    from tests.browser.walking import a_context

    place = Stand(a_context(browser), SAFE, {"/daftar": form(challenge())})
    seen = place.context.new_page()
    seen.goto(f"{SAFE}/daftar")
    seen.locator("#email").fill("siti@example.id")
    seen.get_by_role("button", name=BUTTON).click()
    seen.get_by_role("heading", name="Diterima").wait_for()
    assert place.sent[0]["altcha"] == ""
    place.context.close()


def test_the_script_is_small():
    assert len(packed("kerja.js").gzip) <= 4 * 1024
