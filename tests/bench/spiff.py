"""The flagship's first conversation as BPMN, walked by SpiffWorkflow.

Like for like: one element for each step that our walk visits, with the same conditions as Python expressions; a task
for each of the three looks at services, completed with the same data; a timer for each date that our walk sets (an end
on each question, a reminder on the second). Two things are spared it: the dates are plain durations, not business time,
and the decision table is one Python expression, which costs less than SpiffWorkflow's DMN.
"""

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from tests.bench.flagship import NOW

VISITED = (
    "read_order", "order_found", "read_parcels", "parcel", "promised", "situation", "which", "late", "still_missing",
    "missing", "read_stock", "remedy", "look_first", "look_on", "we_look", "next_day",
)  # fmt: skip
"""Elements that a conversation completes, the wait at its end aside."""


class Spiff:
    """The conversation: parsed once, walked as often as wanted."""

    def __init__(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "flagship.bpmn"
            file.write_text(_bpmn())
            parser = BpmnParser()
            parser.add_bpmn_file(str(file))
            self.spec = parser.get_spec("flagship")
        self.engine = PythonScriptEngine(TaskDataEnvironment({"timedelta": timedelta}))

    def converse(self, given: dict[str, dict[str, Any]], answers: dict[str, str]) -> BpmnWorkflow:
        """Walk to the wait, stopping for three facts and two answers."""
        workflow = BpmnWorkflow(self.spec, script_engine=self.engine)
        workflow.task_tree.data.update({"now": NOW, "today": NOW.date(), "order_number": "RC-1001"})
        workflow.do_engine_steps()
        for name in ("read_order", "read_parcels", "still_missing", "read_stock", "remedy"):
            [task] = workflow.get_tasks(state=TaskState.READY, manual=True)
            assert task.task_spec.name == name, task.task_spec.name
            fact = name.removeprefix("read_")
            task.data[fact] = given[fact] if name != fact else answers[name]
            task.run()
            workflow.do_engine_steps()
        return workflow


def visited(workflow: BpmnWorkflow) -> list[str]:
    """The elements that a workflow completed, of those that the process names."""
    done = [task.task_spec.name for task in workflow.get_tasks(state=TaskState.COMPLETED)]
    return [name for name in done if name in VISITED]


_SCRIPTS = {
    "parcel": (
        "parcel = [{**each, **parcels} for each in order['parcels'] "
        "if each['direction'] == 'out' and not each['replaced']][0]"
    ),
    "promised": "due = order['promised_on']",
    "situation": (
        "situation = 'lost' if parcel['status'] == 'in_transit' and now - parcel['last_event_at'] >= timedelta(days=7) "
        "else 'lost' if parcel['status'] in ('in_transit', 'customs') and due < today - timedelta(days=15) "
        "else 'late' if parcel['status'] in ('in_transit', 'customs') and due < today else 'on_its_way'"
    ),
    "late": "said = {'promised': due, 'last': parcel['last_event_at']}",
    "look_on": "look = today + timedelta(days=1)",
    "we_look": "said = {'look_on': look}",
}
_MANUAL = ("read_order", "read_parcels", "still_missing", "read_stock", "remedy")
_GATES = {
    "order_found": ("order is not None", "read_parcels"),
    "which": ("situation == 'late'", "late"),
    "missing": ("still_missing == 'not_come'", "read_stock"),
    "look_first": ("situation == 'late'", "look_on"),
    "next_day": ("parcel['status'] in ('in_transit', 'customs')", "wait"),
}
_FLOWS = (
    ("start", "read_order"), ("read_order", "order_found"), ("read_parcels", "parcel"), ("parcel", "promised"),
    ("promised", "situation"), ("situation", "which"), ("late", "still_missing"), ("still_missing", "missing"),
    ("read_stock", "remedy"), ("remedy", "look_first"), ("look_on", "we_look"), ("we_look", "next_day"),
    ("wait", "end"), ("never_answered", "end"), ("reminded", "end"), ("never_chosen", "end"),
)  # fmt: skip
_TIMERS = (("never_answered", "still_missing", "P1D", True), ("reminded", "remedy", "P1D", False),
           ("never_chosen", "remedy", "P2D", True))  # fmt: skip


def _bpmn() -> str:
    parts = ['<startEvent id="start"/>', '<endEvent id="end"/>', _timer("P1D", 'intermediateCatchEvent id="wait"')]
    parts += [f'<scriptTask id="{name}"><script>{_xml(code)}</script></scriptTask>' for name, code in _SCRIPTS.items()]
    parts += [f'<manualTask id="{name}"/>' for name in _MANUAL]
    parts += [
        _timer(lasts, f'boundaryEvent id="{name}" attachedToRef="{task}" cancelActivity="{str(cancels).lower()}"')
        for name, task, lasts, cancels in _TIMERS
    ]
    parts += [f'<exclusiveGateway id="{name}" default="f_{name}_end"/>' for name in _GATES]
    parts += [f'<sequenceFlow id="f_{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in _FLOWS]
    for name, (condition, target) in _GATES.items():
        parts.append(
            f'<sequenceFlow id="f_{name}_{target}" sourceRef="{name}" targetRef="{target}">'
            f"<conditionExpression>{_xml(condition)}</conditionExpression></sequenceFlow>"
        )
        parts.append(f'<sequenceFlow id="f_{name}_end" sourceRef="{name}" targetRef="end"/>')
    return (
        '<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'id="d" targetNamespace="http://bpmn.io/schema/bpmn"><process id="flagship" isExecutable="true">'
        + "".join(parts)
        + "</process></definitions>"
    )


def _timer(lasts: str, event: str) -> str:
    """A timer event: caught on the way, or on the boundary of a task."""
    kind = event.partition(" ")[0]
    return f"<{event}><timerEventDefinition><timeDuration>'{lasts}'</timeDuration></timerEventDefinition></{kind}>"


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
