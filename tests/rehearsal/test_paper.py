import base64

import pytest

from gelombang.rehearsal.operator import DeskUnfit, one_time_code, read_credentials
from gelombang.rehearsal.paper import Browser, read_page
from gelombang.rehearsal.wire import Answer

PAGE = """<!doctype html><html><head><title>Daftar</title><style>h1 { color: red }</style></head>
<body><form method="get" action="/cari"><input name="q"></form>
<h1>Siapa <b>Anda?</b></h1>
<form method="post" action="?langkah=2"><input type="hidden" name="nonce" value="n&amp;1">
<input name="name" value=""><input type="radio" name="sex" value="male">
<input type="radio" name="sex" value="female" checked>
<select name="province"><option value="">Pilih</option><option value="31" selected>DKI</option>
</select><textarea name="alasan"></textarea><input type="submit" name="kirim" value="Kirim"></form>
<p>Tiket <a href="tiket/W01-000000000001">W01-000000000001</a></p></body></html>"""


def page(status: int = 200, *cookies: str, body: str = PAGE, **headers: str) -> Answer:
    return Answer(status, headers, cookies, body.encode())


def test_a_page_is_read_as_people_see_it():
    found = read_page("/saya/nama", page())
    assert (found.title, found.heading) == ("Daftar", "Siapa Anda?")
    assert "color" not in found.text
    assert found.links == ["/saya/tiket/W01-000000000001"]
    form = found.form_to("/saya/nama")
    assert form is not None
    assert form.action == "/saya/nama?langkah=2"
    assert form.fields == {
        "nonce": "n&1", "name": "", "sex": "female", "province": "31", "alasan": "",
    }  # fmt: skip
    assert form.choices["sex"] == ["male", "female"]
    assert found.form_to("/cari") is None


class Caller:
    """Answers from a list and keeps what it was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str, bytes, dict]] = []

    async def ask(self, _step, method, path, *, body=b"", headers=None):
        self.asked.append((method, path, body, headers or {}))
        return self.answers.pop(0)


async def test_a_browser_sends_forms_follows_redirects_and_keeps_cookies():
    caller = Caller(
        page(200, "sesi=abc; HttpOnly; Path=/", "bahasa=id; Path=/"),
        page(303, "sesi=def; Path=/", location="/selesai?tanda=X"),
        page(200, "bahasa=; Max-Age=0"),
    )
    browser = Browser(caller, step="pages", origin="http://127.0.0.1:1")
    form = (await browser.open("/saya/nama")).form_to("/saya/nama")
    after = await browser.send(form, {"name": "Siti"})
    assert after.path == "/selesai?tanda=X"
    methods = [(method, path) for method, path, *_ in caller.asked]
    assert methods == [
        ("GET", "/saya/nama"), ("POST", "/saya/nama?langkah=2"), ("GET", "/selesai?tanda=X"),
    ]  # fmt: skip
    assert b"nonce=n%261" in caller.asked[1][2]
    assert b"name=Siti" in caller.asked[1][2]
    assert caller.asked[1][3]["Cookie"] == "sesi=abc; bahasa=id"
    assert caller.asked[2][3]["Cookie"] == "sesi=def; bahasa=id"
    caller.answers.append(page())
    await browser.open("/")
    assert caller.asked[3][3]["Cookie"] == "sesi=def"


async def test_endless_redirects_end():
    caller = Caller(*[page(302, location="/lagi")] * 20)
    with pytest.raises(RuntimeError, match="redirects"):
        await Browser(caller, step="pages", origin="").open("/lagi")


def test_one_time_codes_follow_the_standard():
    # RFC 6238, appendix B, SHA-1: the last six of the eight digits given there.
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert one_time_code(secret, at=59) == "287082"
    assert one_time_code(secret, at=1_111_111_109) == "081804"
    assert one_time_code(secret, at=20_000_000_000) == "353130"


def test_the_credentials_of_a_new_account_are_read_from_what_the_command_says():
    found = read_credentials("gladi", "user:     gladi\npassword: abc_D-1\nsecret:   MFRGG===\n")
    assert (found.password, found.secret) == ("abc_D-1", "MFRGG===")
    assert "abc_D-1" not in repr(found)
    with pytest.raises(DeskUnfit):
        read_credentials("gladi", "There is an account gladi already.")
