"""What external validation is asked for is checked before any film is read."""

import copy

import pytest
from configured import GLOBALS, TREES

from chest_xray.errors import BadParameters
from chest_xray.parameters import check_globals, check_parameters
from chest_xray.parameters.checks import refuse_other_places


def given(key, value):
    """The whole tree with another value of a key."""
    tree = copy.deepcopy(TREES["base"])
    tree["external_validation"][key] = value
    return check_parameters(tree, {})


def test_the_name_comes_from_the_globals():
    assert (
        given("model", "tuned").external_validation.name
        == GLOBALS["base"]["external_name"]
        == "elsewhere"
    )


@pytest.mark.parametrize("name", ["nih_adults", "site-2", "A"])
def test_a_name_of_letters_digits_hyphen_and_underscore_is_taken(name):
    assert given("name", name).external_validation.name == name
    assert check_globals(GLOBALS["base"] | {"external_name": name}, {}).external_name == name


@pytest.mark.parametrize("name", ["", "nih adults", "../nih", "a.b", "Zürich", "nih\n"])
def test_a_name_that_is_no_plain_folder_is_refused_with_what_is_allowed(name):
    message = r"external_validation.name' is .*; it should have letters .*, digits, - and _ only"
    with pytest.raises(BadParameters, match=message):
        given("name", name)
    with pytest.raises(BadParameters, match=r"'external_name' is .* digits, - and _ only"):
        check_globals(GLOBALS["base"] | {"external_name": name}, {})


@pytest.mark.parametrize("ends", [[40, 18], [18, 18], []])
def test_bands_are_given_by_ascending_ends(ends):
    with pytest.raises(BadParameters, match=r"external_validation\.bands\.age"):
        given("bands", {"age": ends})


@pytest.mark.parametrize("key", ["name", "radiographs_path", "table", "lesion_masks"])
def test_a_place_that_the_catalog_can_not_see_is_refused(key):
    everywhere = check_globals(GLOBALS["base"], {})
    parameters = given(key, "mine")
    message = (
        rf"external_validation\.{key} is 'mine' and external_{key} of globals\.yml is '.*'; set"
    )
    with pytest.raises(BadParameters, match=message):
        refuse_other_places(parameters, everywhere, {})
    with pytest.raises(BadParameters, match=message):
        refuse_other_places(parameters, everywhere, {"external_validation": {"model": "tuned"}})
    # With --params, and where globals.yml says the same, the catalog sees it.
    refuse_other_places(parameters, everywhere, {"external_validation": {key: "mine"}})
    shared = check_globals(GLOBALS["base"] | {f"external_{key}": "mine"}, {})
    refuse_other_places(parameters, shared, {})
