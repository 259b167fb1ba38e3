"""The parser of expressions: lark's LALR tables over `grammar.lark`, and the sentences for what they refuse."""

import re
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from importlib.resources import files
from typing import Any, Final, NoReturn, cast

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from base.business_time import Delay
from base.languages import N_
from base.money import InvalidMoney, Money
from processes.language.errors import LanguageError
from processes.walk.expressions import Ast
from processes.walk.functions import FUNCTIONS
from processes.walk.values import decode, encode

MOST_CHARACTERS: Final = 2000
MOST_NODES: Final = 200
DEEPEST: Final = 20
MOST_DIGITS: Final = 18

USAGE: Final = {
    "any": "any(list, condition)",
    "all": "all(list, condition)",
    "count": "count(list, condition)",
    "first": "first(list, condition)",
    "sum": "sum(list, value)",
    "min": "min(list, value)",
    "max": "max(list, value)",
    "ids": "ids(list)",
    "since": "since(moment)",
    "date": "date(moment)",
    "end_of_day": "end_of_day(date)",
    "next_open_day": "next_open_day(date)",
    "round": "round(number, decimals)",
    "first_known": "first_known(value, value)",
    "if": "if(condition, value, value)",
}


def read_expression(text: str, offset: int = 0) -> Ast:
    """Parse; positions in errors are counted from the `offset` at which `text` stands. Raises `LanguageError`."""
    _check_size(text, offset)
    try:
        ast = cast(Ast, _PARSER.parse(text))
    except UnexpectedInput as error:
        _explain(error, text, offset)
    except LanguageError as error:
        error.position += offset
        raise
    _check_bounds(ast)
    return ast


class _Builder(Transformer[Token, Ast]):
    """Called by the parser with the parts of each rule; makes nodes of the AST."""

    def start(self, parts: list[Ast]) -> Ast:
        return parts[0]

    def any_of(self, parts: list[Ast]) -> Ast:
        return _flat("or", parts)

    def all_of(self, parts: list[Ast]) -> Ast:
        return _flat("and", parts)

    def opposite(self, parts: list[Ast]) -> Ast:
        return ["not", *parts]

    def compare(self, parts: list[Any]) -> Ast:
        left, sign, right = parts
        return [str(sign), left, right]

    def within(self, parts: list[Ast]) -> Ast:
        return ["in", *parts]

    def not_within(self, parts: list[Ast]) -> Ast:
        return ["not in", *parts]

    def state(self, parts: list[Any]) -> Ast:
        value, word = parts
        if word not in ("known", "missing", "unknown"):
            raise LanguageError(N_("After `is` comes known, missing or unknown."), _place(word))
        return ["is", value, str(word)]

    def not_state(self, parts: list[Any]) -> Ast:
        return ["not", self.state(parts)]

    def calculate(self, parts: list[Any]) -> Ast:
        left, sign, right = parts
        return [str(sign), left, right]

    def negative(self, parts: list[Any]) -> Ast:
        value = parts[1]
        constant = decode(value[1]) if value[0] == "const" else None
        if isinstance(constant, int | Decimal | Money) and not isinstance(constant, bool):
            return ["const", encode(-constant)]
        return ["-", ["const", 0], value]

    def bracketed(self, parts: list[Ast]) -> Ast:
        return parts[0]

    def many(self, parts: list[Ast]) -> Ast:
        return ["list", *parts]

    def call(self, parts: list[Any]) -> Ast:
        name, *arguments = parts
        function = FUNCTIONS.get(name)
        if function is None:
            _no_function(name)
        if not function.least <= len(arguments) <= function.most:
            raise LanguageError(N_("This is written %(usage)s."), _place(name), usage=USAGE[name])
        return ["call", str(name), *arguments]

    def name(self, parts: list[Token]) -> Ast:
        word = str(parts[0])
        return ["const", word == "true"] if word in ("true", "false") else ["name", *word.split(".")]

    def item(self, parts: list[Token]) -> Ast:
        return ["item", *parts[0][1:].split(".")]

    def text(self, parts: list[Token]) -> Ast:
        inner = parts[0][1:-1]
        return ["const", _unescaped(inner) if "\\" in inner else inner]

    def number(self, parts: list[Token]) -> Ast:
        token = parts[0]
        digits = token.replace(".", "")
        if len(digits) > MOST_DIGITS:
            raise LanguageError(N_("A number has at most 18 digits."), _place(token))
        if len(digits) > 1 and digits[0] == "0" and token[1] != ".":
            raise LanguageError(
                N_("A number does not begin with 0; a code such as a postcode is a text, in quotes."), _place(token)
            )
        return ["const", encode(Decimal(token)) if "." in token else int(token)]

    def amount(self, parts: list[Token]) -> Ast:
        try:
            return ["const", encode(Money.parse(parts[0]))]
        except InvalidMoney as error:
            raise LanguageError(
                N_("“%(text)s” is no amount such as 84.90 EUR."), _place(parts[0]), text=str(parts[0])[:40]
            ) from error

    def delay(self, parts: list[Token]) -> Ast:
        try:
            return ["const", encode(Delay.parse(parts[0]))]
        except ValueError as error:
            raise LanguageError(
                N_("“%(text)s” is no delay such as 2 business days."), _place(parts[0]), text=str(parts[0])[:40]
            ) from error

    def date(self, parts: list[Token]) -> Ast:
        try:
            return ["const", encode(date.fromisoformat(parts[0]))]
        except ValueError as error:
            raise LanguageError(
                N_("%(date)s is no day of the calendar."), _place(parts[0]), date=str(parts[0])
            ) from error


