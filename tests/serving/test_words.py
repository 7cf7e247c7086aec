"""The page's words: both languages say the same, of every warning that there is."""

import io
import re

import numpy as np
import pytest
from fluent.runtime import FluentResource
from fluent.syntax.ast import Junk
from fluent.syntax.ast import Message as Entry
from PIL import Image
from reporting.test_languages import used
from serving.draw_examples import drawn

from chest_xray.radiographs.unusual import COLOURED, FILM_TYPES
from chest_xray.reporting.languages import LANGUAGES, Language
from chest_xray.reporting.messages import message
from chest_xray.serving.page import _TEMPLATES, EXAMPLES, TEXTS, _parts, _preferred

UNLIKE = "unlike_training_images"


def entries(code):
    body = FluentResource((TEXTS / f"{code}.ftl").read_text(encoding="utf8")).body
    assert not [entry.content for entry in body if isinstance(entry, Junk)]
    return {entry.id.name: entry for entry in body if isinstance(entry, Entry)}


def test_both_languages_have_the_same_keys_with_the_same_variables():
    english, persian = entries("en"), entries("fa")
    assert list(english) == list(persian)
    for key, entry in english.items():
        assert used(entry).variables == used(persian[key]).variables, key
    assert set(LANGUAGES) == {"en", "fa"}


def test_every_key_is_said_by_a_template_and_every_key_that_is_said_exists():
    keys = set(entries("en")) - {"digits", "not-measured", "list-comma", "interval"}
    source = "".join(
        _TEMPLATES.loader.get_source(_TEMPLATES, name)[0] for name in _TEMPLATES.list_templates()
    )
    used = set(re.findall(r"""(?:say\(|"key": |'key': )["']([\w-]+[a-z])["']""", source))
    used |= {f"example-{name}" for name in EXAMPLES} | {"called", "to-a-person"}
    assert used - {"example-", "warning-"} <= keys
    assert {key for key in keys if not key.startswith("warning-")} <= used


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", [UNLIKE, COLOURED, *FILM_TYPES])
def test_every_warning_has_words(code, name):
    assert Language(code, TEXTS).text(message(f"warning-{name.replace('_', '-')}"))


def test_a_browser_gets_the_first_of_its_languages_that_there_is():
    assert _preferred("fa-IR,fa;q=0.9,en;q=0.8") == "fa"
    assert _preferred("de-DE, en-GB") == "en"
    assert _preferred("de") == _preferred("") == "en"


def test_the_examples_are_what_their_script_draws():
    for name, data in drawn().items():
        shown, again = (
            np.asarray(Image.open(io.BytesIO(one)), dtype=float) for one in (_parts()[name], data)
        )
        # Other processors round a few levels otherwise.
        assert np.abs(shown - again).mean() < 0.5
