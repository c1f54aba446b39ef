"""Pages by keyboard alone: skip link, order of focus, visible focus, sending with Enter."""

import pytest

pytestmark = pytest.mark.browser
_FOCUS = """() => {
  const e = document.activeElement, style = getComputedStyle(e);
  return {tag: e.tagName, id: e.id, text: e.textContent.trim(), name: e.name || '',
          outline: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2};
}"""


@pytest.fixture
def page(stage, browser):
    from tests.browser.walking import a_context

    context = a_context(browser)
    page = context.new_page()
    page.base = stage.base_url
    yield page
    context.close()


def tab(page, times: int = 1) -> dict:
    for _ in range(times):
        page.keyboard.press("Tab")
    return page.evaluate(_FOCUS)


def test_the_first_stop_is_the_skip_link_and_it_works(page):
    page.goto(f"{page.base}/masuk")
    first = tab(page)
    assert first["text"] == "Langsung ke isi"
    assert page.locator(".skip").is_visible()
    page.keyboard.press("Enter")
    assert tab(page)["id"] == "email"


@pytest.mark.parametrize("path", ["/masuk", "/bantuan", "/undian", "/jadwal", "/meja/masuk"])
def test_every_stop_shows_its_focus_and_none_is_a_trap(page, path):
    page.goto(f"{page.base}{path}")
    stops = []
    for _ in range(40):
        stop = tab(page)
        if stop["tag"] == "BODY":
            break
        assert stop["outline"], stop
        stops.append((stop["tag"], stop["id"], stop["text"]))
    else:
        pytest.fail("forty stops and no end: a trap")
    assert len(stops) >= 5


def test_enter_sends_the_form_and_the_summary_leads_to_the_field(page):
    page.goto(f"{page.base}/masuk")
    page.locator("#email").focus()
    page.keyboard.type("bukan alamat")
    page.keyboard.press("Enter")
    page.locator(".summary").wait_for()
    assert page.title().startswith("Kesalahan: ")
    link = page.locator(".summary a")
    link.focus()
    page.keyboard.press("Enter")
    assert page.evaluate(_FOCUS)["id"] == "email"
    assert page.locator("#email").input_value() == "bukan alamat"


def test_the_language_switch_comes_back_to_the_same_page(page):
    page.goto(f"{page.base}/masuk")
    page.get_by_role("link", name="English").click()
    assert page.url == f"{page.base}/masuk"
    assert page.locator("h1").inner_text() == "Sign in with a code"
    page.get_by_role("link", name="Bahasa Indonesia").click()
    assert page.locator("h1").inner_text() == "Masuk dengan kode"
