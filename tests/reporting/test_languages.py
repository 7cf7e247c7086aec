"""All languages say the same, each in its digits, and read in their own direction."""

import ast
import re

import pytest
from conftest import PROJECT
from fluent.runtime import FluentResource
from fluent.syntax.ast import (
    Junk,
    NumberLiteral,
    StringLiteral,
    TextElement,
)
from fluent.syntax.ast import Message as Entry
from fluent.syntax.visitor import Visitor
from hypothesis import given, settings
from hypothesis import strategies as st

from chest_xray.reporting import html
from chest_xray.reporting.languages import LANGUAGES, TEXTS, Language, in_every_language, language
from chest_xray.reporting.messages import message
from chest_xray.reporting.numbers import bracketed, number, percent, significant
from chest_xray.reporting.tables import Table

LATIN = str.maketrans("۰۱۲۳۴۵۶۷۸۹٫٬٪", "0123456789.,%")
EMPTY = {"value": None, "low": None, "high": None}
# What the loader itself asks for.
OF_THE_LOADER = {"digits", "interval", "not-measured", "list-comma"}


class Used(Visitor):
    """The variables and functions of an entry, and the variants it can be in."""

    def __init__(self):
        self.variables, self.functions, self.variants = set(), set(), set()
        self.messages = set()

    def visit_MessageReference(self, node):
        self.messages.add(node.id.name)

    def visit_VariableReference(self, node):
        self.variables.add(node.id.name)

    def visit_FunctionReference(self, node):
        self.functions.add(node.id.name)
        self.generic_visit(node)

    def visit_SelectExpression(self, node):
        # A number stands for itself in every language.
        self.variants |= {
            variant.key.name
            for variant in node.variants
            if not isinstance(variant.key, NumberLiteral)
        }
        self.generic_visit(node)


def entries(code):
    """The messages of a language's file."""
    body = FluentResource((TEXTS / f"{code}.ftl").read_text(encoding="utf8")).body
    assert not [entry.content for entry in body if isinstance(entry, Junk)]
    found = [entry for entry in body if isinstance(entry, Entry)]
    assert len({entry.id.name for entry in found}) == len(found), "a key is there twice"
    return {entry.id.name: entry for entry in found}


def used(entry):
    found = Used()
    found.visit(entry)
    return found


def variables(found, key):
    """Those of a message, and of the messages that it takes in."""
    own = used(found[key])
    return own.variables.union(*(variables(found, name) for name in own.messages))


def source_files():
    return [
        path
        for path in (PROJECT / "src" / "chest_xray").rglob("*.py")
        if path.name != "messages.py"
    ]


def strings_of(path):
    tree = ast.parse(path.read_text(encoding="utf8"))
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@pytest.mark.parametrize("code", LANGUAGES)
def test_all_languages_have_the_same_keys_with_the_same_variables(code):
    own, english = entries(code), entries("en")
    assert own.keys() == english.keys()
    assert list(own) == list(english), "the same order, so that translators find their way"
    for key in own:
        assert variables(own, key) == variables(english, key), key


@pytest.mark.parametrize("code", LANGUAGES)
def test_plurals_are_those_of_the_language(code):
    for key, entry in entries(code).items():
        variants = used(entry).variants
        assert variants <= {"zero", "one", "two", "few", "many", "other"}, key


