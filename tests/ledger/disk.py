"""A disk whose power is cut: records what a program does to a folder, and then shows every state in which the folder
may legally be found afterwards.

What was synced is there. Of each write that was not synced, nothing, all, a part up to a block's edge, or zeros in its
place. Of the names that were made, changed or taken away in a folder since it was last synced, any, which is more than
a journalling file system would lose. (POSIX fsync(2), rename(2); Pillai et al., "All File Systems Are Not Created
Equal", OSDI 2014.)
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, product
from pathlib import Path
from typing import Any

import pytest

_BLOCK = 512


@dataclass(frozen=True)
class Named:
    """A name came, went (`inode` None), or is a folder's (`inode` 0); `old` is the name that it had before."""

    path: Path
    inode: int | None
    old: Path | None = None


@dataclass(frozen=True)
class Wrote:
    inode: int
    at: int
    data: bytes


@dataclass(frozen=True)
class Emptied:
    inode: int


@dataclass(frozen=True)
class Synced:
    inode: int


@dataclass(frozen=True)
class FolderSynced:
    path: Path


@dataclass(frozen=True)
class Acknowledged:
    """The program was told that something is kept."""

    what: Any


_Step = Named | Wrote | Emptied | Synced | FolderSynced | Acknowledged
_Names = dict[Path, int]
_Contents = dict[int, bytes]


