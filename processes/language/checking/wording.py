"""Words: written in every language, with values that are there and may be shown, and not said twice."""

import re

from base.languages import N_
from processes.language import document as d
from processes.language.checking.flow import Place
from processes.language.checking.subject import Subject
from processes.language.checking.written import Text, field_texts
from processes.language.texts import ParsedText
from processes.language.uses import Use
from processes.walk.evaluation import names_of
from processes.walk.events import WALKERS


def check_translations(s: Subject) -> None:
    """Every text in every language the document is written in, with the same values."""
    document = s.document
    wanted = document.written_languages()
    texts = [("", Text("title", document.title, "staff", label=True))]
    texts += [
        (
            s.places[s.flow.sections[section.section]].id,
            Text(f"sections.{section.section}.title", section.title, "staff"),
        )
        for section in document.sections
        if section.title
    ]
    texts += [("", Text(f"settings.{n}.label", x.label, "staff")) for n, x in document.settings.items() if x.label]
    texts += [(name, text) for name, need in document.needs.items() for text in field_texts(name, need)]
    texts += [(place.id, text) for place in s.places for text in s.texts[place.number]]
    for step, text in texts:
        missing = [language for language in wanted if language not in text.body]
        if missing:
            sentence = N_("This text is missing in: %(languages)s.")
            s.error("not_translated", sentence, step, text.key, languages=", ".join(missing))
        elif len(text.body) > 1 and not text.label:
            _compare(s, step, text)


def _compare(s: Subject, step: str, text: Text) -> None:
    paths = {language: parsed.paths for language, parsed in s.parsed(text)}
    if not paths:
        return
    everything = frozenset().union(*paths.values())
    for language in text.body:
        lacking = sorted(everything - paths.get(language, frozenset()))
        if lacking:
            sentence = N_("These words lack %(names)s, which another language has.")
            s.warn("values_differ", sentence, step, f"{text.key}.{language}", names=", ".join(lacking))


def check_printed_values(s: Subject) -> None:
    """What a text prints is there, and a customer may see it."""
    for place in s.reached():
        sure = _surely_known(s, place)
        for text in s.texts[place.number]:
            told: set[str] = set()
            for language, parsed in s.parsed(text):
                for use in parsed.uses:
                    if use.path not in told and _check_use(s, place, text, language, parsed, use, sure):
                        told.add(use.path)


def _check_use(
    s: Subject, place: Place, text: Text, language: str, parsed: ParsedText, use: Use, sure: frozenset[str]
) -> bool:
    known = s.environment.at(use.path.split("."))
    if known is None:
        return False
    key = f"{text.key}.{language}"
    if known.internal and text.reader == "customer" and (not use.tested or _printed(parsed.source, use.path)):
        s.error(
            "internal", N_("`%(name)s` is for staff only: customers must not read it."), place.id, key, name=use.path
        )
        return True
    if known.optional and not use.guarded and use.path not in sure:
        sentence = N_("`%(name)s` may be missing: put it under an `if`, or give it a `default`.")
        s.error("may_be_missing", sentence, place.id, key, name=use.path)
        return True
    return False


def _printed(source: str, path: str) -> bool:
    return re.search(r"\{\{\s*" + re.escape(path) + r"\b", source) is not None


def _surely_known(s: Subject, place: Place) -> frozenset[str]:
    """Paths that are known at a step, because its condition or a decision around it says so."""
    known: set[str] = set()
    for expression in s.expressions[place.number]:
        if expression.key == "if":
            known |= known_when(expression.ast)
    for around, branch in place.around():
        if not isinstance(around.step, d.Decide):
            continue
        for expression in s.expressions[around.number]:
            if expression.key == "on" and branch not in ("otherwise", "unknown"):
                known |= {path for path in names_of(expression.ast) if expression.ast[0] == "name"}
            elif expression.key == f"cases.{_number(around.step, branch)}.when":
                known |= known_when(expression.ast)
    return frozenset(known)


