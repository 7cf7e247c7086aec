"""What keeps Ray from running a trial is reported in one sentence."""

from types import SimpleNamespace

from ray.exceptions import RayActorError

from chest_xray.tuning import engine


def test_a_killed_trial_is_told_in_words_and_another_by_its_last_line():
    killed = SimpleNamespace(get_pickled_error=lambda: RayActorError())
    assert engine._last_line(killed).startswith("its process was killed, as the system does")
    other = SimpleNamespace(
        get_pickled_error=lambda: ValueError("no"), get_error=lambda: "Traceback\nValueError: no\n"
    )
    assert engine._last_line(other) == "ValueError: no"
