"""The documentation: links lead somewhere, names exist, generated pages are current."""

import importlib.util
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import PROJECT
from kedro.framework.project import configure_project, pipelines
from markdown_it import MarkdownIt
from markdown_it.token import Token

from chest_xray.parameters import Parameters
from chest_xray.project import reference

REFERENCE = PROJECT / "docs" / "reference"
PAGES = [
    PROJECT / "README.md",
    PROJECT / "CHANGELOG.md",
    PROJECT / "benchmarks" / "RESULTS.md",
    *sorted((PROJECT / "docs").rglob("*.md")),
]
ENVIRONMENTS = {path.name for path in (PROJECT / "conf").iterdir() if path.is_dir()}
# What the how-to pages have the reader make: an environment, parameters, a key, a password.
EXAMPLES = {"credentials.yml", "hospital", "patient_key.txt", "second_reader.yml"}
MODELS = ("baseline", "tuned", "quantized")
MARKDOWN = MarkdownIt("commonmark").enable("table")


def name_of(page: Path) -> str:
    return str(page.relative_to(PROJECT))


all_pages = pytest.mark.parametrize("page", PAGES, ids=name_of)
# The changelog tells of old names too.
pages_of_today = pytest.mark.parametrize(
    "page", [page for page in PAGES if page.name != "CHANGELOG.md"], ids=name_of
)


@cache
def parsed(page: Path) -> list[Token]:
    """The tokens of a page, block by block."""
    return MARKDOWN.parse(page.read_text(encoding="utf8"))


def tokens(page: Path) -> Iterator[Token]:
    """All tokens of a page, those inside paragraphs and cells among them."""
    for token in parsed(page):
        yield token
        yield from token.children or ()


def links(page: Path) -> list[str]:
    """Where the links and pictures of a page lead."""
    found = [token.attrGet("href") or token.attrGet("src") for token in tokens(page)]
    return [str(link) for link in found if link]


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    headings = [
        "".join(part.content for part in text.children if part.type in ("text", "code_inline"))
        for token, text in pairwise(parsed(page))
        if token.type == "heading_open"
    ]
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


def code(page: Path) -> list[str]:
    """Code of a page: blocks with continued lines joined, and `code` in sentences."""
    kinds = ("code_block", "fence", "code_inline")
    return [one.content.replace("\\\n", " ") for one in tokens(page) if one.type in kinds]


def commands(page: Path, name: str) -> list[str]:
    """What follows a command's name, up to the end of its line."""
    return [
        found[1]
        for text in code(page)
        for line in text.splitlines()
        for found in re.finditer(rf"\b{name} ([^#`]*)", line)
    ]


def parameter(key: str) -> bool:
    """Whether a dotted key names a parameter or a group of them."""
    part: object = Parameters
    for step in key.split("."):
        fields = getattr(part, "model_fields", None)
        if fields is None:
            # Below a mapping, such as tuning.space, the names are free.
            return isinstance(part, type(dict[str, str])) and part.__origin__ is dict
        if step not in fields:
            return False
        part = fields[step].annotation
    return True


@pytest.fixture(scope="module")
def registered() -> Mapping[str, object]:
    configure_project("chest_xray")
    return pipelines


@all_pages
def test_links_lead_to_a_file_and_a_heading(page):
    for link in links(page):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{link} leads nowhere"
        assert not anchor or anchor in anchors(target), f"{link}: no such heading"


