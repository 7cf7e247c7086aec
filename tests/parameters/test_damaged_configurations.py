"""Whatever is written into conf/ or after --params: sound, or one sentence per mistake.

How many were sampled, and what came of them:

    pytest tests/parameters/test_damaged_configurations.py --hypothesis-show-statistics
"""

import copy
import shutil
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from configured import ENVS, GLOBALS, TREES, loader
from conftest import PROJECT, examples
from damage import damaged
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from chest_xray.errors import BadParameters
from chest_xray.parameters import check_globals, check_parameters
from chest_xray.project.hooks import ParameterHooks

BY_THE_HUNDRED = settings(
    max_examples=examples(100),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def paths(tree, above=()):
    for name, value in tree.items():
        yield (*above, name)
        if isinstance(value, dict):
            yield from paths(value, (*above, name))


# What may be left out: an environment takes lines of a search out, attribution has defaults.
FREE = {("tuning", "space"), ("tuning", "trial_changes"), ("interpretability", "attribution")}
# Whose keys are a person's own: any column of a table.
ANY_KEY = {("error_analysis", "bands"), ("external_validation", "bands")}
NULLABLE = {
    ("recalibration", "prevalence"),
    ("external_validation", "bits_stored"),
    ("tuning", "ray_address"),
    ("tuning", "storage_path"),
    ("training", "ray_address"),
    ("data_processing", "ray_address"),
    ("data_processing", "storage_path"),
    ("data_processing", "bits_stored"),
    ("prediction", "ray_address"),
    ("prediction", "bits_stored"),
}


def message(check, tree):
    """'sound', or the kind of mistake; asserts that it is one clear sentence each."""
    try:
        check(tree, {})
    except BadParameters as error:
        sentences = str(error).splitlines()
        assert sentences
        for sentence in sentences:
            assert sentence.endswith((".", "?"))
            assert "validation error" not in sentence
            assert "Traceback" not in sentence
        return sentences
    return []


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**40), 2**40),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["auto", "none", "1e-3", "۳", "resnet18", "0.5", "[]"]),
    st.lists(st.one_of(st.integers(), st.text(max_size=3), st.none()), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@BY_THE_HUNDRED
@given(st.data())
def test_an_impossible_value_anywhere_is_named_by_its_key(data):
    env = data.draw(st.sampled_from(ENVS))
    path = data.draw(st.sampled_from(list(paths(TREES[env]))))
    value = data.draw(VALUES)
    tree = copy.deepcopy(TREES[env])
    part = tree
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = value
    sentences = message(check_parameters, tree)
    event("sound" if not sentences else "one sentence" if len(sentences) == 1 else "more")
    assert not sentences or any(path[0] in sentence for sentence in sentences)
    if value is None and path not in NULLABLE and path[:2] != ("tuning", "space"):
        assert sentences


@BY_THE_HUNDRED
@given(st.data())
def test_a_key_misspelt_missing_or_out_of_place_is_named(data):
    env = data.draw(st.sampled_from(ENVS))
    tree = copy.deepcopy(data.draw(st.sampled_from([TREES[env], GLOBALS[env]])))
    check = check_globals if "data_root" in tree else check_parameters
    path = data.draw(st.sampled_from(list(paths(tree))))
    part = tree
    for name in path[:-1]:
        part = part[name]
    kind = data.draw(st.sampled_from(("misspelt", "missing", "moved")))
    value = part.pop(path[-1])
    if kind == "misspelt":
        wrong = path[-1] + data.draw(st.sampled_from("sx_2"))
        assume(wrong not in part)  # tuning has a seed and seeds
        part[wrong] = value
    elif kind == "moved":
        tree[f"{path[-1]}_here"] = value
    event(kind)
    sentences = message(check, tree)
    if len(path) > 2 and path[:2] in ANY_KEY and kind != "moved":
        assert not sentences
        return
    if len(path) > 2 and path[:2] in FREE | ANY_KEY:
        wrong = f"{path[-1]}_here" if kind == "moved" else ".".join(path)
        assert kind == "missing" or any(wrong in sentence for sentence in sentences)
        return
    assert any(".".join(path) in sentence for sentence in sentences)
    assert len(sentences) == (1 if kind == "missing" else 2)


@pytest.fixture(scope="module")
def conf(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project") / "conf"
    shutil.copytree(PROJECT / "conf", folder)
    return folder


@settings(
    max_examples=examples(40),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.data())
def test_a_damaged_file_of_conf_is_sound_or_said(conf, data):
    env = data.draw(st.sampled_from(ENVS))
    files = [path for one in {"base", env} for path in sorted((conf / one).rglob("*.yml"))]
    path = data.draw(st.sampled_from(files))
    whole = path.read_bytes()
    changed, kind = data.draw(damaged(whole))
    try:
        path.write_bytes(changed)
        outcome = _outcome(conf, env)
    finally:
        path.write_bytes(whole)
    event(outcome)
    if kind == "none":
        assert outcome == "sound"


MESSAGES = ("is no YAML", "can't be read as YAML", "should hold keys", "can't be loaded")


def _outcome(conf: Path, env: str) -> str:
    try:
        loaded = loader(conf, env)
        ParameterHooks().after_context_created(SimpleNamespace(config_loader=loaded, env=env))
        loaded["catalog"]
    except click.ClickException as error:
        sentences = error.message.splitlines()
        assert all(sentence.endswith((".", "?")) for sentence in sentences)
        assert "Traceback" not in error.message
        return next((message for message in MESSAGES if message in error.message), "a parameter")
    return "sound"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("training: [1", "more.yml is no YAML in line 2: "),
        ("- a\n- b", "more.yml should hold keys and values; it is a list."),
        ("just words", "'just words' (conf/published/parameters/more.yml) is not known"),
        ("3", "more.yml can't be read as YAML: "),
        ("training:\n\tepochs: 1", "more.yml is no YAML in line 2: "),
        (
            "training: {seed: 1, seed: 2}",
            "more.yml is no YAML in line 1: found duplicate key seed.",
        ),
        ("x: ${globals:imagesize}", "Globals key 'imagesize' not found"),
        ("data_processing: {split_method: image}", "Duplicate keys found in "),
        ("training: 3", "'training' (conf/published/parameters/more.yml) is 3; it should hold "),
        (
            "training: {epoch: 3}",
            "'training.epoch' (conf/published/parameters/more.yml) is not known",
        ),
        (
            "training: {seed: yes}",
            "'training.seed' (conf/published/parameters/more.yml) is True; it sh",
        ),
        ("training: {head_learning_rate: .inf}", "is inf; it should be a finite number."),
    ],
)
def test_a_mistake_in_a_file_is_said_with_the_file(conf, text, expected):
    path = conf / "published" / "parameters" / "more.yml"
    path.write_text(text, encoding="utf8")
    try:
        loaded = loader(conf, "published")
        with pytest.raises(click.ClickException) as caught:
            ParameterHooks().after_context_created(
                SimpleNamespace(config_loader=loaded, env="published")
            )
    except click.ClickException as error:
        assert expected in error.message
    else:
        assert expected in caught.value.message
    finally:
        path.unlink()


