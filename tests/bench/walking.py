"""The pure walk: CPU a step with trace, against SpiffWorkflow and a walk by hand; restoring, conditions, tables."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from base.business_time import ALWAYS_OPEN
from base.database.columns import json_text
from processes.language.compile import compile_document
from processes.language.conditions import parse_cell, parse_condition, parse_value
from processes.language.document import Document
from processes.walk.advance import advance, begin
from processes.walk.evaluation import Scope, compile_condition, compile_table
from processes.walk.events import Answered, FactsRead, Started, Woken
from processes.walk.program import World
from processes.walk.state import Walk
from processes.walk.turn import Asking
from processes.walk.values import encode
from tests.bench import hand
from tests.bench.flagship import ANSWERS, MANY_LINES, NOW, NUMBER, converse, facts, programs, read, replay, world
from tests.bench.measure import Figure, at_most, cpu_seconds, times_faster, times_slower
from tests.bench.spiff import VISITED, Spiff, visited

MICRO = 1_000_000


def figures() -> Iterator[Figure]:
    """All figures of the walk."""
    yield from _per_step()
    yield from _restore()
    yield _condition()
    yield _table()
    yield _big_document()
    yield _growth()


def _per_step() -> Iterator[Figure]:
    """The first conversation, a line of the trace being a step. All three walk the same story to the same wait.

    What is measured is the walking: readings and answers are made before. The ratios are those of whole conversations,
    so that no way of counting steps favours anybody.
    """
    known = programs()
    program, at, given = known["parcel-not-received"], world(known), facts()
    story = converse(program, given, at)
    trace = [line for _, turn in story for line in turn.trace]
    events = [event for event, _ in story]
    ours = cpu_seconds(lambda: replay(program, events, at), times=300)
    yield at_most("pure walk of the flagship, a step with trace", round(ours / len(trace) * MICRO, 2), "µs", 4)
    peer = Spiff()
    assert sorted(visited(peer.converse(given, ANSWERS))) == sorted(VISITED)
    theirs = cpu_seconds(lambda: peer.converse(given, ANSWERS), times=20)
    yield times_faster("pure walk of a conversation, times faster", ours, theirs, "SpiffWorkflow 3.2", 20)
    states = _by_hand(at, given)
    assert [line for state in states for line in state["trace"]] == trace
    bare = cpu_seconds(lambda: _by_hand(at, given), times=1000)
    yield times_slower("pure walk of a conversation, times slower", ours, bare, "dictionary walk by hand", 8)


def _by_hand(at: World, given: dict[str, dict[str, Any]]) -> list[hand.State]:
    asked = hand.start(at, given, NUMBER)
    chosen = hand.answer(asked, ANSWERS["still_missing"])
    return [asked, chosen, hand.answer(chosen, ANSWERS["remedy"])]


def _restore() -> Iterator[Figure]:
    """A case at its second question, 3 kB of facts: read from JSON, answered, parked as JSON, as the shell does it."""
    known = programs()
    program, at, given = known["parcel-not-received"], world(known), facts(MANY_LINES)
    walk = begin(program, "bench")
    event: Any = Started(walker="customer", channel="selfcare", language="fr", needs={"order_number": "RC-1001"})
    while True:
        turn = advance(program, walk, event, at)
        walk = turn.walk
        if turn.wanted:
            event = FactsRead(walker="customer", readings=tuple(read(fact, given) for fact in turn.wanted))
        elif isinstance(turn.waiting, Asking) and turn.waiting.step == "still_missing":
            event = Answered(walker="customer", step="still_missing", visit=turn.waiting.visit, value="not_come")
        else:
            break
    parked = json_text(walk.to_json())
    readings = {r.id: r for frame in walk.frames for state in frame.facts.values() for r in state.readings.values()}
    stored = {id_: json.dumps(encode(dict(reading.value))) for id_, reading in readings.items()}
    size = sum(len(text) for text in stored.values())
    assert turn.waiting is not None
    answer = Answered(walker="customer", step="remedy", visit=turn.waiting.visit, value="reship")

    def restore_answer_park() -> str:
        state = Walk.from_json(json.loads(parked), readings)
        return json_text(advance(program, state, answer, at).walk.to_json())

    spent = cpu_seconds(restore_answer_park, times=300)
    yield at_most(f"restore, answer, park ({size / 1000:.1f} kB of facts)", round(spent * MICRO, 1), "µs", 60)


def _condition() -> Figure:
    condition = compile_condition(parse_condition("order.total > 150 EUR and past.count >= 2"))
    names = {"order": facts(MANY_LINES)["order"], "past": {"count": 3}, "setting": {}}
    scope = Scope(names, NOW, ALWAYS_OPEN)
    return at_most(
        "a condition on 3 kB of facts", round(cpu_seconds(lambda: condition(scope), times=20000) * MICRO, 2), "µs", 2
    )


def _table() -> Figure:
    columns = [parse_value("parcel.status"), parse_value("parcel.weight"), parse_value("order.country")]
    rows = [
        [parse_cell(f"status_{n % 40}"), parse_cell(f"{n}..{n + 5}"), parse_cell("FR, BE" if n % 2 else "any")]
        for n in range(200)
    ]
    table = compile_table(columns, rows)
    names = {"parcel": {"status": "status_39", "weight": 199}, "order": {"country": "FR"}}
    scope = Scope(names, NOW, ALWAYS_OPEN)
    assert table.first(scope) == 199
    return at_most(
        "a 200-row decision table, last row",
        round(cpu_seconds(lambda: table.first(scope), times=5000) * MICRO, 1),
        "µs",
        20,
    )


def _big_document() -> Figure:
    """4,000 steps in twenty sections: read by the models, compiled and checked."""
    from processes.language.checks import check_document

    written = big_document(4000)

    def read_compile_check() -> None:
        document = Document.model_validate(written)
        compiled = compile_document(document)
        compiled.checked()
        check_document(document, {})

    spent = cpu_seconds(read_compile_check, times=1, rounds=3)
    return at_most("a 4,000-step document read, compiled and checked", round(spent, 2), "s", 1)


def big_document(steps: int) -> dict[str, Any]:
    """A document of so many steps: questions with branches, decisions, words."""

    def block(n: int) -> list[dict[str, Any]]:
        text = {"fr": f"Est-ce le cas {n} ?", "en": f"Is it case {n}?"}
        say = {"say": f"told_{n}", "text": {"fr": f"Voici {n}.", "en": f"Here is {n}."}}
        return [
            {"ask": f"asked_{n}", "kind": "yes_no", "text": text, "if_yes": [say], "if_no": "go_on"},
            {"decide": f"chosen_{n}", "cases": [{"when": f"asked_{n} = 'yes'", "steps": [
                {"set": f"value_{n}", "to": f"'{n}'"}]}]},
        ]  # fmt: skip

    sections = []
    blocks = steps // 4
    for place in range(20):
        body = [step for n in range(place * blocks // 20, (place + 1) * blocks // 20) for step in block(n)]
        sections.append({"section": f"part_{place}", "steps": body})
    sections[-1]["steps"].append({"close": "done"})  # type: ignore[attr-defined]
    return {
        "ariane": 1, "process": "big", "title": {"fr": "Grand", "en": "Big"}, "reason": "big", "audience": ["agent"],
        "outcomes": {"done": "solved"}, "sections": sections,
        "in_doubt": [{"hand_over": "team", "because": "in_doubt", "text": {"fr": "Un conseiller.", "en": "A person."}}],
    }  # fmt: skip


def _growth() -> Figure:
    """State after one and after sixty daily looks."""
    written = {
        "ariane": 1, "process": "daily", "title": {"fr": "Suivi", "en": "Watch"}, "reason": "watch",
        "audience": ["robot"],
        "outcomes": {"done": "solved"},
        "facts": {"parcel": {"from": "carrier.tracking", "with": {"carrier": "'laposte'", "number": "'6A1'"}}},
        "in_doubt": [{"hand_over": "team", "because": "in_doubt"}],
        "sections": [{"section": "watch", "steps": [
            {"wait": "arrival", "every": "1 day", "within": "90 days", "until": "parcel.status = 'delivered'",
             "if_never": "go_on"},
            {"close": "done"}]}],
    }  # fmt: skip
    program = compile_document(Document.model_validate(written)).checked()
    given = {"parcel": {"status": "in_transit"}}
    walk, event, now, sizes = begin(program, "bench"), Started(walker="robot"), NOW, []
    while len(sizes) < 61:
        at = World(now=now, calendar=ALWAYS_OPEN, programs={"daily": program})
        turn = advance(program, walk, event, at)
        while turn.wanted:
            readings = tuple(read(fact, given) for fact in turn.wanted)
            turn = advance(program, turn.walk, FactsRead(walker="robot", readings=readings), at)
        walk, event, now = turn.walk, Woken(walker="robot"), now + timedelta(days=1)  # type: ignore[assignment]
        sizes.append(len(json.dumps(walk.to_json())))
    growth = 100 * (sizes[60] / sizes[1] - 1)
    return at_most("growth of a parked state over 60 daily looks", round(growth, 1), "%", 10)
