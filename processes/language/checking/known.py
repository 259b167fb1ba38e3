"""What is known of a name before any walk: its kind, its fields, its closed list, whether it may be missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from processes.connectors.catalogue import FieldType
from processes.language.declared import SettingSpec
from processes.language.document import FieldSpec
from processes.language.names import Fields
from processes.language.settings import setting_value
from processes.walk.values import Value

YES_NO: Final = ("yes", "no")


@dataclass(frozen=True, slots=True)
class Known:
    """A name's type. A list has the fields of its items; `any` has every field."""

    kind: str = "any"
    fields: Mapping[str, "Known"] = field(default_factory=dict)
    values: tuple[str, ...] = ()
    """Its closed list; empty when it is open."""
    optional: bool = False
    """It may be missing although it was read or set."""
    internal: bool = False
    """Never for a customer's eyes."""

    def below(self, key: str) -> "Known | None":
        """A field; None when there is no such field. What may be missing as a whole may be missing in part."""
        if self.kind == "any":
            return self
        found = self.fields.get(key)
        if found is None or not (self.optional or self.internal):
            return found
        return replace(found, optional=found.optional or self.optional, internal=found.internal or self.internal)

    def names(self) -> Fields | None:
        """The fields as `names.unknown_names` wants them: None where there may be any."""
        if self.kind == "any":
            return None
        return {name: each.names() for name, each in self.fields.items()} if self.fields else NO_FIELDS


ANY: Final = Known()
TEXT: Final = Known("text")
NUMBER: Final = Known("number")
MOMENT: Final = Known("moment")
DELAY: Final = Known("delay")
YES_OR_NO: Final = Known("yes_no", values=YES_NO)
NO_FIELDS: Final[Fields] = {}

_OF_FIELD: Final[dict[str, Known]] = {
    "yes_no": YES_OR_NO, "confirm": YES_OR_NO, "text": TEXT, "order_number": TEXT, "file": TEXT, "number": NUMBER,
    "amount": Known("money"), "date": Known("date"),
}  # fmt: skip
_OF_VALUE: Final[dict[str, Known]] = {
    "bool": YES_OR_NO, "int": NUMBER, "Decimal": NUMBER, "Money": Known("money"), "date": Known("date"),
    "datetime": MOMENT, "Delay": DELAY, "str": TEXT,
}  # fmt: skip


def record(fields: Mapping[str, Known], *, optional: bool = False) -> Known:
    """A record of these fields."""
    return Known("record", fields, optional=optional)


def of_catalogue(kind: FieldType) -> Known:
    """The type a service's field is declared with."""
    if kind.kind == "list" and kind.of is not None:
        inner = of_catalogue(kind.of)
        return Known("list", inner.fields, (), kind.optional, kind.internal)
    values = YES_NO if kind.kind == "yes_no" else tuple(kind.values)
    fields = {name: of_catalogue(each) for name, each in kind.fields.items()}
    return Known(kind.kind, fields, values, kind.optional, kind.internal)


def of_field(spec: FieldSpec, items: Known) -> Known:
    """The type of a person's answer; `items` is the list that items are chosen from."""
    optional = spec.optional and spec.default is None
    match spec.kind:
        case "choice" | "choices":
            kind = "choice" if spec.kind == "choice" else "list"
            return Known(kind, values=tuple(choice.value for choice in spec.choices), optional=optional)
        case "item":
            return ANY if items.kind == "any" else Known("record", items.fields, optional=optional)
        case "items":
            return ANY if items.kind == "any" else Known("list", {**items.fields, "chosen": NUMBER}, optional=optional)
        case _:
            return replace(_OF_FIELD[spec.kind], optional=optional)


def of_value(value: Value) -> Known:
    """The type of a constant; a text's closed list is itself."""
    name = type(value).__name__
    found = _OF_VALUE.get(name, ANY)
    return replace(found, values=(value,)) if isinstance(value, str) else found


def of_setting(spec: SettingSpec) -> Known:
    """The type of a setting, from what it holds now; the company may give it another value of that kind."""
    if spec.value is None:
        return ANY
    known = of_value(setting_value(spec.value))
    return replace(known, values=()) if known.kind == "text" else known


def together(kinds: Iterable[Known], *, optional: bool) -> Known:
    """The type of what is one or the other."""
    parts = list(kinds)
    if not parts or any(part.kind == "any" for part in parts):
        return ANY
    first = parts[0]
    same = {"text", "choice"} if first.kind in ("text", "choice") else {first.kind}
    if any(part.kind not in same for part in parts):
        return ANY
    closed = all(part.values for part in parts)
    values = tuple(dict.fromkeys(value for part in parts for value in part.values)) if closed else ()
    fields = {name: each for part in reversed(parts) for name, each in part.fields.items()}
    return Known(first.kind, fields, values, optional, any(part.internal for part in parts))
