"""A search space is one line per hyperparameter; a mistake in it is named before anything runs."""

import copy

import pytest
from configured import load
from hypothesis import given
from hypothesis import strategies as st

from chest_xray.errors import BadParameters
from chest_xray.parameters import check_parameters
from chest_xray.parameters.search_space import Hyperparameter, decode, encode, grid, with_setting

BASE = load("base")


def line(*values):
    return Hyperparameter.model_validate(list(values))


numbers = st.floats(0.001, 10)
lines = st.one_of(
    st.tuples(numbers, numbers)
    .filter(lambda ends: ends[0] < ends[1])
    .flatmap(
        lambda ends: st.sampled_from(["uniform", "loguniform"]).map(lambda kind: line(kind, *ends))
    ),
    st.lists(st.lists(st.integers(1, 9)), min_size=2, unique_by=str).map(
        lambda values: line("choice", *values)
    ),
)


@given(st.dictionaries(st.sampled_from(["dropout", "augmentation.scale", "head_sizes"]), lines))
def test_a_setting_survives_the_searcher(space):
    setting = {name: one.ends[0] for name, one in space.items()}
    assert decode(space, encode(space, setting)) == setting


def test_a_setting_changes_only_what_it_names():
    training = BASE["training"]
    changed = with_setting(training, {"augmentation.scale": 0.3, "head_sizes": [5]})
    assert changed["augmentation"]["scale"] == 0.3
    assert changed["head_sizes"] == [5]
    assert changed["augmentation"]["gain"] == training["augmentation"]["gain"]
    assert training["head_sizes"] != [5]


def test_a_grid_has_every_combination_once():
    space = {"epochs_frozen": line("integer", 0, 2), "head_sizes": line("choice", [], [8])}
    settings = grid(space)
    assert len(settings) == 6
    assert len({str(setting) for setting in settings}) == 6
    assert {"epochs_frozen": 2, "head_sizes": []} in settings


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"learning_rat": ["loguniform", 0.1, 1]},
            "'tuning.space.learning_rat' (here.yml) is not known; did you mean 'learning_rate'?",
        ),
        ({"seed": ["integer", 1, 9]}, "'tuning.space.seed' (here.yml) is not for a search"),
        (
            {"progressive_fraction": ["uniform", 0, 0.5]},
            "'tuning.space.progressive_fraction' (here.yml) is not for",
        ),
        ({"learning_rate": ["loguniform", 0.003, 0.0002]}, "holds nothing to choose from"),
        ({"learning_rate": ["normal", 0, 1]}, "should be one of [uniform, LOW, HIGH]"),
        (
            {"dropout": ["uniform", 0, 1.5]},
            "'tuning.space.dropout' (here.yml) allows 1.5, which training refuses: dropout should "
            "be less than 1",
        ),
        ({"backbone": ["choice", "resnet18", "vgg"]}, "allows 'vgg', which training refuses"),
        ({"backbone": ["choice", "resnet18", "auto"]}, "a trial needs a backbone by its name"),
        ({"epochs_frozen": ["integer", 0, 4]}, "epochs_frozen is 4 of 4 epochs"),
        ({"batch_size": ["uniform", 8, 32]}, "refuses: batch_size should be a valid integer"),
        ({"augmentation.mirror": ["uniform", 0, 1]}, "refuses: augmentation.mirror"),
        ({"dropout": ["choice", 0.1, 0.1]}, "at least two VALUEs that differ"),
    ],
)
def test_a_mistake_names_the_line(change, message):
    tree = copy.deepcopy(BASE)
    tree["tuning"]["space"] |= change
    sources = dict.fromkeys(
        ["tuning.space", *(f"tuning.space.{name}" for name in change)], "here.yml"
    )
    with pytest.raises(BadParameters) as caught:
        check_parameters(tree, sources)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"searcher": "grid"}, "'tuning.space.learning_rate' is loguniform, which has no end"),
        ({"trial_changes": {"epoch": 3}}, "'tuning.trial_changes.epoch' is not known; did you"),
        (
            {"trial_changes": {"epochs": 1, "progressive_fraction": 0}},
            "'tuning.trial_changes' makes a training that is",
        ),
        (
            {"trial_changes": {"epochs": 4, "progressive_fraction": 0.5}},
            "'tuning.trial_changes' lets images grow in a trial (progressive_fraction 0.5)",
        ),
        (
            {"trial_changes": {"backbone": "auto", "progressive_fraction": 0}},
            "a trial needs a backbone by its name",
        ),
        ({"trial_image_size": 999}, "'tuning.trial_image_size' is 999; at most"),
        ({"space": {}}, "'tuning.space' names nothing to search"),
        (
            {
                "space": {"epochs": ["integer", 8, 12], "epochs_frozen": ["integer", 0, 8]},
                "trial_changes": {"epochs": 12, "progressive_fraction": 0},
            },
            "'tuning.space' allows {'epochs': 8, 'epochs_frozen': 8}, which training refuses",
        ),
    ],
)
def test_a_search_that_cannot_be_is_refused(change, message):
    tree = copy.deepcopy(BASE)
    tree["tuning"] |= change
    with pytest.raises(BadParameters) as caught:
        check_parameters(tree, {})
    assert message in str(caught.value)
