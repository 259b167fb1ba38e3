"""Peers: the same first conversation by hand with dictionaries, and as BPMN in SpiffWorkflow.

The BPMN has one element for each step that our walk visits, with the same conditions as Python expressions; its facts
are given as plain data, so that neither side reads anything.
"""

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from tests.bench.flagship import NOW, facts

STEPS = 16
"""Elements on the way of the conversation, as many as trace lines of ours."""


def plain_facts() -> dict[str, Any]:
    """The facts as flat plain data."""
    given = facts()
    return {
        "status": given["parcels"]["status"], "last": given["parcels"]["last_event_at"], "now": NOW,
        "promised": given["order"]["promised_on"], "today": NOW.date(), "stuck": timedelta(days=7),
        "lost_after": timedelta(days=15), "stock": True, "order": True, "situation": "", "remedy": "",
        "still_missing": "", "next_day": None,
    }  # fmt: skip


# --- by hand ----------------------------------------------------------------------------------------------------------


def by_hand(data: dict[str, Any], answers: dict[str, str]) -> tuple[str, list[str]]:
    """The conversation as a dictionary of functions; the least that walking a tree can cost; state and trace."""
    data = dict(data)
    step, trace = "order_found", []
    while step not in ("wait", "end"):
        trace.append(step)
        if step in ("still_missing", "remedy"):
            data[step] = answers[step]
        step = HAND[step](data)
    return step, trace


def _situation(data: dict[str, Any]) -> str:
    age = data["now"] - data["last"]
    if data["status"] == "in_transit" and age >= data["stuck"]:
        data["situation"] = "lost"
    elif data["status"] in ("in_transit", "customs") and data["promised"] < data["today"]:
        data["situation"] = "late"
    else:
        data["situation"] = "on_its_way"
    return "which"


HAND = {
    "order_found": lambda data: "parcel" if data["order"] else "end",
    "parcel": lambda data: "promised",
    "promised": lambda data: "situation",
    "situation": _situation,
    "which": lambda data: {"late": "late", "lost": "choose", "on_its_way": "end"}[data["situation"]],
    "late": lambda data: "still_missing",
    "still_missing": lambda data: "remedy" if data["still_missing"] == "not_come" else "end",
    "remedy": lambda data: "look_first",
    "look_first": lambda data: "look_on" if data["situation"] == "late" else "end",
    "look_on": lambda data: "we_look",
    "we_look": lambda data: "next_day",
    "next_day": lambda data: "wait" if data["status"] in ("in_transit", "customs") else "end",
    "choose": lambda data: "remedy",
}


# --- SpiffWorkflow ----------------------------------------------------------------------------------------------------


class Spiff:
    """The conversation in SpiffWorkflow: parsed once, walked as often as wanted."""

    def __init__(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "flagship.bpmn"
            file.write_text(_bpmn())
            parser = BpmnParser()
            parser.add_bpmn_file(str(file))
            self.spec = parser.get_spec("flagship")
        self.engine = PythonScriptEngine(TaskDataEnvironment({"timedelta": timedelta}))

    def converse(self, data: dict[str, Any], answers: dict[str, str]) -> BpmnWorkflow:
        """Walk to the wait: script, gateways, two user tasks."""
        workflow = BpmnWorkflow(self.spec, script_engine=self.engine)
        workflow.task_tree.data.update(data)
        workflow.do_engine_steps()
        for name in ("still_missing", "remedy"):
            [task] = workflow.get_tasks(state=TaskState.READY, manual=True)
            task.data[name] = answers[name]
            task.run()
            workflow.do_engine_steps()
        return workflow


_SCRIPTS = {
    "parcel": "chosen = '6A1'",
    "promised_set": "due = promised",
    "situation": (
        "situation = 'lost' if status == 'in_transit' and now - last &gt;= stuck else "
        "'late' if status in ('in_transit', 'customs') and promised &lt; today else 'on_its_way'"
    ),
    "late": "said = 'late'",
    "look_on": "look = today + timedelta(days=1)",
    "we_look": "said = 'we_look'",
}
_GATES = {
    "order_found": ("order", "parcel"),
    "which": ("situation == 'late'", "late"),
    "missing": ("still_missing == 'not_come'", "remedy"),
    "look_first": ("situation == 'late'", "look_on"),
    "next_day": ("status in ('in_transit', 'customs')", "wait"),
}
_FLOWS = (
    ("start", "order_found"), ("parcel", "promised_set"), ("promised_set", "situation"), ("situation", "which"),
    ("late", "still_missing"), ("still_missing", "missing"), ("remedy", "look_first"), ("look_on", "we_look"),
    ("we_look", "next_day"),
)  # fmt: skip


def _bpmn() -> str:
    parts = ['<startEvent id="start"/>', '<endEvent id="end"/>', '<manualTask id="wait"/>']
    parts += [f'<scriptTask id="{name}"><script>{script}</script></scriptTask>' for name, script in _SCRIPTS.items()]
    parts += ['<manualTask id="still_missing"/>', '<manualTask id="remedy"/>']
    parts += [f'<exclusiveGateway id="{name}" default="f_{name}_end"/>' for name in _GATES]
    parts += [f'<sequenceFlow id="f_{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in _FLOWS]
    for name, (condition, target) in _GATES.items():
        parts.append(
            f'<sequenceFlow id="f_{name}_{target}" sourceRef="{name}" targetRef="{target}">'
            f"<conditionExpression>{condition.replace('<', '&lt;')}</conditionExpression></sequenceFlow>"
        )
        parts.append(f'<sequenceFlow id="f_{name}_end" sourceRef="{name}" targetRef="end"/>')
    parts.append('<sequenceFlow id="f_wait_end" sourceRef="wait" targetRef="end"/>')
    return (
        '<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'id="d" targetNamespace="http://bpmn.io/schema/bpmn"><process id="flagship" isExecutable="true">'
        + "".join(parts)
        + "</process></definitions>"
    )
