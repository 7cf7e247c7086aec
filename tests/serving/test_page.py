"""The page in a real browser: films in, words out; screenshots in ``build/screenshots``."""

import base64
import csv
import io
import re

import pytest
from project.test_pages import CHROMIUM, SCREENSHOTS
from radiographs.dicom_files import scaled, written
from serving.hostile import PLANTED, SCRIPT
from serving.served import PATIENCE, client_of, encoded, radiograph

from chest_xray.serving.settings import ServeSettings

pytestmark = [pytest.mark.whole, pytest.mark.usefixtures("few_steps")]

WIDTHS = {"desk": 1280, "phone": 400}
# A random network's distances are its own: either may be given for a film.
DECISION = "Called |To be read by a person first"
ISOLATES = dict.fromkeys(map(ord, "\N{FIRST STRONG ISOLATE}\N{POP DIRECTIONAL ISOLATE}"))
DROP = """([name, data]) => {
    const transfer = new DataTransfer();
    const bytes = Uint8Array.from(atob(data), one => one.charCodeAt(0));
    transfer.items.add(new File([bytes], name));
    document.querySelector('#drop').dispatchEvent(
        new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(scope="module")
def browser():
    """Debian's Chromium without a screen."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here: apt-get install chromium fonts-noto-core")
    from playwright.sync_api import sync_playwright

    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield running
        running.close()


@pytest.fixture
def tab(browser, client):
    """A tab of the service; what it logs, fails at, or asks of other servers is an error."""
    opened = browser.new_page(
        viewport={"width": 1280, "height": 900}, base_url=str(client.base_url)
    )
    opened.set_default_timeout(1000 * PATIENCE)
    wrong = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    opened.on(
        "request",
        lambda asked: (
            wrong.append(asked.url)
            if not asked.url.startswith((str(client.base_url), "data:", "blob:"))
            else None
        ),
    )
    yield opened
    opened.close()
    # A refused film is an answer of the service, which Chromium logs as an error.
    assert [one for one in wrong if "Failed to load resource" not in one] == []


def give(tab, *uploads):
    """Choose files, and wait until they are read."""
    tab.set_input_files(
        "#files",
        [{"name": name, "mimeType": "", "buffer": data} for name, data in uploads],
    )
    wait_for(tab, len(uploads))


def plain(part):
    """The text of a part of the page, without the marks around what was put in."""
    return part.inner_text().translate(ISOLATES)


def wait_for(tab, films):
    tab.wait_for_function(
        "films => document.querySelectorAll('#table tbody tr').length >= films"
        " && document.querySelector('#status').textContent.startsWith("
        "document.querySelector('#status').dataset.done.slice(0, 5))",
        arg=films,
    )


def test_an_example_is_answered_with_its_heat_map(tab):
    tab.goto("/?lang=en")
    assert tab.locator("img[alt='']").count() == 4
    tab.locator("button.example").nth(1).click()
    wait_for(tab, 1)
    assert re.match(DECISION, tab.locator("article .decision").inner_text())
    assert re.search(r"Probability of PNEUMONIA: 0\.\d{3}\.", plain(tab.locator(".answer")))
    layer = tab.locator("img.layer")
    layer.wait_for(state="visible")
    assert layer.evaluate("one => one.naturalWidth") == 64
    boxes = [tab.locator(one).bounding_box() for one in ("img.film", "img.layer")]
    assert boxes[0] == pytest.approx(boxes[1], abs=1)
    tab.locator(".strength input").fill("10")
    assert layer.evaluate("one => one.style.opacity") == "0.1"


def test_a_dropped_film_a_wrong_file_and_a_dicom_file(tab):
    tab.goto("/?lang=en")
    tab.evaluate(DROP, ["film.png", base64.b64encode(encoded("PNG")).decode()])
    wait_for(tab, 1)
    dicom = written(scaled(radiograph(), 12), WindowCenter=2048, WindowWidth=4096)
    give(tab, ("note.txt", b"a note"), ("film.dcm", dicom), ("film.tif", encoded("TIFF")))
    texts = tab.locator("#table tbody tr").all_inner_texts()
    assert "not a JPEG, PNG, TIFF or DICOM file" in texts[1]
    probabilities = [
        tab.locator("#table tbody tr").nth(place).get_attribute("data-probability")
        for place in (0, 2, 3)
    ]
    assert float(probabilities[0]) == pytest.approx(float(probabilities[2]))
    assert float(probabilities[0]) == pytest.approx(float(probabilities[1]), abs=0.05)
    # A browser can't draw these kinds itself: the server sends pictures.
    assert all(
        tab.locator("img.thumbnail").nth(place).evaluate("one => one.naturalWidth") > 0
        for place in (0, 2, 3)
    )