def test_every_key_in_the_code_exists_and_every_key_of_the_files_is_used():
    keys = set(entries("en"))
    strings = set().union(*(strings_of(path) for path in source_files()))
    taken_in = set().union(*(used(entry).messages for entry in entries("en").values()))
    assert keys - strings - OF_THE_LOADER - taken_in == set()
    called = set()
    # The service has texts of its own, which its tests look through.
    for path in (one for one in source_files() if one.parent.name != "serving"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("message", "say"):
                called |= {
                    one.value
                    for one in ast.walk(node.args[0])
                    if isinstance(one, ast.Constant) and "-" in str(one.value)
                }
    assert len(called) > 100
    assert called <= keys


def outline(pattern):
    """A text with U+FFFC for whatever is isolated: what is put in, and code."""
    whole = "".join(
        element.value
        if isinstance(element, TextElement)
        else element.expression.parse()["value"]
        if isinstance(element.expression, StringLiteral)
        else "\ufffc"
        for element in pattern.elements
    )
    return re.sub("`[^`]*`", "\ufffc", whole)


def test_in_persian_no_list_stands_between_two_latin_words_with_neither_persian_nor_a_mark():
    """Else it would run with them from left to right (UAX 9, rule N1), and the sentence with it."""
    between = r"[A-Za-z]\d*[^\w\u061b\u200f]*\ufffc[^\w\u061b\u200f]*[A-Za-z]"
    assert re.search(between, "int8: \ufffc. AUC")
    for key, entry in entries("fa").items():
        if "LIST" in used(entry).functions:
            assert not re.search(between, outline(entry.value)), key


def test_python_holds_no_persian_and_no_html():
    for path in (PROJECT / "src" / "chest_xray" / "reporting").glob("*.py"):
        text = path.read_text(encoding="utf8")
        assert not re.search("[\u0600-\u06ff\u200e\u200f\u2066-\u2069]", text), path
        assert not re.search(r"</\w+>", text), path


@settings(deadline=None)  # The first call reads the text files.
@given(st.floats(-1e6, 1e6), st.integers(0, 10**7), st.floats(0, 1))
def test_a_persian_number_is_the_same_number(value, count, share):
    persian = language("fa")
    found = message("explanation-randomization", signed=value, absolute=share)
    text = persian.text(found)
    assert not re.search("[0-9]", text)
    assert number(value, 2) in text.translate(LATIN)
    assert f"{value:z,.2f}" == number(value, 2)
    assert f"{share:.1%}" == percent(share)
    counted = message("data-split-leaks", method="patient", leaked=count)
    assert f" {count:,} " in persian.text(counted).translate(LATIN)


def test_numbers_are_written_as_their_text_says():
    assert number(1234.5, 2) == "1,234.50"
    assert number(0.25, 1, sign="+") == "+0.2"
    assert number(-0.004, 2) == "0.00"
    assert number(None) == percent(None) == significant(None, 2) == "-"
    shown = [significant(value, 2) for value in (0.692, 10.0, 0.05, 0)]
    assert shown == ["0.69", "10", "0.05", "0"]
    assert significant(0.000024, 2) == "2.4E-5"


@pytest.mark.parametrize("name", ["int8", "resnet18", "trial_3", "IM-0117-0002"])
def test_names_keep_their_digits(name):
    assert name in language("fa").text(message("metrics-note", images=name, patients=3))


def test_one_patient_is_not_patients():
    few = {"class_name": "PNEUMONIA", "fewest": 20}
    english = language("en")
    assert "1 patient of" in english.text(message("patients-few-in-test", patients=1, **few))
    assert "2 patients of" in english.text(message("patients-few-in-test", patients=2, **few))


def test_lists_and_messages_within_messages():
    classes = [message("data-shortcut-class", label=label, values=[]) for label in ("A", "B")]
    text = message("data-shortcut", fact=message("fact-size"), accuracy=0.9, classes=classes)
    assert "Images by value: A: ; B: ." in language("en").text(text)
    english = language("en")
    assert "with 8, 4 hidden units and" in english.text(
        message("model-head", sizes=[8, 4], dropout=0.5)
    )


def test_a_text_without_its_value_or_key_is_refused():
    english = language("en")
    with pytest.raises(ValueError, match=r"'metrics-note' of en\.ftl: .*patients"):
        english.text(message("metrics-note", images=3))
    with pytest.raises(ValueError, match="no number of digits"):
        english.text(message("metrics-note", images=3, patients=0.5))
    with pytest.raises(KeyError, match="no text 'nothing'"):
        english.text(message("nothing"))
    with pytest.raises(ValueError, match="no language xx; there are en, fa"):
        language("xx")


def test_every_language_says_it_for_tensorboard():
    text = in_every_language([message("yes"), message("no")])
    assert text == {"en": "- yes\n- no", "fa": "- \u2067بله\u2069\n- \u2067خیر\u2069"}


def test_what_is_put_in_is_isolated_and_escaped():
    text = message("quantization-machine-without-int8", processor="<b> 3", cores=2, version="1.2")
    shown = html.findings([text], language("fa"))
    assert "<bdi>&lt;b&gt; 3</bdi>" in shown
    assert "<bdi>۲</bdi>" in shown
    assert 'dir="rtl" lang="fa"' in shown
    assert not re.search("[\u2066-\u2069]", shown)


def test_code_is_left_to_right_and_isolated_as_a_whole():
    shown = html.missing("a/b.csv", "kedro run", language("fa"))
    assert '<code dir="ltr">a/b.csv</code>' in shown
    assert shown.count("<bdi>") == 0


def test_a_variant_or_list_that_begins_with_a_name_still_runs_right_to_left():
    # Browsers take the direction of what is isolated from its first letter, names set aside.
    text = message("model-head", sizes=[128, 64], dropout=0.0)
    found = re.search("<bdi>۱۲۸(.*?)۶۴</bdi>", html.findings([text], language("fa")))
    assert found[1].startswith("\u200f")


def test_tables_run_in_the_language_s_direction_and_digits():
    cells = ["0.968 [0.952, 0.982]", "`v1.2`"], [message("yes"), "IM-0117"], ["1,234", "-0.5%"]
    shown = Table(message("parts-table"), [message("parts-part"), "a"], cells)
    english, persian = (html.table(shown, language(code)) for code in ("en", "fa"))
    assert '<table class="report" dir="ltr"' in english
    assert '<table class="report" dir="rtl"' in persian
    assert "<bdi>۰٫۹۶۸</bdi> [<bdi>۰٫۹۵۲</bdi>، <bdi>۰٫۹۸۲</bdi>]" in persian
    assert "<bdi>۱٬۲۳۴</bdi>" in persian
    assert "<bdi>-۰٫۵٪</bdi>" in persian
    for table in (english, persian):
        assert '<code dir="ltr">v1.2</code>' in table
        assert "IM-0117" in table
        assert 'class="note"' not in table
    assert "بله" in persian


@given(st.floats(-1e6, 1e6), st.integers(0, 6))
def test_a_number_of_a_table_is_the_same_in_persian(value, digits):
    written = number(value, digits)
    ((before, _), (text, is_number), (after, _)) = language("fa").pieces(written)
    assert is_number
    assert before + after == ""
    assert text.translate(LATIN) == written


def test_what_is_no_number_or_not_known_is_never_a_sign_in_a_sentence():
    for value in (None, float("nan"), float("inf")):
        shown = message("explanation-randomization", signed=value, absolute=0.5)
        assert "correlation of not measured with" in language("en").text(shown)
        assert "سنجیده‌نشده" in language("fa").text(shown)
    small = message("external-subgroup", column="c", value="v", auc=EMPTY, p=2.4e-5)
    assert language("en").text(small) == "`c` v with not measured, p = 2.4 × 10⁻⁵"
    assert "۲٫۴ × ۱۰⁻⁵" in language("fa").text(small)


@given(st.floats(0, 1), st.none() | st.floats(0, 1))
def test_an_interval_that_is_not_known_is_not_made_up(value, low):
    assert ("[" in bracketed({"value": value, "low": low, "high": 1.0})) == (low is not None)
    assert bracketed({"value": None, "low": None, "high": None}) == "-"


def test_an_interval_that_has_a_width_shows_it():
    assert bracketed({"value": 1.0, "low": 0.99996, "high": 1.0}) == "1.00000 [0.99996, 1.00000]"
    assert bracketed({"value": 0.9, "low": 0.85, "high": 0.95}) == "0.900 [0.850, 0.950]"
    area = {"value": 1.0, "low": 0.99996, "high": 1.0}
    text = language("en").text(message("limit-files-tell", auc=area))
    assert "1.00000 (0.99996 to 1.00000)" in text


def test_a_language_is_one_file():
    assert LANGUAGES == ("en", "fa")
    assert Language("fa").direction == "rtl"


@pytest.mark.parametrize(
    ("cell", "persian"),
    [("1 [2, 3]", "۱ [۲، ۳]"), ("1,234 [-5, 6.5]", "۱٬۲۳۴ [-۵، ۶٫۵]"), ("v1.2, 3", "v1.2, 3")],
)
def test_a_comma_after_a_number_is_no_separator_of_its_digits(cell, persian):
    assert "".join(piece for piece, _ in language("fa").pieces(cell)) == persian
