"""Clocks are fair, and work in another process answers or says why not."""

import os
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chest_xray.deploying.timing import alternate, ratio_of_medians, summarize
from chest_xray.errors import BadImage, BadQuantization
from chest_xray.machine.subprocesses import run_apart
from chest_xray.parameters import TimingParameters

PARAMETERS = TimingParameters(warm_up=2, repetitions=6, batch_sizes=[1])


def test_runs_take_turns_and_neither_always_comes_first():
    order = []
    times = alternate(
        {name: lambda name=name: order.append(name) for name in "ab"},
        batch=1,
        parameters=PARAMETERS,
    )
    assert order[:4] == ["a", "a", "b", "b"]
    assert order[4:] == list("abbaabbaabba")
    assert {name: len(values) for name, values in times.items()} == {"a": 6, "b": 6}


@given(st.floats(1.1, 20), st.integers(0, 9), st.booleans())
def test_a_known_ratio_lies_in_its_interval(factor, seed, paired):
    fast = np.random.default_rng(seed).uniform(0.9, 1.1, 50)
    ratio = ratio_of_medians(fast * factor, fast, paired, seed)
    assert ratio["low"] <= ratio["value"] * (1 + 1e-9)
    assert ratio["high"] >= ratio["value"] * (1 - 1e-9)
    assert ratio["value"] == pytest.approx(factor)
    if paired:
        assert ratio["high"] - ratio["low"] < 1e-9 * factor


def test_a_summary_counts_the_images_of_a_batch():
    message = summarize(np.array([0.1, 0.1, 0.4]), batch=8)
    assert message["median_ms"] == pytest.approx(100)
    assert message["mean_ms"] == pytest.approx(200)
    assert message["images_per_second"] == pytest.approx(80)


def environment_of(name):
    return os.environ.get(name)


def refuse():
    raise BadImage("not this one")


def die():
    os._exit(7)


def test_another_process_answers_refuses_dies_or_is_too_slow():
    message = run_apart(environment_of, "SET_THERE", seconds=60, environment={"SET_THERE": "yes"})
    assert message == "yes"
    assert "SET_THERE" not in os.environ
    with pytest.raises(BadImage, match="not this one"):
        run_apart(refuse, seconds=60)
    with pytest.raises(BadQuantization, match=r"die ended without a result \(exit code 7\)"):
        run_apart(die, seconds=60)
    with pytest.raises(BadQuantization, match=r"sleep took longer than 0\.1 s"):
        run_apart(time.sleep, 60, seconds=0.1)
