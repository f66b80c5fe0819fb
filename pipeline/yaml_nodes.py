"""settings.yaml as a tree that knows its lines.

Reads YAML into nodes that keep where each key and value stands and the very letters of each scalar, so that what
a value means is decided by the key it stands at: `NO` is Norway where a country is asked for, and false nowhere.
What keys there are and what they mean is `settings`' business.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import yaml

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # a PyYAML built without libyaml reads the same, slower
    from yaml import SafeLoader as Loader  # type: ignore[assignment]  # two classes to the type checker


class NotYamlError(Exception):
    """The file is not YAML: says the line, and what the parser expected there."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line


class Scalar(msgspec.Struct, frozen=True):
    """One value as it was written; `text` is None for an empty value, `null` or `~`."""

    line: int
    text: str | None


class Sequence(msgspec.Struct, frozen=True):
    """A list, with the line on which it begins."""

    line: int
    items: tuple[Node, ...]


class Mapping(msgspec.Struct, frozen=True):
    """Keys and values in the order of the file; `lines` tells where each key stands."""

    line: int
    items: dict[str, Node]
    lines: dict[str, int]


Node = Scalar | Sequence | Mapping


def parse(text: str) -> Node:
    """Read one YAML document. Raises NotYamlError for what is no YAML, for a key given twice and for an alias inside
    itself."""
    node = composed(text)
    return Mapping(1, {}, {}) if node is None else _converted(node, ())


def composed(text: str) -> yaml.Node | None:
    """The document as the parser has it, with the place of every node in the text. Raises NotYamlError."""
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise NotYamlError(mark.line + 1 if mark else 1, error.problem or "this is not YAML") from None
    except yaml.YAMLError as error:
        raise NotYamlError(1, str(error).splitlines()[0]) from None
    return node


def _converted(node: yaml.Node, above: tuple[int, ...]) -> Node:
    line = node.start_mark.line + 1
    if id(node) in above:
        raise NotYamlError(line, "an alias (*) stands inside what it repeats")
    above = (*above, id(node))
    if isinstance(node, yaml.MappingNode):
        items: dict[str, Node] = {}
        lines: dict[str, int] = {}
        for key, value in _pairs(node):
            if key.value in items:
                raise NotYamlError(
                    key.start_mark.line + 1, f'"{key.value}" is given twice (first on line {lines[key.value]})'
                )
            items[key.value] = _converted(value, above)
            lines[key.value] = key.start_mark.line + 1
        return Mapping(line, items, lines)
    if isinstance(node, yaml.SequenceNode):
        return Sequence(line, tuple(_converted(item, above) for item in node.value))
    empty = node.tag == "tag:yaml.org,2002:null"
    return Scalar(line, None if empty else str(node.value))


def _pairs(node: yaml.MappingNode) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise NotYamlError(key.start_mark.line + 1, "a key must be a plain word")
        yield key, value
