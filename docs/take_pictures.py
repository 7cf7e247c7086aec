"""Take the README's pictures from finished results: ``python docs/take_pictures.py demo``.

What a browser shows is taken with Playwright and Chromium; figures come from the catalog.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any

from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project
from PIL import Image

PROJECT = Path(__file__).parents[1]
PICTURES = PROJECT / "docs" / "images"
WIDTHS = (1000, 900, 800, 700, 600)  # pixels of a picture
COLOURS = (256, 128)
BYTES = 250_000  # of a picture at most
PATIENCE = 300  # seconds, on a busy machine
# The catalog's figures that are pictures.
FIGURES = ("tuned_explanations_figure", "baseline_misclassified_figure")
# Kedro-Viz on paper, without the tour of its own features.
SETTINGS = """localStorage.setItem("KedroViz", JSON.stringify(
    {theme: "light", isPrettyName: true, showFeatureHints: false}))"""
WITHOUT_NEWS = "[class*=update-reminder], [class*=pipeline-minimap] {display: none}"


def main(env: str) -> None:
    """Write the pictures of an environment's results.

    Raises:
        SystemExit: With one sentence, where Chromium, Playwright or a result is missing.
    """
    bootstrap_project(PROJECT)
    with KedroSession.create(PROJECT, env=env) as session:
        catalog = session.load_context().catalog
    results = PROJECT / catalog.load("data_folder") / "08_reporting"
    report = results / "report_en.html"
    if not report.exists():
        sys.exit(f"There is no {report}: run make {'demo' if env == 'demo' else 'report'} first.")
    for name in FIGURES:
        found = sorted(results.glob(f"{name}.png/*/{name}.png"))
        if not found:
            sys.exit(f"There is no {name} in {results}: kedro run --env={env} makes it.")
        with Image.open(found[-1]) as figure:
            keep(figure, name.removesuffix("_figure"))
    with browser() as tab:
        tab.goto(report.as_uri())
        keep(seen(tab), "report")
        with serving("kedro", "viz", "run", f"--env={env}", "--no-browser") as address:
            tab.set_viewport_size({"width": 1280, "height": 1100})
            tab.add_init_script(SETTINGS)
            tab.goto(address)
            tab.add_style_tag(content=WITHOUT_NEWS)
            tab.locator(".pipeline-menu-button--menu").click()
            tab.locator(".pipeline-node").first.wait_for()
            time.sleep(5)  # until it has been drawn into the middle
            keep(seen(tab), "pipelines")
        with serving("tensorboard.main", "--logdir=tensorboard", folder=results) as address:
            tab.set_viewport_size({"width": 1280, "height": 800})
            tab.goto(f"{address}#custom_scalars")
            tab.get_by_text("train against validation").first.wait_for()
            # Where the folder lies on this machine is nobody's business.
            tab.get_by_text(str(results.resolve())).evaluate_all(
                "all => all.forEach(one => one.style.visibility = 'hidden')"
            )
            time.sleep(5)  # until its curves are drawn
            keep(seen(tab), "tensorboard")


@contextmanager
def browser() -> Iterator[Any]:
    """A tab of Chromium without a screen."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        sys.exit("Pictures need Playwright: pip install --group dev installs it.")
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if chromium is None:
        sys.exit("Pictures need Chromium: apt-get install chromium, or its like, installs it.")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        tab = running.new_page(viewport={"width": 1280, "height": 800})
        tab.set_default_timeout(1000 * PATIENCE)
        yield tab
        running.close()


@contextmanager
def serving(module: str, *arguments: str, folder: Path = PROJECT) -> Iterator[str]:
    """Serve from a folder on a free port while the block runs; its address."""
    port = free_port()
    command = [sys.executable, "-m", module, *arguments, "--host=127.0.0.1", f"--port={port}"]
    with ExitStack() as stack:
        process = stack.enter_context(subprocess.Popen(command, cwd=folder))
        stack.callback(process.terminate)
        end = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionError:
                if process.poll() is not None or time.monotonic() > end:
                    sys.exit(f"{module} does not answer.")
                time.sleep(0.5)
        yield f"http://127.0.0.1:{port}/"


def free_port() -> int:
    """A port that nobody listens on; Kedro-Viz takes none of the system's own, above 49151."""
    for port in range(20_000, 30_000):
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port
    sys.exit("There is no free port between 20000 and 30000.")


def seen(tab: Any) -> Image.Image:
    """What a tab shows, without the project's own path in it."""
    if tab.get_by_text(str(PROJECT)).count():
        sys.exit(f"{tab.url} shows the personal path {PROJECT}.")
    return Image.open(BytesIO(tab.screenshot()))


def keep(picture: Image.Image, name: str) -> None:
    """Save a picture as wide and in as many colours as its size allows."""
    path = PICTURES / f"{name}.png"
    for width, colours in product(WIDTHS, COLOURS):
        height = round(picture.height * width / picture.width)
        small = picture.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
        small.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= BYTES:
            print(f"{path.relative_to(PROJECT)}: {path.stat().st_size / 1000:.0f} kB")  # noqa: T201
            return
    sys.exit(f"{path} is larger than {BYTES / 1000:.0f} kB even {WIDTHS[-1]} pixels wide.")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "demo")
