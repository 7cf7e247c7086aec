"""Every known number is in one band, and each of three bands has about a third of them."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from chest_xray.evaluating.bands import as_written, band_of, thirds

NUMBERS = st.lists(st.floats(-1e6, 1e6).map(lambda one: round(one, 3)), min_size=1, max_size=60)


@given(NUMBERS)
def test_bands_are_in_order_and_none_but_missing_cells_are_in_no_band(numbers):
    cells = pd.Series([*numbers, np.nan])
    edges = thirds(cells.dropna())
    bands = band_of(cells, edges)
    assert bands.iloc[-1] == -1
    assert bands.iloc[:-1].between(0, len(edges)).all()
    for band, edge in enumerate(edges):
        assert ((cells < float(edge)) == (bands <= band))[cells.notna()].all()


def test_three_bands_of_different_numbers_have_a_third_each():
    numbers = pd.Series(range(300))
    assert band_of(numbers, thirds(numbers)).value_counts().between(98, 102).all()


def test_an_edge_belongs_to_the_band_above_and_is_written_as_short_as_it_can_be():
    assert band_of(pd.Series([17.9, 18, 40, np.nan]), ["18", "40"]).tolist() == [0, 1, 2, -1]
    assert [as_written(one) for one in (18.0, 0.5, "AP")] == ["18", "0.5", "AP"]