def test_names_are_text_and_a_saved_table_holds_no_formula(tab):
    names = [f"{SCRIPT}.png", f"=cmd|'{PLANTED}'!A1", '"quoted", too.png']
    tab.goto("/?lang=en")
    give(tab, *[(name, encoded("PNG")) for name in names])
    assert [one.strip() for one in tab.locator("td.name").all_inner_texts()] == names
    with tab.expect_download() as download:
        tab.locator("#save").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["file"] for row in rows] == [names[0], f"'{names[1]}", names[2]]
    assert all(0 <= float(row["probability"]) <= 1 for row in rows)
    tab.locator("#clear").click()
    assert tab.locator("#results").is_hidden()


def test_everything_is_reached_by_keyboard_and_said_to_a_screen_reader(tab):
    tab.goto("/?lang=en")
    give(tab, ("one.png", encoded("PNG")), ("two.png", encoded("PNG", radiograph()[::-1])))
    assert tab.locator("#status").get_attribute("aria-live") == "polite"
    for _ in range(40):
        tab.keyboard.press("Tab")
        label = tab.evaluate("document.activeElement.getAttribute('aria-label')")
        if label == "Show: two.png":
            break
    assert label == "Show: two.png"
    tab.keyboard.press("Enter")
    assert tab.locator("article h3").inner_text() == "two.png"
    assert tab.evaluate("document.activeElement.tagName") == "ARTICLE"
    unnamed = tab.evaluate(
        """() => [...document.querySelectorAll('button, input, a, summary')]
        .filter(one => !(one.getAttribute('aria-label') || one.textContent.trim()
            || (one.labels && one.labels.length))).map(one => one.outerHTML)"""
    )
    assert unnamed == []
    label = tab.locator("svg[role=img]").get_attribute("aria-label")
    assert label.translate(ISOLATES).startswith("Probability 0.")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    ("language", "direction", "title"),
    [("en", "ltr", "Pneumonia in chest radiographs"), ("fa", "rtl", "تشخیص ذات‌الریه")],
)
def test_twenty_films_fit_in_both_languages(tab, language, direction, title, width):
    tab.set_viewport_size({"width": WIDTHS[width], "height": 900})
    tab.goto(f"/?lang={language}")
    dark = encoded("PNG", radiograph() // 8)
    films = [(f"film_{place}.png", encoded("PNG")) for place in range(17)]
    give(
        tab,
        *films,
        ("dark.png", dark),
        ("wide.png", encoded("PNG", radiograph()[:30])),
        ("note.txt", b"a note"),
    )
    tab.locator("button.open").nth(17).click()
    tab.locator("img.layer").wait_for(state="visible")
    tab.locator("details.model summary").click()
    tab.evaluate("window.scrollTo(0, 0)")
    tab.screenshot(path=SCREENSHOTS / f"serve_{language}_{width}.png", full_page=True)
    assert title in tab.locator("h1").inner_text()
    assert tab.evaluate("getComputedStyle(document.body).direction") == direction
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert tab.locator("#table tbody tr").count() == 20
    text = tab.locator("main").inner_text()
    persian_digits = set("۰۱۲۳۴۵۶۷۸۹")
    assert bool(persian_digits & set(text)) == (language == "fa")
    assert ("darker" in text) == (language == "en")


def test_a_page_asks_for_the_token_where_there_is_one(browser, model_file):
    with client_of(ServeSettings(model=model_file, token="a-secret")) as client:
        tab = browser.new_page(base_url=str(client.base_url))
        tab.set_default_timeout(1000 * PATIENCE)
        tab.goto("/")
        give(tab, ("one.png", encoded("PNG")))
        assert "did not take this film" in tab.locator("#table tbody tr").nth(0).inner_text()
        tab.fill("#token", "a-secret")
        give(tab, ("one.png", encoded("PNG")))
        assert re.search(DECISION, tab.locator("#table tbody tr").nth(1).inner_text())
        tab.close()


def test_the_pages_need_no_other_server(client):
    for path in ("/?lang=en", "/?lang=fa", "/static/page.js", "/static/page.css"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert re.findall(r"(?:https?:)?//\w[\w.-]+\.\w+", answer.text) == [], path
    assert client.get("/?lang=xx").status_code == 404
    assert 'lang="fa"' in client.get("/", headers={"Accept-Language": "fa"}).text
