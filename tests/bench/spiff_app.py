"""The peer of the guided step: Flask, SpiffWorkflow and SQLite doing the same work.

A user task is completed, an order read from the 20 ms service, the workflow's state stored durably (WAL, FULL, one
commit a step) and a page rendered. Served by the same gunicorn as ours.
"""

import json
import os
import sqlite3
import threading

import requests
from flask import Flask, render_template_string, request
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="http://bpmn.io/schema/bpmn">
<process id="steady" isExecutable="true"><startEvent id="start"/><endEvent id="end"/>
<manualTask id="asked"/>
<scriptTask id="situation"><script>situation = 'late' if status == 'shipped' else 'fine'</script></scriptTask>
<exclusiveGateway id="which" default="f4"/>
<sequenceFlow id="f1" sourceRef="start" targetRef="asked"/>
<sequenceFlow id="f2" sourceRef="asked" targetRef="situation"/>
<sequenceFlow id="f3" sourceRef="situation" targetRef="which"/>
<sequenceFlow id="f5" sourceRef="which" targetRef="asked">
<conditionExpression>situation == 'late'</conditionExpression></sequenceFlow>
<sequenceFlow id="f4" sourceRef="which" targetRef="end"/></process></definitions>"""
PAGE = """<!doctype html><html lang="fr"><title>Step</title><body><h1>Est-il arrivé ?</h1><ol>
{% for step in steps %}<li>{{ step }}</li>{% endfor %}</ol>
<dl>{% for k, v in order.items() %}<dt>{{ k }}</dt><dd>{{ v }}</dd>{% endfor %}</dl>
<form method="post"><button name="asked" value="yes">Oui</button>
<button name="asked" value="no">Non</button></form></body></html>"""

app = Flask(__name__)
_local = threading.local()
_parser = BpmnParser()
_parser.add_bpmn_str(BPMN.encode())
_spec = _parser.get_spec("steady")
_serializer = BpmnWorkflowSerializer()


def _database() -> sqlite3.Connection:
    if not hasattr(_local, "database"):
        _local.database = sqlite3.connect(os.environ["BENCH_DATABASE"], isolation_level=None, timeout=10)
        _local.database.execute("PRAGMA journal_mode=WAL")
        _local.database.execute("PRAGMA synchronous=FULL")
        _local.session = requests.Session()
    return _local.database  # type: ignore[no-any-return]


@app.post("/start")
def start() -> str:
    """A new workflow; its number."""
    database = _database()
    database.execute("CREATE TABLE IF NOT EXISTS workflow (id INTEGER PRIMARY KEY, state TEXT)")
    database.execute("CREATE TABLE IF NOT EXISTS event (id INTEGER PRIMARY KEY, workflow INTEGER, what TEXT)")
    workflow = BpmnWorkflow(_spec)
    workflow.do_engine_steps()
    row = database.execute("INSERT INTO workflow (state) VALUES (?)", [_serializer.serialize_json(workflow)])
    return str(row.lastrowid)


@app.post("/step/<int:number>")
def step(number: int) -> str:
    """Answer the question: read, decide, store, render."""
    database = _database()
    [state] = database.execute("SELECT state FROM workflow WHERE id = ?", [number]).fetchone()
    workflow = _serializer.deserialize_json(state)
    order = _local.session.get(f"{os.environ['BENCH_SERVICE']}/order", params={"number": "RC-1"}, timeout=3).json()[
        "orders"
    ][0]
    [task] = workflow.get_tasks(state=TaskState.READY, manual=True)
    task.data["status"] = "shipped" if order["fulfillment_status"] else "processing"
    task.run()
    workflow.do_engine_steps()
    database.execute("BEGIN IMMEDIATE")
    database.execute("UPDATE workflow SET state = ? WHERE id = ?", [_serializer.serialize_json(workflow), number])
    database.execute("INSERT INTO event (workflow, what) VALUES (?, ?)", [number, json.dumps(dict(request.form))])
    database.execute("COMMIT")
    steps = [t.task_spec.name for t in workflow.get_tasks(state=TaskState.COMPLETED)][-8:]
    return render_template_string(PAGE, steps=steps, order=order)