class Disk:
    """Everything that was done below `root`, in order."""

    def __init__(self, root: Path, patch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.steps: list[_Step] = []
        self._numbers = count(1)
        self._inodes: dict[int, int] = {}  # the file system gives a number again that is free; we do not
        self._descriptors: dict[int, tuple[int, int]] = {}  # descriptor: inode, place
        self._real = {name: getattr(os, name) for name in ("open", "write", "fsync", "rename", "unlink", "mkdir")}
        self._real |= {name: getattr(os, name) for name in ("replace", "link")}
        for name in self._real:
            patch.setattr(os, name, getattr(self, f"_{name}"))

    def acknowledge(self, what: Any) -> None:
        self.steps.append(Acknowledged(what))

    def _ours(self, path: Any, more: dict[str, Any]) -> bool:
        return more.get("dir_fd") is None and Path(path).is_relative_to(self.root)

    def _open(self, path: Any, flags: int, mode: int = 0o777, **more: Any) -> int:
        if not self._ours(path, more):
            other: int = self._real["open"](path, flags, mode, **more)
            self._descriptors.pop(other, None)
            return other
        was_there = Path(path).exists()
        descriptor: int = self._real["open"](path, flags, mode, **more)
        facts = os.fstat(descriptor)
        if not stat.S_ISDIR(facts.st_mode):
            if not was_there:
                self._inodes[facts.st_ino] = next(self._numbers)
                self.steps.append(Named(Path(path), self._inodes[facts.st_ino]))
            elif flags & os.O_TRUNC:
                self.steps.append(Emptied(self._inodes[facts.st_ino]))
            if facts.st_ino in self._inodes:
                self._descriptors[descriptor] = self._inodes[facts.st_ino], 0
        return descriptor

    def _write(self, descriptor: int, data: Any) -> int:
        written: int = self._real["write"](descriptor, data)
        if descriptor in self._descriptors:
            inode, place = self._descriptors[descriptor]
            self.steps.append(Wrote(inode, place, bytes(data[:written])))
            self._descriptors[descriptor] = inode, place + written
        return written

    def _fsync(self, descriptor: int) -> None:
        self._real["fsync"](descriptor)
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        if path.is_dir():
            self.steps.append(FolderSynced(path))
        elif descriptor in self._descriptors:
            self.steps.append(Synced(self._descriptors[descriptor][0]))

    def _rename(self, old: Any, new: Any, **more: Any) -> None:
        self._real["rename"](old, new, **more)
        if self._ours(old, more):
            self.steps.append(Named(Path(new), self._inodes[Path(new).stat().st_ino], Path(old)))

    def _replace(self, old: Any, new: Any, **more: Any) -> None:
        self._rename(old, new, **more)

    def _link(self, old: Any, new: Any, **more: Any) -> None:
        self._real["link"](old, new, **more)
        if self._ours(new, more):
            self.steps.append(Named(Path(new), self._inodes[Path(new).stat().st_ino]))

    def _unlink(self, path: Any, **more: Any) -> None:
        self._real["unlink"](path, **more)
        if self._ours(path, more):
            self.steps.append(Named(Path(path), None))

    def _mkdir(self, path: Any, mode: int = 0o777, **more: Any) -> None:
        self._real["mkdir"](path, mode, **more)
        if self._ours(path, more):
            self.steps.append(Named(Path(path), 0))

    def states(self) -> Iterator[tuple[list[Any], list[Any], _Names, _Contents]]:
        """Each state after each step: what was acknowledged by then, what the program was about to have acknowledged,
        and the names and contents that are found."""
        for cut in range(len(self.steps) + 1):
            before, after = self.steps[:cut], self.steps[cut:]
            told = [step.what for step in before if isinstance(step, Acknowledged)]
            next_ = [step.what for step in after if isinstance(step, Acknowledged)][:1]
            for names in _names(before, self.root):
                for contents in _contents(before, set(names.values())):
                    yield told, next_, names, contents


def _names(steps: list[_Step], root: Path) -> Iterator[_Names]:
    """Every set of names that may be found: a name whose folder was synced since is certain, any other may be lost."""
    doubtful: list[int] = []
    for place, step in enumerate(steps):
        if isinstance(step, Named):
            synced = any(isinstance(one, FolderSynced) and one.path == step.path.parent for one in steps[place:])
            doubtful += [] if synced else [place]
    for choice in product((True, False), repeat=len(doubtful)):
        lost = {place for place, kept in zip(doubtful, choice, strict=True) if not kept}
        names: _Names = {}
        for place, step in enumerate(steps):
            if isinstance(step, Named) and place not in lost:
                if step.old is not None:
                    names.pop(step.old, None)
                names.pop(step.path, None)
                if step.inode is not None:
                    names[step.path] = step.inode
        yield {
            path: inode
            for path, inode in names.items()
            if all(above in names for above in path.parents if above.is_relative_to(root) and above != root)
        }


def _contents(steps: list[_Step], seen: set[int]) -> Iterator[_Contents]:
    """Every content that the files that are seen may be found with."""
    inodes = sorted(seen - {0})
    for choice in product(*(list(_variants(steps, inode)) for inode in inodes)):
        yield dict(zip(inodes, choice, strict=True))


def _variants(steps: list[_Step], inode: int) -> Iterator[bytes]:
    mine = [step for step in steps if isinstance(step, Wrote | Emptied | Synced) and step.inode == inode]
    last = max((place for place, step in enumerate(mine) if isinstance(step, Synced)), default=-1)
    sure = b""
    for step in mine[: last + 1]:
        sure = _after(sure, step)
    unsure = [step for step in mine[last + 1 :] if not isinstance(step, Synced)]
    found = set()
    for choice in product(*(_parts(step) for step in unsure)):
        content = sure
        for part in choice:
            content = content if part is None else _after(content, part)
        found.add(content)
    yield from sorted(found)


def _parts(step: _Step) -> list[_Step | None]:
    if not isinstance(step, Wrote):
        return [None, step]
    cuts = range(_BLOCK - step.at % _BLOCK, len(step.data), _BLOCK)
    parts = [Wrote(step.inode, step.at, step.data[:cut]) for cut in cuts]
    return [None, step, Wrote(step.inode, step.at, bytes(len(step.data))), *parts]


def _after(content: bytes, step: _Step) -> bytes:
    if isinstance(step, Emptied):
        return b""
    if isinstance(step, Wrote):
        return content[: step.at].ljust(step.at, b"\0") + step.data + content[step.at + len(step.data) :]
    return content


def found(names: _Names, contents: _Contents, root: Path, target: Path) -> Path:
    """Make a folder that looks like such a state; answers with it."""
    for path, inode in sorted(names.items()):
        there = target / path.relative_to(root)
        if inode == 0:
            there.mkdir(parents=True, exist_ok=True)
        else:
            there.write_bytes(contents[inode])
    return target
