"""How does a large mapping get a few entries more, and stay what it was for whoever holds it?

A round's state is a value: it never changes, and the next one is made of it by some mail that left or some reply that
came. Copied each time, a round would cost the square of its people. Here the few newest entries lie in a dictionary of
their own over the large one, which many states share; when they have become many, relative to it, the two are made one.
Pure.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping, Set, ValuesView
from typing import Any, TypeVar, overload

D = TypeVar("D")
K = TypeVar("K")
V = TypeVar("V")

_ABSENT: Any = object()


class Layered(Mapping[K, V]):
    """A mapping in the order in which its keys came first. Neither dictionary is changed once it is given here."""

    __slots__ = ("_above", "_below")

    def __init__(self, below: dict[K, V] | None = None, above: dict[K, V] | None = None) -> None:
        self._below: dict[K, V] = {} if below is None else below
        self._above: dict[K, V] = {} if above is None else above

    def changed(self, entries: Mapping[K, V], gone: Set[K] = frozenset()) -> Layered[K, V]:
        """With these entries, the ones that are there already in their old places, and without those that are gone.
        To take away costs a copy of all: it is for what seldom happens."""
        if gone:
            return Layered({key: value for key, value in {**self._whole(), **entries}.items() if key not in gone})
        if not entries:
            return self
        above = {**self._above, **entries}
        # Copies of the small dictionary, and of the large one whenever the small one is full, then cost about as much.
        if len(above) ** 2 > len(self._below):
            return Layered({**self._below, **above})
        return Layered(self._below, above)

    def _whole(self) -> dict[K, V]:
        if self._above:
            # For every reader the same as before, whichever of the two it sees first.
            self._below = {**self._below, **self._above}
            self._above = {}
        return self._below

    def __getitem__(self, key: K) -> V:
        found: V = self._above.get(key, _ABSENT)
        return self._below[key] if found is _ABSENT else found

    @overload
    def get(self, key: K) -> V | None: ...
    @overload
    def get(self, key: K, default: V | D) -> V | D: ...
    def get(self, key: K, default: Any = None) -> Any:
        found = self._above.get(key, _ABSENT)
        return self._below.get(key, default) if found is _ABSENT else found

    def __contains__(self, key: object) -> bool:
        return key in self._above or key in self._below

    def __iter__(self) -> Iterator[K]:
        return iter(self._whole())

    def __len__(self) -> int:
        above, below = self._above, self._below  # in this order: another thread may be making the two one
        return len(below) + sum(key not in below for key in above)

    def items(self) -> ItemsView[K, V]:
        return self._whole().items()

    def values(self) -> ValuesView[V]:
        return self._whole().values()

    def __repr__(self) -> str:
        return f"Layered({self._whole()!r})"
