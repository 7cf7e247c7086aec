"""One patient written in several ways is one; what may be two stays two, and is reported."""

import sys
import unicodedata

import pandas as pd
import pytest
from conftest import CLASSES
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from chest_xray.machine.names import folded
from chest_xray.radiographs.class_names import ClassNames
from chest_xray.radiographs.listing import list_radiographs
from chest_xray.radiographs.patients import ambiguous_ids, join_spellings

ONE = {
    "Persian digits": ("12", "۱۲"),
    "Arabic digits": ("12", "١٢"),
    "Devanagari digits": ("12", "१२"),
    "full-width letters": ("Ａ１２", "a12"),
    "composed accents": ("Jos\u00e9", "Jose\u0301"),
    "case": ("PAT-7", "pat-7"),
    "sharp s": ("STRASSE", "straße"),
    "Arabic and Persian yeh": ("علي", "علی"),
    "alef maksura": ("مهدى", "مهدی"),
    "Arabic and Persian kaf": ("كاظم", "کاظم"),
    "presentation forms": ("ﻋﻠﯽ", "علی"),
    "heh with yeh above": ("خانهٔ", "خانۀ"),
    "a stretched word": ("عـــلی", "علی"),
    "zero-width non-joiner": ("نیم\u200cفاصله", "نیمفاصله"),
    "right-to-left marks": ("\u202b12\u202c\u200f", "12"),
    "byte order mark": ("\ufeff12", "12"),
    "soft hyphen": ("pat\u00adient 1", "patient 1"),
    "no-break space": ("pat\u00a07", "pat 7"),
    "spaces around and doubled": ("  pat   7 ", "pat 7"),
    "non-breaking hyphen": ("pat\u20117", "pat-7"),
    "dash": ("pat–7", "pat-7"),
    "minus": ("pat−7", "pat-7"),
    "a Hangul filler": ("pat\u31647", "pat7"),
    "quotation mark": ("O’Neil", "O'Neil"),
}
PERHAPS_ONE = {
    "leading zeros": ("000007", "7"),
    "leading zeros behind letters": ("pat-007", "pat-7"),
    "a decimal of zero": ("12", "12.0"),
    "a decimal of zero behind a comma": ("12", "12,0"),
    "a decimal of zero in Persian": ("12", "۱۲٫۰"),
    "separators": ("pat 7", "pat_7"),
    "no separator": ("pat-7", "pat7"),
    "an accent left out": ("Jose", "José"),
    "teh marbuta": ("فاطمة", "فاطمه"),
    "hamza": ("احمد", "أحمد"),
    "madda": ("آرش", "ارش"),
    "vowel marks": ("حَسَن", "حسن"),
    "a space within a name": ("علی رضا", "علیرضا"),
}
TWO = [
    ("7", "70"),
    ("1.2", "12"),
    ("12.5", "12"),
    ("person11", "person1-1"),
    ("a1", "b1"),
    ("IM-0115", "NORMAL2-IM-0115"),
    ("00001280", "00001299"),
    ("p1-2", "p12"),
]


@pytest.mark.parametrize(("one", "other"), ONE.values(), ids=ONE)
def test_ids_that_look_the_same_are_one_patient(one, other):
    joined = join_spellings(pd.Series([one, "other", other, one]))
    assert joined.nunique() == 2
    assert joined[0] == joined[2] == joined[3]
    assert ambiguous_ids(joined) == []


@pytest.mark.parametrize(("one", "other"), PERHAPS_ONE.values(), ids=PERHAPS_ONE)
def test_ids_that_may_be_one_stay_two_and_are_reported(one, other):
    ids = pd.Series([one, other, "other"])
    assert join_spellings(ids).tolist() == ids.tolist()
    assert ambiguous_ids(ids) == [sorted((one, other))]


@pytest.mark.parametrize(("one", "other"), TWO)
def test_other_ids_are_other_patients(one, other):
    assert folded(one) != folded(other)
    assert ambiguous_ids(pd.Series([one, other])) == []


def test_ids_of_one_spelling_stay_as_they_are_written():
    ids = pd.Series(["person23", "IM-0115", "NORMAL2-IM-0001", "۷", "", " x\u200c"])
    assert join_spellings(ids).tolist() == ids.tolist()


@settings(deadline=None)
@given(st.text(max_size=12))
def test_what_is_folded_stays_so_in_every_unicode_form(text):
    assert folded(folded(text)) == folded(text)
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert folded(unicodedata.normalize(form, text)) == folded(text)


def test_every_script_s_digits_are_the_same_numbers():
    digits = [chr(code) for code in range(sys.maxunicode + 1) if chr(code).isdecimal()]
    assert len(digits) > 600
    assert all(folded(digit) == str(unicodedata.decimal(digit)) for digit in digits)


def test_class_folders_are_compared_in_the_same_way():
    classes = ClassNames(CLASSES, {"PNEUMONIA": ["ذات‌الریه"], "NORMAL": ["ward–1"]})
    assert classes.of("ذاتالريه") == "PNEUMONIA"
    assert classes.of("Ward-۱") == "NORMAL"


def test_a_table_with_digits_of_two_scripts_has_each_patient_once(tmp_path, caplog):
    caplog.set_level("INFO")
    rows = []
    for number in range(24):
        name = f"{number:03d}.png"
        Image.new("L", (8, 8)).save(tmp_path / name)
        patient = str(number // 2)
        in_persian = patient.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
        rows.append((name, (patient, in_persian)[number % 2], CLASSES[number // 12]))
    table = pd.DataFrame(rows, columns=["image", "patient_id", "label"])
    listing = list_radiographs(tmp_path, CLASSES, [], table=table)
    assert listing["patient_id"].tolist() == [str(number // 2) for number in range(24)]
    assert (
        "12 patients are written in several ways and joined, the first: '0' and '۰'" in caplog.text
    )


def test_names_and_a_table_that_write_a_patient_differently_tell_one(tmp_path):
    for label in CLASSES:
        (tmp_path / label).mkdir()
    for name in ("NORMAL/بيمار-۷_1.png", "NORMAL/بیمار-7_2.png", "PNEUMONIA/z.png", "NORMAL/Z.png"):
        Image.new("L", (8, 8)).save(tmp_path / name)
    table = pd.DataFrame({"image": ["z.png"], "patient_id": ["بیمار\u200c-7"]})
    listing = list_radiographs(tmp_path, CLASSES, [r"^(?P<patient>\w+-\d+)_"], table=table)
    assert listing["patient_id"].nunique() == 2
    # An image that counts as its own patient is not joined by its name.
    assert "NORMAL/Z.png" in set(listing["patient_id"])