def test_every_page_is_reached_from_the_index():
    reached, waiting = set(), [PROJECT / "docs" / "index.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        paths = {link.partition("#")[0] for link in links(page) if "://" not in link}
        waiting += [(page.parent / path).resolve() for path in paths if path]
    assert {name_of(page) for page in set(PAGES) - reached} == set()


@pages_of_today
def test_kedro_commands_name_environments_pipelines_and_parameters_that_exist(page, registered):
    for text in commands(page, "kedro"):
        for env in re.findall(r"--env=([\w-]+)", text):
            assert env in ENVIRONMENTS | EXAMPLES, text
        for names in re.findall(r"--pipelines?=([\w,]+)", text):
            assert set(names.split(",")) <= set(registered), text
        for values in re.findall(r"--params=\"?([^\"\s]+)", text):
            for value in values.split(","):
                assert parameter(value.partition("=")[0]), f"{value} in {text}"


@pages_of_today
def test_make_commands_name_targets_and_variables_that_exist(page):
    makefile = (PROJECT / "Makefile").read_text(encoding="utf8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    for text in commands(page, "make"):
        words = text.split()
        assert words[0] in targets, text
        for variable in re.findall(r"\b([A-Z]+)=", text):
            assert re.search(rf"[$][({{](\w+ \w+,)?{variable}\b", makefile), text


@pages_of_today
def test_parameters_that_are_named_exist(page):
    if page.parent == REFERENCE:
        pytest.skip("generated, and lists old names")
    groups = set(Parameters.model_fields)
    for text in code(page):
        key = text.partition(":")[0].partition("=")[0]
        named = re.fullmatch(r"\w+(\.\w+)+", key) and not key.endswith(".json")
        if named and key.partition(".")[0] in groups:
            assert parameter(key), f"there is no parameter {key}"


@pages_of_today
def test_results_of_models_that_are_named_are_made_by_a_pipeline(page, registered):
    made = {name for one in registered.values() for name in one.datasets()}
    for text in code(page):
        for kind in re.findall(r"^\{model\}_(\w+)", text):
            assert any(f"{model}_{kind}" in made for model in MODELS), text


@pages_of_today
def test_scripts_tests_and_files_that_are_named_exist(page):
    for text in code(page):
        for path in re.findall(r"\b((?:benchmarks|tests|conf)/[\w./-]*[\w/])", text):
            if not EXAMPLES & set(path.split("/")):
                assert (PROJECT / path).exists(), path
        if page.name == "RESULTS.md" and text.endswith(".json"):
            assert (PROJECT / "benchmarks" / "results" / text).is_file(), text


def test_reference_pages_are_what_make_docs_makes():
    committed = {path.name: path.read_text(encoding="utf8") for path in REFERENCE.iterdir()}
    assert committed == reference.pages()


def test_every_parameter_is_described():
    def undescribed(group, above=""):
        for name, field in group.model_fields.items():
            if hasattr(field.annotation, "model_fields"):
                yield from undescribed(field.annotation, f"{above}{name}.")
            elif not field.description:
                yield above + name

    assert not list(undescribed(Parameters))


def test_a_catalog_entry_without_a_comment_is_refused():
    with pytest.raises(ValueError, match="pixels has no comment"):
        reference.entry_descriptions("# Images.\nradiographs:\n  type: a\n\npixels:\n  type: b\n")


def test_a_comment_of_several_lines_describes_the_entry_below_it():
    text = '# One row\n# per file.\n"{model}_table":\n  # not this\n  type: a\n'
    assert reference.entry_descriptions(text) == {"{model}_table": "One row per file."}


@pytest.fixture(scope="module")
def drawing():
    """The script that draws the packages."""
    pytest.importorskip("grimp")
    path = PROJECT / "docs" / "draw_architecture.py"
    spec = importlib.util.spec_from_file_location("draw_architecture", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_picture_of_the_architecture_shows_the_imports_of_the_code(drawing):
    picture = drawing.PICTURE.read_text(encoding="utf8")
    assert f">{drawing.described(drawing.imports())}<" in picture, "run make docs"


def test_imports_that_follow_from_others_are_not_drawn(drawing):
    found = {"reporting": {"learning", "errors"}, "learning": {"errors"}, "errors": set()}
    drawn = drawing.without_implied(found)
    assert drawn == {"reporting": {"learning"}, "learning": {"errors"}, "errors": set()}


def test_the_architecture_page_names_every_package():
    page = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf8")
    source = PROJECT / "src" / "chest_xray"
    packages = {path.parent.name for path in source.glob("*/__init__.py")} | {"errors"}
    assert {name for name in packages if f"| `{name}` |" not in page} == set()