def _number(step: d.Decide, branch: str) -> int:
    cases = enumerate(step.cases or [], start=1)
    return next((number for number, case in cases if (case.id or str(number)) == branch), 0)


def known_when(ast: list[object]) -> set[str]:
    """Paths that are known whenever a condition is true: what it compares for equality or order, or says is known."""
    match ast[0]:
        case "and":
            return set().union(*(known_when(part) for part in ast[1:] if isinstance(part, list)))
        case "or":
            parts = [known_when(part) for part in ast[1:] if isinstance(part, list)]
            return set.intersection(*parts) if parts else set()
        case "is":
            return names_of(ast) if ast[2] == "known" else set()
        case "=" | "<" | "<=" | ">" | ">=" | "in" | "name":
            return {
                ".".join(map(str, part[1:])) for part in (ast, *ast[1:]) if isinstance(part, list) and part[0] == "name"
            }
    return set()


def check_people_are_told(s: Subject) -> None:
    """A hand-over tells the customer what happens, and until when."""
    for place in s.places:
        if isinstance(place.step, d.HandOver):
            if place.step.text is None:
                sentence = N_("Say something to the customer before people take over: write `text`.")
                s.warn("nothing_said", sentence, place.id, "text")
            if place.step.within is None:
                sentence = N_("Say until when people answer: write `within`.")
                s.warn("no_delay", sentence, place.id, "within")


def check_variants(s: Subject) -> None:
    """Variants and limits name walkers who walk this process."""
    audience: set[str] = set(s.document.audience)
    for place in s.places:
        only = getattr(place.step, "only", None)
        words = [("only", word) for word in ([only] if isinstance(only, str) else only or ())]
        words += [(f"texts.{variant}", variant) for variant in getattr(place.step, "texts", {})]
        for key, word in words:
            walker = word.split(".")[0]
            if walker in WALKERS and walker not in audience:
                sentence = N_("“%(name)s” does not walk this process: add it to `audience`, or take this away.")
                s.warn("not_in_audience", sentence, place.id, key, name=walker)
        if only and not _meant_for_somebody(words, audience):
            sentence = N_("Nobody who walks this process gets this step.")
            s.error("for_nobody", sentence, place.id, "only")


def _meant_for_somebody(words: list[tuple[str, str]], audience: set[str]) -> bool:
    firsts = [word.split(".")[0] for key, word in words if key == "only"]
    return any(first in audience or first not in WALKERS for first in firsts)


def check_nothing_is_said_twice(s: Subject) -> None:
    """A robot mails what is said: a message right after would be a second mail. A question is asked once."""
    for place in s.places:
        before = place.before
        if (
            isinstance(place.step, d.Send)
            and place.step.to == "customer"
            and before is not None
            and isinstance(before.step, d.Say)
            and "robot" in s.document.audience
            and for_robots(before.step.only)
            and for_robots(place.step.only)
        ):
            sentence = N_(
                "A robot would write twice: it mails “%(name)s” too. Limit that to `only: [agent, customer]`."
            )
            s.warn("written_twice", sentence, place.id, "send", name=before.id)
    _check_questions(s)


def for_robots(only: str | list[str] | None) -> bool:
    """Whether a step limited to some walkers or channels is for robots too."""
    words = [only] if isinstance(only, str) else only or []
    return not words or any(word.split(".")[0] == "robot" for word in words)


def _check_questions(s: Subject) -> None:
    asked: dict[tuple[tuple[str, str], ...], Place] = {}
    asks = [place for place in s.reached() if isinstance(place.step, d.Ask)]
    seen = [tuple(sorted(place.step.text.items())) for place in asks if isinstance(place.step, d.Ask)]
    if len(set(seen)) == len(seen):
        return
    may = s.flow.may_be_set()
    for words, place in zip(seen, asks, strict=True):
        first = asked.setdefault(words, place)
        if first is not place and may[place.number] >> first.number & 1:
            sentence = N_("The same is asked before, in “%(name)s”: use that answer.")
            s.warn("asked_twice", sentence, place.id, "text", name=first.id)
