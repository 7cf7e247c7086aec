"""Results at their edges: the numbers of a result, drawn anew where results become strange."""

from hypothesis import strategies as st

# Nothing, chance, ties with each other and with the values of samples, everything.
EDGES = (0.0, 0.444, 0.5, 0.6, 1.0)
COUNTS = st.sampled_from([1, 2, 3, 30, 1234])
SHARES = st.sampled_from(EDGES) | st.floats(0, 1)
NOTHING = {"value": None, "low": None, "high": None}


@st.composite
def intervals(draw, numbers=SHARES):
    """A value with an interval around it, one without an interval, and one that is not known."""
    kind = draw(st.sampled_from(["whole", "whole", "alone", "nothing"]))
    if kind == "nothing":
        return dict(NOTHING)
    low, value, high = sorted(draw(numbers) for _ in range(3))
    if kind == "alone":
        return {"value": value, "low": None, "high": None}
    return {"value": value, "low": low, "high": high}


def redrawn(sample):
    """The same structure with other numbers; texts, names and None stay.

    Counts are at least one, other numbers shares: a caller draws anew what has other limits.
    """
    if isinstance(sample, dict):
        if sample.keys() >= {"value", "low", "high"}:
            others = {key: one for key, one in sample.items() if key not in NOTHING}
            return st.builds(lambda one, more: more | one, intervals(), redrawn(others))
        return st.fixed_dictionaries({key: redrawn(one) for key, one in sample.items()})
    if isinstance(sample, list):
        return st.tuples(*map(redrawn, sample)).map(list)
    if isinstance(sample, bool):
        return st.booleans()
    if isinstance(sample, int):
        return COUNTS
    if isinstance(sample, float):
        return SHARES
    return st.just(sample)
