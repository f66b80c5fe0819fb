"""A mapping that is added to without a copy of it all: the same as a dictionary, and what it was for whoever holds it."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.layers import Layered

entries = st.dictionaries(st.integers(0, 30), st.integers(), max_size=8)
steps = st.lists(st.tuples(entries, st.frozensets(st.integers(0, 30), max_size=2)), max_size=30)


@given(steps)
def test_it_has_what_a_dictionary_has_in_the_same_order_and_no_state_ever_changes(
    steps: list[tuple[dict[int, int], frozenset[int]]],
) -> None:
    plain: dict[int, int] = {}
    layered: Layered[int, int] = Layered()
    states = [(layered, plain)]
    for some, gone in steps:
        plain = {key: value for key, value in {**plain, **some}.items() if key not in gone}
        layered = layered.changed(some, gone)
        assert [key in layered for key in range(31)] == [key in plain for key in range(31)]
        assert [layered.get(key) for key in range(31)] == [plain.get(key) for key in range(31)]
        assert len(layered) == len(plain)
        states.append((layered, plain))
    for one, expected in states:
        assert list(one.items()) == list(expected.items())
        assert list(one) == list(expected)
        assert list(one.values()) == list(expected.values())


def test_a_few_entries_more_cost_no_copy_of_all() -> None:
    large = Layered(dict.fromkeys(range(10_000), 0))
    more = large
    for number in range(90):
        more = more.changed({10_000 + number: 1})
    assert more._below is large._below
    assert len(more) == 10_090
