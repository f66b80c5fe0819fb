"""YAML with its lines, and no surprises about what a word means."""

import pytest

from pipeline import yaml_nodes
from pipeline.yaml_nodes import Mapping, NotYamlError, Scalar, Sequence


def test_norway_is_not_false_and_a_time_is_not_a_number() -> None:
    tree = yaml_nodes.parse("holidays: NO\nat: 13:00\nclosed: 2026-12-24\n")
    assert isinstance(tree, Mapping)
    assert tree.items == {"holidays": Scalar(1, "NO"), "at": Scalar(2, "13:00"), "closed": Scalar(3, "2026-12-24")}


def test_every_key_and_item_knows_its_line() -> None:
    tree = yaml_nodes.parse("# ours\npeople:\n  - email: anna@x.dk\n    name:\n")
    assert isinstance(tree, Mapping)
    people = tree.items["people"]
    assert isinstance(people, Sequence)
    anna = people.items[0]
    assert isinstance(anna, Mapping)
    assert (tree.lines["people"], anna.lines["email"], anna.lines["name"]) == (2, 3, 4)
    assert anna.items["name"] == Scalar(4, None)


def test_a_key_given_twice_is_refused_with_both_lines() -> None:
    with pytest.raises(NotYamlError, match=r'"host" is given twice \(first on line 2\)') as refused:
        yaml_nodes.parse("smtp:\n  host: a\n  port: 25\n  host: b\n")
    assert refused.value.line == 4


@pytest.mark.parametrize("text", ["a: [1, 2", "a: b: c", "\ta: 1", "? [x]\n: 1", "a: &a [*a]", "a: \x00"])
def test_what_is_no_yaml_is_refused_with_a_line(text: str) -> None:
    with pytest.raises(NotYamlError) as refused:
        yaml_nodes.parse(text)
    assert refused.value.line >= 1


def test_an_empty_file_is_an_empty_mapping() -> None:
    assert yaml_nodes.parse("# nothing yet\n") == Mapping(1, {}, {})
