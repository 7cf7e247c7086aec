"""What a newcomer opens: the report, TensorBoard and kedro viz, in a real browser.

Screenshots are kept in ``build/screenshots``.
"""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from conftest import PROJECT
from page_text import page_text

from chest_xray.machine.versions import lineage_path

pytestmark = pytest.mark.whole

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
SCREENSHOTS = PROJECT / "build" / "screenshots"
PATIENCE = 120  # seconds, on a busy machine
# The left edges of a sign and of the digit after it, as they are drawn.
DRAWN_SIGNS = """() => [...document.querySelectorAll('bdi')]
    .filter(one => one.firstChild instanceof Text && /^[-+−][۰-۹]/.test(one.textContent))
    .map(one => [0, 1].map(place => {
        const range = document.createRange();
        range.setStart(one.firstChild, place);
        range.setEnd(one.firstChild, place + 1);
        return range.getBoundingClientRect().left;
    }))"""
DIRECTIONS = """selector => [...document.querySelectorAll(selector)]
    .map(one => getComputedStyle(one).direction)"""


@pytest.fixture(scope="module")
def pages(finished_study, tmp_path_factory):
    """The report's pages of a finished study, in a copy of it."""
    folder = tmp_path_factory.mktemp("pages")
    shutil.copytree(finished_study, folder, dirs_exist_ok=True)
    subprocess.run(
        [sys.executable, "-m", "kedro", "report", "--env=test"],
        cwd=PROJECT,
        env=os.environ | {"CHEST_XRAY_TEST_ROOT": str(folder)},
        check=True,
        timeout=600,
    )
    return folder / "08_reporting"


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
def tab(browser):
    """A fresh tab, large enough for a whole dashboard."""
    opened = browser.new_page(viewport={"width": 1400, "height": 1000})
    opened.set_default_timeout(1000 * PATIENCE)
    yield opened
    opened.close()


def free_port():
    """A port that nobody listens on; kedro viz takes none of the system's own, above 49151."""
    for port in random.sample(range(20_000, 30_000), 50):
        with socket.socket() as tried, contextlib.suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no free port")


@contextlib.contextmanager
def server(module, *arguments, **environment):
    """Serve on a free port while the block runs; its address."""
    port = free_port()
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    log = SCREENSHOTS / f"{module}.log"
    with log.open("w") as message:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments, f"--port={port}"],
            cwd=PROJECT,
            env=os.environ | environment,
            stdout=message,
            stderr=message,
            start_new_session=True,
        )
    address, end = f"http://127.0.0.1:{port}/", time.monotonic() + PATIENCE
    try:
        while True:
            try:
                urllib.request.urlopen(address, timeout=PATIENCE).close()
                break
            except (urllib.error.URLError, ConnectionError):
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < end, f"{module} does not answer"
                time.sleep(0.2)
        yield address
    finally:
        # kedro viz serves from a process below this one.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait()


@pytest.mark.parametrize(
    ("language", "direction", "title"),
    [("en", "ltr", "Pneumonia in chest radiographs"), ("fa", "rtl", "تشخیص ذات‌الریه")],
)
def test_the_report_stands_alone_and_reads_in_its_direction(pages, tab, language, direction, title):
    asked_for = []
    tab.on("request", lambda request: asked_for.append(request.url.partition(":")[0]))
    tab.goto((pages / f"report_{language}.html").as_uri())
    tab.screenshot(path=SCREENSHOTS / f"report_{language}.png", full_page=True)
    assert set(asked_for) <= {"file", "data"}
    assert title in tab.locator("h1").first.inner_text()
    assert tab.locator("figure").count() >= 18
    assert tab.locator(".missing").count() == 0
    assert tab.evaluate("[...document.images].every(one => one.naturalWidth > 0)")
    assert set(tab.evaluate(DIRECTIONS, "h2, ul.findings, figcaption, table")) == {direction}
    assert set(tab.evaluate(DIRECTIONS, "code, pre, p.formula")) == {"ltr"}
    assert tab.locator(".summary li").count() >= 4
    linked = tab.evaluate("[...document.querySelectorAll('a[href^=\"#part\"]')].map(a => a.hash)")
    assert all(tab.locator(name).count() == 1 for name in linked)
    assert len(set(linked)) == 8
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    message = "".join(tab.locator("ul.findings").all_inner_texts())
    if language == "fa":
        signs = tab.evaluate(DRAWN_SIGNS)
        assert signs
        assert all(sign < digit for sign, digit in signs)
        assert any(digit in message for digit in "۰۱۲۳۴۵۶۷۸۹")
    else:
        assert not any(letter in message for letter in "۰۱۲۳۴۵۶۷۸۹اب")


def test_the_report_of_missing_and_damaged_results_says_what_makes_them(tmp_path):
    entry = tmp_path / "02_intermediate" / "data_audit.json"
    version = entry / "2026-01-01T00.00.00.000Z"
    version.mkdir(parents=True)
    (version / "data_audit.json").write_text('{"images": ')
    lineage = lineage_path(entry, version.name)
    lineage.parent.mkdir(parents=True)
    lineage.write_text("{}")
    made = subprocess.run(
        [sys.executable, "-m", "kedro", "report", "--env=test"],
        cwd=PROJECT,
        env=os.environ | {"CHEST_XRAY_TEST_ROOT": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    written = [line for line in made.stdout.splitlines() if line.endswith(".html")]
    assert len(written) == 2
    for path, missing, damaged in zip(
        written, ("is missing", "هنوز نیست"), ("is damaged", "خراب است"), strict=True
    ):
        page = Path(path).read_text(encoding="utf8")
        assert page.count(missing) > 10
        assert damaged in page
        assert "kedro run --env=test --pipelines=data_processing" in page_text(page)


def test_a_card_can_be_read_by_a_person(pages, tab):
    tab.goto((pages / "tuned_card_en.html").as_uri())
    tab.screenshot(path=SCREENSHOTS / "tuned_card_en.png", full_page=True)
    message = tab.locator("main").inner_text()
    for words in (
        "Intended use",
        "not a medical device",
        "no number here speaks of patients",
        "Metrics on test",
        "load_model(",
    ):
        assert words in message
    assert (pages / "tuned_card_fa.html").exists()


def test_tensorboard_puts_train_against_validation(finished_study, tab):
    folder = finished_study / "08_reporting" / "tensorboard"
    with server("tensorboard.main", f"--logdir={folder}", "--host=127.0.0.1") as address:
        tab.goto(f"{address}#custom_scalars")
        tab.get_by_text("train against validation").first.wait_for()
        tab.goto(f"{address}#images")
        tab.get_by_text("confusion_matrix").first.wait_for()
        tab.screenshot(path=SCREENSHOTS / "tensorboard_images.png")


def test_viz_shows_layers_in_words_and_a_figure(finished_study, tab):
    with server(
        "kedro",
        "viz",
        "run",
        "--env=test",
        "--no-browser",
        CHEST_XRAY_TEST_ROOT=str(finished_study),
    ) as address:
        tab.goto(address)
        tab.get_by_text("08 metrics figures and tables").first.wait_for()
        tab.screenshot(path=SCREENSHOTS / "viz.png")
        tab.goto(f"{address}?pid=__default__&sn=baseline_curves_figure")
        tab.locator(".pipeline-metadata img").first.wait_for()
        tab.screenshot(path=SCREENSHOTS / "viz_figure.png")
