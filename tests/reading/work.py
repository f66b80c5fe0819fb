"""How much work is a reading? The steps that its regular expressions take, and the lines of code that run.

A count, not a time: the same on every machine. Each pattern that the reader uses is played by a backtracking matcher
over the very tree that Python's own engine compiles (`re._parser`), so that a step here is a step there, save for the
shortcuts that the engine knows. What it finds is compared with what Python finds.
"""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from re import _compiler as compiler  # type: ignore[attr-defined]
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import FrameType, ModuleType
from typing import Any

import pytest

_COUNTED = ("search", "match", "fullmatch", "finditer", "findall", "sub", "split")
_WORD = re.compile(r"\w")
Ends = Iterator[int]
Matcher = Callable[[str, int], Ends]
"""Where a match that begins here may end, the engine's first choice first."""


class Work:
    """What has been counted so far."""

    steps = 0
    lines = 0

    @property
    def total(self) -> int:
        return self.steps + self.lines


class CountedPattern:
    """A compiled pattern that counts before it does what it is asked."""

    def __init__(self, pattern: re.Pattern[Any], work: Work) -> None:
        self._pattern, self._work = pattern, work

    def __getattr__(self, name: str) -> Any:
        done = getattr(self._pattern, name)
        if name not in _COUNTED:
            return done

        def counted(*arguments: Any, **more: Any) -> Any:
            text = arguments[1] if name == "sub" else arguments[0]
            places = [one for one in arguments[1:3] if isinstance(one, int)] if name in {"search", "match"} else []
            if isinstance(text, str):
                whole = name == "fullmatch"
                self._work.steps += steps(
                    self._pattern, text, *places, at_once=name in {"match", "fullmatch"}, whole=whole
                )
            return done(*arguments, **more)

        return counted