@pytest.mark.parametrize(
    ("path", "text", "given_there", "expected"),
    [
        (
            "parameters/more.yml",
            "data_processing: []",
            {},
            "Parameter 'data_processing' (conf/published/parameters/more.yml) is a list; it should "
            "hold keys and values, as in conf/base/parameters/data_processing.yml.",
        ),
        (
            "globals.json",
            '{"class_names": {"A": 1}}',
            {},
            "Parameter 'class_names' (conf/published/globals.json) holds keys and values; it "
            "should be a list, as in conf/base/globals.yml.",
        ),
        (
            "parameters/more.yml",
            "tuning: {space: {dropout: null}}",
            {"tuning": {"space": {"learning_rate": {"low": "abc"}}}},
            "Parameter 'tuning.space.learning_rate' (--params) holds keys and values; it should be "
            "a list, as in conf/base/parameters/tuning.yml.",
        ),
    ],
)
def test_a_list_for_keys_and_values_and_the_reverse_are_named(
    conf, path, text, given_there, expected
):
    file = conf / "published" / path
    file.write_text(text, encoding="utf8")
    try:
        with pytest.raises(click.ClickException) as caught:
            loader(conf, "published", runtime_params=given_there)
    finally:
        file.unlink()
    assert caught.value.message == expected


@pytest.mark.parametrize("suffix", ["yml", "yaml", "json"])
def test_globals_are_read_whatever_their_suffix(conf, suffix):
    path = conf / "local" / f"globals.{suffix}"
    path.parent.mkdir(exist_ok=True)
    path.write_text('{"seed": 77}', encoding="utf8")
    try:
        assert loader(conf, "local")["globals"]["seed"] == 77
    finally:
        path.unlink()


def test_a_misspelt_global_and_an_unknown_environment_are_named(conf):
    path = conf / "demo" / "globals.yml"
    whole = path.read_text(encoding="utf8")
    path.write_text(whole + "imagesize: 64\n", encoding="utf8")
    try:
        with pytest.raises(
            click.ClickException, match=r"'imagesize' \(conf/demo/globals.yml\) .* 'imag"
        ):
            ParameterHooks().after_context_created(
                SimpleNamespace(config_loader=loader(conf, "demo"), env="demo")
            )
    finally:
        path.write_text(whole, encoding="utf8")
    with pytest.raises(
        click.ClickException,
        match=r"no environment 'dmeo' in .*; did you mean 'demo'\? There are base",
    ):
        loader(conf, "dmeo")


def test_an_archive_with_a_list_where_keys_belong_is_a_sentence(tmp_path):
    shutil.copytree(PROJECT / "conf", tmp_path / "packed" / "conf")
    (tmp_path / "packed/conf/test/parameters/more.yml").write_text("training: [1]\n")
    archive = shutil.make_archive(str(tmp_path / "conf"), "gztar", tmp_path / "packed", "conf")
    with pytest.raises(click.ClickException, match=r"conf\.tar\.gz .*is a list in another"):
        loader(archive, "test")["parameters"]
