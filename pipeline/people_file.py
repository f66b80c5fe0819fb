"""The people as they stand in the operator's own file, edited with every other letter kept: comments, order, quotes.

An edit is a splice of text at the place that the parser names, never a file written anew. Pure: text in, text out;
whether the result is what was meant is proven by reading it again, which is the business of `onenumber people`.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import yaml

from pipeline.people import delimiter_of
from pipeline.roster import address
from pipeline.yaml_nodes import composed

_PLAIN = re.compile(r"[^\W\d_](?:[\w .+@/-]*\w)?")
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})  # something else to YAML 1.1


class EditError(Exception):
    """The file is written in a way that is not edited by machine; the message says where and what to do."""


class PeopleFile(Protocol):
    """One file of people. `email` is how a person is named in it; each verb answers with the whole new text."""

    def set(self, email: str, column: str, value: str) -> str:
        """Give a person one fact."""

    def append(self, email: str, column: str, value: str) -> str:
        """Add to what a person has several of: an alias, an absence."""

    def drop(self, email: str, column: str) -> str:
        """Take a fact away; no change where there is none."""

    def add(self, facts: Mapping[str, str], after: str | None) -> str:
        """A new person, behind another one, or at the end."""

    def remove(self, email: str) -> str:
        """Take a person off."""


@dataclass(frozen=True)
class YamlFile:
    """settings.yaml, whose `people` are a list with a dash for each."""

    text: str

    def set(self, email: str, column: str, value: str) -> str:
        person = self._person(email)
        pair = _pair(person, column)
        if pair is None:
            return self._with_a_key(person, column, _scalar(value))
        return self._instead(*pair, _scalar(value))

    def append(self, email: str, column: str, value: str) -> str:
        person, item = self._person(email), _item(column, value)
        pair = _pair(person, column)
        if pair is None:
            return self._with_a_key(person, column, f"[{item}]")
        key, node = pair
        if not isinstance(node, yaml.SequenceNode):
            before = "" if _is_empty(node) else f"{self.text[node.start_mark.index : node.end_mark.index]}, "
            return self._instead(key, node, f"[{before}{item}]")
        if node.flow_style:
            end = node.end_mark.index - 1
            return self._spliced(end, end, f", {item}" if node.value else item)
        dash = " " * node.start_mark.column + "- "
        return self._line_behind(_last(node), f"{dash}{item}")

    def drop(self, email: str, column: str) -> str:
        person = self._person(email)
        place = next((number for number, (key, _) in enumerate(person.value) if key.value == column), None)
        if place is None:
            return self.text
        key, node = person.value[place]
        if person.flow_style:
            if place:
                return self._spliced(_end(person.value[place - 1][1]), _end(node), "")
            return self._spliced(key.start_mark.index, person.value[1][0].start_mark.index, "")
        if not place:
            raise EditError(
                f"line {key.start_mark.line + 1}: {column} stands right behind the dash. Move it down first"
            )
        return self._spliced(self._line_start(key.start_mark.index), self._line_end(_end(_last(node))), "")

    def add(self, facts: Mapping[str, str], after: str | None) -> str:
        people = self._people()
        neighbour = self._person(after) if after is not None else people.value[-1]
        margin = " " * people.start_mark.column
        pairs = [f"{column}: {_scalar(value)}" for column, value in facts.items()]
        if isinstance(neighbour, yaml.MappingNode) and neighbour.flow_style:
            lines = [f"{margin}- {{{', '.join(pairs)}}}"]
        else:
            lines = [f"{margin}{'  ' if number else '- '}{pair}" for number, pair in enumerate(pairs)]
        return self._line_behind(_last(neighbour), *lines)

    def remove(self, email: str) -> str:
        person = self._person(email)
        start, end = self._line_start(person.start_mark.index), self._line_end(_end(_last(person)))
        before = self.text[start : person.start_mark.index]
        if before.strip() != "-":
            raise EditError(f"line {person.start_mark.line + 1}: the person does not begin with a dash on that line")
        return self._spliced(start, end, "")

    def _people(self) -> yaml.SequenceNode:
        root = composed(self.text)
        pair = _pair(root, "people") if isinstance(root, yaml.MappingNode) else None
        if pair is None or not isinstance(pair[1], yaml.SequenceNode) or pair[1].flow_style or not pair[1].value:
            raise EditError("the people are no list with a dash for each on a line of its own. Write them so first")
        return pair[1]

    def _person(self, email: str) -> yaml.MappingNode:
        for node in self._people().value:
            pair = _pair(node, "email") if isinstance(node, yaml.MappingNode) else None
            if pair is not None and address(str(pair[1].value)) == email:
                return node  # type: ignore[no-any-return]  # narrowed by the pair
        raise EditError(f"{email} does not stand in the list under people by this address")

    def _with_a_key(self, person: yaml.MappingNode, column: str, written: str) -> str:
        if person.flow_style:
            end = _end(person.value[-1][1])
            return self._spliced(end, end, f", {column}: {written}")
        margin = " " * person.value[0][0].start_mark.column
        return self._line_behind(_last(person), f"{margin}{column}: {written}")

    def _instead(self, key: yaml.Node, node: yaml.Node, written: str) -> str:
        if _is_empty(node):
            colon = self.text.index(":", key.end_mark.index) + 1
            return self._spliced(colon, colon, f" {written}")
        return self._spliced(node.start_mark.index, node.end_mark.index, written)

    def _line_behind(self, node: yaml.Node, *lines: str) -> str:
        """New lines below the one on which a node ends, whatever comment stands there."""
        newline = "\r\n" if "\r\n" in self.text else "\n"
        end = self._line_end(_end(node))
        ended = self.text[:end].endswith("\n")
        return self._spliced(end, end, ("" if ended else newline) + newline.join(lines) + (newline if ended else ""))

    def _line_start(self, index: int) -> int:
        return self.text.rfind("\n", 0, index) + 1

    def _line_end(self, index: int) -> int:
        found = self.text.find("\n", index)
        return len(self.text) if found < 0 else found + 1

    def _spliced(self, start: int, end: int, written: str) -> str:
        return self.text[:start] + written + self.text[end:]


def _pair(node: yaml.MappingNode, name: str) -> tuple[yaml.Node, yaml.Node] | None:
    return next(((key, value) for key, value in node.value if key.value == name), None)


def _is_empty(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.start_mark.index == node.end_mark.index


def _last(node: yaml.Node) -> yaml.Node:
    """What a block ends with: its own end is told only after the comments that follow."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = (last[0] if _is_empty(last[1]) else last[1]) if isinstance(last, tuple) else last
    return node