class CountedRe:
    """The module `re` as the reader sees it while its work is counted."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def compile(self, pattern: str, flags: int = 0) -> CountedPattern:
        return CountedPattern(re.compile(pattern, flags), self._work)

    def __getattr__(self, name: str) -> Any:
        if name not in _COUNTED:
            return getattr(re, name)

        def counted(pattern: str, *arguments: Any, flags: int = 0, **more: Any) -> Any:
            return getattr(self.compile(pattern, flags), name)(*arguments, **more)

        return counted


@contextmanager
def counted(modules: list[ModuleType]) -> Iterator[Work]:
    """Count what the code of these modules does."""
    work = Work()
    files = {module.__file__ for module in modules}

    def line(_: FrameType, event: str, __: object) -> Any:
        work.lines += event == "line"
        return line

    def call(frame: FrameType, _: str, __: object) -> Any:
        return line if frame.f_code.co_filename in files else None

    with pytest.MonkeyPatch.context() as patch:
        for module in modules:
            _clear_caches(module)
            for name, value in vars(module).copy().items():
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                    patch.setattr(module, name, CountedPattern(value, work))
            if "re" in vars(module):
                patch.setattr(module, "re", CountedRe(work))
        before = sys.gettrace()
        sys.settrace(call)
        try:
            yield work
        finally:
            sys.settrace(before)
    for module in modules:
        _clear_caches(module)


def _clear_caches(module: ModuleType) -> None:
    for value in vars(module).values():
        if hasattr(value, "cache_clear"):
            value.cache_clear()


def steps(
    pattern: re.Pattern[str], text: str, begin: int = 0, end: int | None = None, *, at_once: bool, whole: bool
) -> int:
    """The steps that one call takes: for a search, from every place until the text ends, match behind match."""
    player = _player(pattern.pattern, pattern.flags)
    return player.play(text[:end], begin, at_once=at_once, whole=whole)


@cache
def _player(pattern: str, flags: int) -> "Player":
    return Player(pattern, flags)


class Player:
    """One pattern, played."""

    def __init__(self, pattern: str, flags: int) -> None:
        tree = parser.parse(pattern, flags)
        self.flags = tree.state.flags
        self.taken = 0
        self.groups: dict[int, tuple[int, int]] = {}
        self._compiled = re.compile(pattern, flags)
        self._matcher = self._sequence(list(tree))

    def play(self, text: str, begin: int, *, at_once: bool, whole: bool) -> int:
        self.taken = 0
        place = begin
        while place <= len(text):
            end = next((one for one in self._matcher(text, place) if not whole or one == len(text)), None)
            if at_once:
                break
            place = place + 1 if end is None or end == place else end
        return self.taken

    def ends(self, text: str) -> int | None:
        """Where a match from the beginning ends; to be held to Python's own."""
        return next(self._matcher(text, 0), None)

    def _sequence(self, nodes: list[Any]) -> Matcher:
        parts = [self._node(kind, value) for kind, value in nodes]

        def run(text: str, place: int, number: int = 0) -> Ends:
            if number == len(parts):
                yield place
                return
            for end in parts[number](text, place):
                yield from run(text, end, number + 1)

        return run

    def _node(self, kind: Any, value: Any) -> Matcher:
        if kind in {op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN}:
            return self._letter(self._fits(kind, value))
        return {
            op.BRANCH: self._branch,
            op.SUBPATTERN: self._group,
            op.MAX_REPEAT: lambda given: self._repeat(given, greedy=True),
            op.MIN_REPEAT: lambda given: self._repeat(given, greedy=False),
            op.AT: self._at,
            op.ASSERT: lambda given: self._look(given, wanted=True),
            op.ASSERT_NOT: lambda given: self._look(given, wanted=False),
            op.GROUPREF: self._again,
        }[kind](value)

    def _letter(self, fits: Callable[[str], bool]) -> Matcher:
        def run(text: str, place: int) -> Ends:
            self.taken += 1
            if place < len(text) and fits(text[place]):
                yield place + 1

        return run

    def _fits(self, kind: Any, value: Any) -> Callable[[str], bool]:
        """Does one letter fit? Python's own engine answers, once a letter."""
        alone = parser.SubPattern(parser.State(), [(kind, value)])
        alone.state.flags = self.flags
        one = _compiled(alone, self.flags)
        return lru_cache(maxsize=None)(lambda letter: one.match(letter) is not None)

    def _branch(self, value: Any) -> Matcher:
        ways = [self._sequence(list(way)) for way in value[1]]
        heads = [next(iter(way), None) for way in map(list, value[1])]
        fits = [self._fits(*head) if head and head[0] in {op.LITERAL, op.IN} else None for head in heads]

        def run(text: str, place: int) -> Ends:
            letter = text[place : place + 1]
            self.taken += 1
            for way, head in zip(ways, fits, strict=True):
                if head is None or (letter and head(letter)):  # as the engine looks before it enters a branch
                    yield from way(text, place)

        return run

    def _group(self, value: Any) -> Matcher:
        number, inner = value[0], self._sequence(list(value[3]))

        def run(text: str, place: int) -> Ends:
            for end in inner(text, place):
                if number is not None:
                    self.groups[number] = (place, end)
                yield end

        return run

    def _again(self, number: int) -> Matcher:
        def run(text: str, place: int) -> Ends:
            self.taken += 1
            begin, end = self.groups.get(number, (0, -1))
            if end >= begin and text.startswith(text[begin:end], place):
                yield place + end - begin

        return run

    def _repeat(self, value: Any, *, greedy: bool) -> Matcher:
        least, most, body = int(value[0]), value[1], list(value[2])
        most = sys.maxsize if most is op.MAXREPEAT else int(most)
        if len(body) == 1 and body[0][0] in {op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN} and greedy:
            return self._letters(least, most, self._fits(*body[0]))
        inner = self._sequence(body)

        def run(text: str, place: int, done: int = 0) -> Ends:
            if not greedy and done >= least:
                yield place
            if done < most:
                for end in inner(text, place):
                    if end > place:
                        yield from run(text, end, done + 1)
                    elif done >= least:
                        break
                    else:
                        yield end
            if greedy and done >= least:
                yield place

        return run

    def _letters(self, least: int, most: int, fits: Callable[[str], bool]) -> Matcher:
        def run(text: str, place: int) -> Ends:
            end = place
            while end < len(text) and end - place < most and fits(text[end]):
                end += 1
            self.taken += 1 + end - place
            for one in range(end, place + least - 1, -1):
                self.taken += 1
                yield one

        return run

    def _at(self, where: Any) -> Matcher:
        def run(text: str, place: int) -> Ends:
            self.taken += 1
            if self._stands(where, text, place):
                yield place

        return run

    def _stands(self, where: Any, text: str, place: int) -> bool:
        if where in {op.AT_BEGINNING, op.AT_BEGINNING_STRING}:
            many = self.flags & re.MULTILINE and where is op.AT_BEGINNING
            return place == 0 or bool(many and text[place - 1] == "\n")
        if where is op.AT_END:
            many = bool(self.flags & re.MULTILINE)
            return place == len(text) or (text[place] == "\n" and (many or place == len(text) - 1))
        if where is op.AT_END_STRING:
            return place == len(text)
        is_word = re.compile(r"\w", self.flags & re.ASCII)
        sides = [
            bool(side and is_word.match(side)) for side in (text[max(0, place - 1) : place], text[place : place + 1])
        ]
        return (sides[0] != sides[1]) is (where is op.AT_BOUNDARY)

    def _look(self, value: Any, *, wanted: bool) -> Matcher:
        direction, inner = value[0], self._sequence(list(value[1]))
        back = value[1].getwidth()[0] if direction < 0 else 0

        def run(text: str, place: int) -> Ends:
            self.taken += 1
            holds = place >= back and any(True for _ in inner(text, place - back))
            if holds is wanted:
                yield place

        return run


def _compiled(tree: Any, flags: int) -> re.Pattern[str]:
    return compiler.compile(tree, flags & ~re.DEBUG)  # type: ignore[no-any-return]
