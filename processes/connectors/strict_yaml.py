"""YAML for definitions: texts stay texts, and nothing clever is let in.

Only `true`, `false`, `null` and plain decimal numbers are more than text (`NO`, `01000` and `22:30` are texts), keys
are always texts, a key twice is refused, and so are aliases, tags and more than 30 levels.
"""

import re
from typing import Any, Final

import yaml

LARGEST: Final = 1_000_000
DEEPEST: Final = 30

_WORDS: Final = {"true": True, "false": False, "null": None, "~": None, "": None}
_WHOLE = re.compile(r"-?(?:0|[1-9]\d{0,17})")
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d{0,14})\.\d{1,10}")
_PLAIN_TAGS: Final = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge", "value")
)


class BadYaml(ValueError):
    """A text that is no YAML, or holds what is not let in; the argument is a sentence with the line."""


def read_yaml(text: str) -> Any:
    """Plain data. Raises `BadYaml`."""
    if len(text) > LARGEST:
        raise BadYaml(f"longer than {LARGEST} characters")
    try:
        # The C loader's safe variant; the nodes are turned into data below, by this page's own rules.
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise BadYaml(" ".join(str(error).split())) from error
    return _Reader().data(node, 0)


class _Reader:
    def __init__(self) -> None:
        self._seen: set[int] = set()

    def data(self, node: Any, depth: int) -> Any:
        """What a node says."""
        if node is None:
            return None
        self._refuse(node, depth)
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.data(item, depth + 1) for item in node.value]
        record: dict[str, Any] = {}
        for key, value in node.value:
            self._refuse(key, depth)
            if not isinstance(key, yaml.ScalarNode):
                raise BadYaml(f"line {_line(key)}: a key is one word")
            if key.value in record:
                raise BadYaml(f"line {_line(key)}: the key {key.value!r} stands there twice")
            record[key.value] = self.data(value, depth + 1)
        return record

    def _refuse(self, node: Any, depth: int) -> None:
        if depth >= DEEPEST:
            raise BadYaml(f"line {_line(node)}: more than {DEEPEST} levels")
        if id(node) in self._seen:
            raise BadYaml(f"line {_line(node)}: anchors and aliases are not allowed")
        self._seen.add(id(node))
        if node.tag not in _PLAIN_TAGS:
            raise BadYaml(f"line {_line(node)}: tags such as {node.tag} are not allowed")


def _scalar(node: yaml.ScalarNode) -> Any:
    text = str(node.value)
    if node.style:  # quoted, or a block
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1