def _end(node: yaml.Node) -> int:
    return int(node.end_mark.index)


def _item(column: str, value: str) -> str:
    if column != "away":
        return _scalar(value)
    first, _, last = value.partition("..")
    return f"{{from: {first}, to: {last}}}" if last else f"{{from: {first}}}"


def _scalar(value: str) -> str:
    """A value as YAML that reads back as the same letters."""
    if _PLAIN.fullmatch(value) and value.casefold() not in _WORDS:
        return value
    if value.casefold() in {"true", "false"}:
        return value
    return json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True)
class CsvFile:
    """A people_file. Rows that are not edited keep every letter."""

    text: str

    def set(self, email: str, column: str, value: str) -> str:
        return self._edited(email, column, lambda _: value)

    def append(self, email: str, column: str, value: str) -> str:
        return self._edited(email, column, lambda before: f"{before}; {value}" if before.strip() else value)

    def drop(self, email: str, column: str) -> str:
        return self._edited(email, column, lambda _: "") if column in self._columns() else self.text

    def add(self, facts: Mapping[str, str], after: str | None) -> str:
        columns = self._columns()
        if missing := [column for column in facts if column not in columns]:
            return CsvFile(self._with_columns(missing)).add(facts, after)
        records = self._records()
        place = self._place(after) + 1 if after is not None else len(records)
        line = self._line([facts.get(column, "") for column in columns])
        records[place - 1] = records[place - 1].rstrip("\r\n") + self._newline()
        return "".join([*records[:place], line, *records[place:]])

    def remove(self, email: str) -> str:
        records = self._records()
        del records[self._place(email)]
        return "".join(records)

    def _edited(self, email: str, column: str, change: Callable[[str], str]) -> str:
        columns = self._columns()
        if column not in columns:
            return CsvFile(self._with_columns([column]))._edited(email, column, change)
        records, place = self._records(), self._place(email)
        cells = self._cells(records[place])
        cells += [""] * (len(columns) - len(cells))
        where = columns.index(column)
        cells[where] = change(cells[where])
        records[place] = self._line(cells)
        return "".join(records)

    def _with_columns(self, more: Sequence[str]) -> str:
        records = self._records()
        records[0] = self._line([*self._cells(records[0]), *more])
        return "".join(records)

    def _records(self) -> list[str]:
        """The text cut into records; a quoted cell may reach over several lines."""
        lines = self.text.splitlines(keepends=True)
        reader = csv.reader(lines, delimiter=self._delimiter())
        records, begun = list[str](), 0
        for _ in reader:
            records.append("".join(lines[begun : reader.line_num]))
            begun = reader.line_num
        return records

    def _cells(self, record: str) -> list[str]:
        return next(iter(csv.reader(record.splitlines(keepends=True), delimiter=self._delimiter())), [])

    def _columns(self) -> list[str]:
        return [cell.strip().casefold() for cell in self._cells(self._records()[0])]

    def _place(self, email: str) -> int:
        where = self._columns().index("email")
        for number, record in enumerate(self._records()[1:], 1):
            cells = self._cells(record)
            if len(cells) > where and address(cells[where]) == email:
                return number
        raise EditError(f"{email} has no row in the people_file")

    def _line(self, cells: Sequence[str]) -> str:
        made = io.StringIO()
        csv.writer(made, delimiter=self._delimiter(), lineterminator=self._newline()).writerow(cells)
        return made.getvalue()

    def _delimiter(self) -> str:
        return delimiter_of(self.text)

    def _newline(self) -> str:
        return "\r\n" if "\r\n" in self.text else "\n"
