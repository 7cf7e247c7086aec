"""Every environment's parameters are sound, and a mistake is reported in one sentence."""

import copy

import pytest
from configured import load
from hypothesis import given
from hypothesis import strategies as st

from chest_xray.errors import BadParameters
from chest_xray.parameters import check_parameters


@pytest.mark.parametrize("env", ["base", "demo", "cpu", "published", "test"])
def test_every_environment_is_sound(env):
    assert check_parameters(load(env), {}).training.epochs >= 1


@pytest.mark.parametrize("env", ["base", "demo", "cpu", "published", "test"])
def test_another_number_of_epochs_is_all_that_has_to_be_said(env):
    tree = load(env)
    tree["training"]["epochs"] = 3
    assert check_parameters(tree, {}).training.epochs == 3


BASE = load("base")
NAMES = [(part, name) for part in BASE for name in BASE[part]]


@given(st.sampled_from(NAMES), st.sampled_from("xyz"))
def test_a_misspelt_key_is_named(place, letter):
    part, name = place
    tree = copy.deepcopy(BASE)
    tree[part][name + letter] = tree[part][name]
    with pytest.raises(BadParameters, match=f"'{part}.{name}{letter}' is not known; did you mean"):
        check_parameters(tree, {})


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("epochs", 0, "'training.epochs' (--params) is 0; it should be greater than or equal to 1"),
        (
            "backbone",
            "vgg",
            "'training.backbone' (--params) is 'vgg'; it should be 'auto', 'resnet18'",
        ),
        ("dropout", 1.5, "'training.dropout' (--params) is 1.5; it should be less than 1"),
        ("epochs_frozen", 12, "epochs_frozen is 12 of 12 epochs"),
        ("weights", "", "is ''; it should have at least 1 character."),
        (
            "progressive_image_sizes",
            [],
            "is []; it should have at least 1 item after validation, not 0.",
        ),
        (1, 2, "Parameter 'training.1' (--params) is not known; leave it out."),
    ],
)
def test_an_impossible_value_is_said_with_what_is_allowed(key, value, message):
    tree = copy.deepcopy(BASE)
    tree["training"][key] = value
    with pytest.raises(BadParameters) as caught:
        check_parameters(tree, {f"training.{key}": "--params"})
    assert message in str(caught.value)


def test_a_parameter_of_an_earlier_version_is_told_its_name_of_today():
    tree = copy.deepcopy(BASE)
    tree["prediction"]["rare_percent"] = 0.1
    with pytest.raises(BadParameters) as caught:
        check_parameters(tree, {"prediction.rare_percent": "--params"})
    assert str(caught.value) == (
        "Parameter 'prediction.rare_percent' (--params) is now "
        "'data_processing.film_warning_percent'."
    )


def test_both_limits_of_a_number_that_may_be_auto_are_said():
    tree = copy.deepcopy(BASE)
    tree["process"]["threads"] = 2000
    with pytest.raises(BadParameters, match="'auto' or a whole number of at least 1 and at most 1"):
        check_parameters(tree, {})


@pytest.mark.parametrize("group", ["tuning", "data_processing"])
@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("", "should be a folder, or the address of a bucket"),
        ("hdfs://host/path", "should be a folder, or the address of a bucket: s3://BUCKET/PATH or"),
        ("s3://", "should be a folder, or the address of a bucket"),
        ("s3://KEY:SECRET@bucket/path", "should hold no keys; give them by the environment"),
        ("/shared/states", None),
        ("C:/states", None),
        ("s3://bucket/path?endpoint_override=127.0.0.1:9000&scheme=http", None),
        ("gs://anonymous@bucket/path", None),
    ],
)
def test_storage_is_a_folder_or_the_address_of_a_bucket_without_keys(group, place, message):
    tree = copy.deepcopy(BASE)
    tree[group]["storage_path"] = place
    if message is None:
        assert getattr(check_parameters(tree, {}), group).storage_path == place
    else:
        with pytest.raises(BadParameters, match=message):
            check_parameters(tree, {})


@pytest.mark.parametrize("key", ["radiographs_path", "radiograph_table", "lesion_masks"])
@pytest.mark.parametrize("value", [None, "", 5])
def test_a_path_that_is_none_is_refused(key, value):
    with pytest.raises(BadParameters, match=rf"'{key}' \(--params\) is .*; it should "):
        check_parameters(BASE | {key: value}, {key: "--params"})
    assert check_parameters(BASE | {key: "films"}, {})


@pytest.mark.parametrize(
    ("place", "name", "value", "new"),
    [
        (("training", "augmentation"), "contrast", 0.2, ("gain", "mean_contrast")),
        (
            ("tuning", "space"),
            "augmentation.contrast",
            ["uniform", 0, 0.4],
            ("gain", "mean_contrast"),
        ),
        (("tuning", "trial_changes"), "augmentation.contrast", 0.1, ("gain", "mean_contrast")),
        (("phantoms",), "exposure_with_class", 0.5, ("brightness_with_class",)),
    ],
)
def test_a_renamed_parameter_stops_the_run_with_one_message_that_has_its_new_names(
    place, name, value, new
):
    tree = copy.deepcopy(BASE)
    part = tree
    for step in place:
        part = part[step]
    part[name] = value
    key = ".".join((*place, name))
    with pytest.raises(BadParameters) as caught:
        check_parameters(tree, {key: "--params"})
    message = str(caught.value)
    assert message.startswith(f"Parameter '{key}' (--params) is now '{new[0]}'")
    assert all(f"'{one}'" in message for one in new)
    assert "\n" not in message


@pytest.mark.parametrize("part", ["training", "tuning"])
def test_the_published_split_is_trained_on_as_a_laptop_trains(part):
    # Its threshold is for a stated sensitivity.
    published, cpu = ({**load(env)[part], "threshold": None} for env in ("published", "cpu"))
    assert published == cpu
    assert load("published")["training"]["threshold"]["policy"] == "sensitivity"
    assert load("published")["data_processing"]["image_size"] == 128
    assert load("published")["data_processing"]["split_method"] == "published_test"
