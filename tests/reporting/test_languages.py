"""Both languages say the same numbers, each in its digits, and read in their own direction."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chest_xray.reporting import html
from chest_xray.reporting.languages import Table, Words, both, bracketed, in_persian_digits

LATIN = str.maketrans("۰۱۲۳۴۵۶۷۸۹٫٬٪", "0123456789.,%")


@given(st.floats(-1e6, 1e6), st.integers(0, 10**7), st.floats(0, 1))
def test_a_persian_number_is_the_same_number(value, count, share):
    numbers = {"value": f"{value:.3f}", "count": f"{count:,}", "share": f"{share:.1%}"}
    said = both("{value} {count} {share}", "{value} {count} {share}", numbers)
    assert not re.search("[0-9]", said.fa)
    assert said.fa.translate(LATIN) == said.en


@pytest.mark.parametrize("name", ["int8", "resnet18", "trial_3", "IM-0117-0002", "2.4e-05", "F1"])
def test_names_keep_their_digits(name):
    assert in_persian_digits(f"مدل {name} است") == f"مدل {name} است"


def test_a_sign_stays_before_its_number_and_a_name_does_not_move_the_number_after_it():
    said = "دقت -۰٫۵ از PNEUMONIA، ۳ تصویر `a/b.csv` <b> (CC BY 4.0) int8."
    shown = html.sentences([Words("-", said)], "fa")
    assert '<bdi dir="ltr">-۰٫۵</bdi>' in shown
    assert '<bdi dir="ltr">PNEUMONIA</bdi>، ۳' in shown
    assert '<code dir="ltr">a/b.csv</code>' in shown
    assert '<bdi dir="ltr">CC BY 4.0</bdi>)' in shown
    assert '<bdi dir="ltr">int8</bdi>.' in shown
    assert "&lt;" in shown and "<b>" not in shown
    assert 'dir="rtl"' in shown


def test_tables_run_left_to_right_in_both_languages():
    shown = Table(Words("One", "یک"), [Words("name", "نام")], [["`x`"], [Words("yes", "بله")]])
    for language in ("en", "fa"):
        assert '<table class="report" dir="ltr">' in html.table(shown, language)
    assert "بله" in html.table(shown, "fa")


@given(st.floats(0, 1), st.none() | st.floats(0, 1))
def test_an_interval_that_is_not_known_is_not_made_up(value, low):
    said = bracketed({"value": value, "low": low, "high": 1.0})
    assert ("[" in said) == (low is not None)
    assert bracketed({"value": None, "low": None, "high": None}) == "-"


def test_an_interval_that_has_a_width_shows_it():
    assert bracketed({"value": 1.0, "low": 0.99996, "high": 1.0}) == "1.00000 [0.99996, 1.00000]"
    assert bracketed({"value": 0.9, "low": 0.85, "high": 0.95}) == "0.900 [0.850, 0.950]"