def _flat(head: str, parts: list[Ast]) -> Ast:
    """`(a and b) and c` is `a and b and c`: one row of conditions in the studio."""
    flat: Ast = [head]
    for part in parts:
        flat.extend(part[1:] if part[0] == head else [part])
    return flat


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def _place(token: Any) -> int:
    return (getattr(token, "start_pos", None) or 0) + 1


def _no_function(name: Token) -> NoReturn:
    near = get_close_matches(name, FUNCTIONS, 1)
    if near:
        raise LanguageError(
            N_("There is no function `%(name)s`; did you mean `%(near)s`?"), _place(name), name=str(name), near=near[0]
        )
    raise LanguageError(N_("There is no function `%(name)s`."), _place(name), name=str(name)[:40])


# Bounds


def _check_size(text: str, offset: int) -> None:
    if not text.strip():
        raise LanguageError(N_("Something has to be written here."))
    if len(text) > MOST_CHARACTERS:
        raise LanguageError(
            N_("A condition has at most %(most)s characters, this one has %(count)s."),
            most=MOST_CHARACTERS,
            count=len(text),
        )
    depth = 0
    for place, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if depth > DEEPEST:
            raise LanguageError(N_("Brackets are nested more than 20 deep."), offset + place + 1)


def _check_bounds(ast: Ast) -> None:
    nodes, level = 0, [ast]
    for _ in range(DEEPEST):
        nodes += len(level)
        level = [part for node in level if node[0] != "const" for part in node[1:] if isinstance(part, list)]
        if not level:
            break
    if level:
        raise LanguageError(N_("This is nested more than 20 deep: make two steps of it."))
    if nodes > MOST_NODES:
        raise LanguageError(N_("This has more than 200 parts: make two steps of it."))


# What went wrong, in a sentence

_HINTS: Final = (
    ("==", N_("Write a single = to compare.")),
    ("<>", N_("Write != for “is not”.")),
    ("≠", N_("Write != for “is not”.")),
    ("≥", N_("Write >= for “at least”.")),
    ("≤", N_("Write <= for “at most”.")),
    ("&&", N_("Write `and`.")),
    ("||", N_("Write `or`.")),
    ("!", N_("Write `not`.")),
    ("**", N_("There is no power here.")),
    ("^", N_("There is no power here.")),
    ("%", N_("There are no percentages: write 0.2 for twenty per cent.")),
    ("€", N_("Write the currency as three letters after the amount: 150 EUR.")),
    ("$", N_("Write the currency as three letters after the amount: 150 USD.")),
    ("“", N_("Write straight quotes around a text.")),
    ("”", N_("Write straight quotes around a text.")),
    ("«", N_("Write straight quotes around a text.")),
    ("‘", N_("Write straight quotes around a text.")),
    ("’", N_("Write straight quotes around a text.")),
    ('"', N_("This quote is never closed.")),
    ("'", N_("This quote is never closed.")),
)
_FRENCH: Final = {"et": "and", "ou": "or", "non": "not", "est": "is", "dans": "in"}


def _explain(error: UnexpectedInput, text: str, offset: int) -> NoReturn:
    at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    place = len(text) if at_end else (error.pos_in_stream or 0)
    rest = text[place:]
    position = offset + place + 1
    if at_end:
        _explain_end(text, offset)
    for sign, sentence in _HINTS:
        # A sign of two characters may have been half read: `=` is fine, the second one is not.
        if rest.startswith(sign) or (len(sign) == 2 and text[max(place - 1, 0) :].startswith(sign)):
            raise LanguageError(sentence, position) from None
    found = rest.split()[0][:30] if rest.split() else rest[:1]
    if isinstance(error, UnexpectedToken) and found in _FRENCH:
        raise LanguageError(
            N_("Write `%(english)s` for `%(french)s`."), position, english=_FRENCH[found], french=found
        ) from None
    if text[:place].rstrip()[-1:].isdigit() and not isinstance(error, UnexpectedCharacters):
        raise LanguageError(
            N_("After a number comes a currency (150 EUR), a unit (2 business days) or a sign, not “%(found)s”."),
            position,
            found=found,
        ) from None
    raise LanguageError(N_("“%(found)s” is not expected here."), position, found=found) from None


def _explain_end(text: str, offset: int) -> NoReturn:
    opened: list[int] = []
    for place, character in enumerate(text):
        if character in "([":
            opened.append(place)
        elif character in ")]" and opened:
            opened.pop()
    if opened:
        raise LanguageError(N_("This bracket is never closed."), offset + opened[-1] + 1) from None
    raise LanguageError(N_("Something is missing at the end."), offset + len(text) + 1) from None


_PARSER: Final = Lark(
    (files("processes.language") / "grammar.lark").read_text("utf-8"),
    parser="lalr",
    lexer="contextual",
    transformer=_Builder(),
    maybe_placeholders=False,
    propagate_positions=False,
)
