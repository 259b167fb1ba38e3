"""Every AST that the language can write, for hypothesis: what `tell` spells, the parser must read back."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from base.business_time import UNITS, Delay
from base.money import Money
from processes.walk.evaluation import FUNCTIONS
from processes.walk.values import encode

RESERVED = {"and", "or", "not", "in", "is", "true", "false"}

words = st.from_regex(r"[a-zé][a-z0-9_é]{0,6}", fullmatch=True).filter(lambda word: word not in RESERVED)
paths = st.lists(words, min_size=1, max_size=3)
constants = st.one_of(
    st.text(st.characters(exclude_characters="\0"), max_size=12),
    st.booleans(),
    st.integers(-(10**18) + 1, 10**18 - 1),
    st.decimals("-99999", "99999", places=3),
    st.builds(Money, st.integers(-(10**14), 10**14), st.sampled_from(["EUR", "JPY", "TND"])),
    st.builds(Delay, st.integers(0, 999_999), st.sampled_from(UNITS)),
    st.dates(),
)
consts = constants.map(lambda value: ["const", encode(_positive_zero(value))])
names = paths.map(lambda path: ["name", *path])
atoms = st.one_of(consts, names, paths.map(lambda path: ["item", *path]))


def _positive_zero(value: Any) -> Any:
    return abs(value) if isinstance(value, Decimal) and not value else value


def _calls(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.sampled_from(sorted(FUNCTIONS)).flatmap(
        lambda name: st.lists(inner, min_size=FUNCTIONS[name].least, max_size=FUNCTIONS[name].most).map(
            lambda arguments: ["call", name, *arguments]
        )
    )


def _joined(head: str, inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner.filter(lambda part: part[0] != head), min_size=2, max_size=3).map(
        lambda parts: [head, *parts]
    )


def composed(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        _joined("and", inner),
        _joined("or", inner),
        inner.map(lambda part: ["not", part]),
        st.tuples(
            st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "in", "not in", "+", "-", "*", "/"]), inner, inner
        ).map(list),
        st.tuples(st.just("is"), inner, st.sampled_from(["known", "missing", "unknown"])).map(list),
        st.lists(inner, max_size=3).map(lambda parts: ["list", *parts]),
        _calls(inner),
    )


expressions = st.recursive(atoms, composed, max_leaves=12)

entries = consts | words.map(lambda word: ["name", "setting", word])
plain_cells = st.one_of(
    st.lists(entries, min_size=1, max_size=4).map(lambda parts: ["values", parts]),
    st.tuples(st.just("between"), entries, entries).map(list),
    st.tuples(st.just("cmp"), st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), expressions).map(list),
)
cells = st.just(["any"]) | plain_cells | plain_cells.map(lambda cell: ["not", cell])
