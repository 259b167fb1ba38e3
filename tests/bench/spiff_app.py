"""The peer of the guided step: Flask, SpiffWorkflow and SQLite doing the same work.

An agent who is signed in, with the token of his form checked, completes a user task; an order is read from the 20 ms
service; the workflow's state, its event, what was read and a line of the case's history are stored durably (WAL, FULL,
one commit a step), and a page is rendered from a template that was compiled once. Served as ours is.
"""

import json
import os
import secrets
import sqlite3
import threading
from datetime import UTC, datetime

import requests
from flask import Flask, abort, render_template, request, session
from flask_wtf.csrf import CSRFProtect, generate_csrf
from jinja2 import DictLoader
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
<form method="post"><input type="hidden" name="csrf_token" value="{{ csrf_token() }}">
<button name="asked" value="yes">Oui</button><button name="asked" value="no">Non</button></form></body></html>"""

TABLES = """
CREATE TABLE IF NOT EXISTS person (id INTEGER PRIMARY KEY, name TEXT, role TEXT, active INTEGER);
CREATE TABLE IF NOT EXISTS sign_in (token TEXT PRIMARY KEY, person INTEGER, ended TEXT);
CREATE TABLE IF NOT EXISTS workflow (id INTEGER PRIMARY KEY, state TEXT);
CREATE TABLE IF NOT EXISTS event (id INTEGER PRIMARY KEY, workflow INTEGER, what TEXT);
CREATE TABLE IF NOT EXISTS reading (id INTEGER PRIMARY KEY, workflow INTEGER, what TEXT);
CREATE TABLE IF NOT EXISTS history (id INTEGER PRIMARY KEY, workflow INTEGER, at TEXT, who TEXT, what TEXT);
"""
WHO = """SELECT person.id, person.name, person.role FROM sign_in JOIN person ON person.id = sign_in.person
WHERE sign_in.token = ? AND sign_in.ended IS NULL AND person.active"""

app = Flask(__name__)
app.secret_key = "bench"
app.jinja_loader = DictLoader({"step.html": PAGE})
CSRFProtect(app)
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


@app.get("/sign-in")
def sign_in() -> str:
    """Somebody is signed in; the token of his forms."""
    database = _database()
    database.executescript(TABLES)
    token = secrets.token_urlsafe(32)
    person = database.execute("INSERT INTO person (name, role, active) VALUES ('Anne', 'agent', 1)").lastrowid
    database.execute("INSERT INTO sign_in (token, person) VALUES (?, ?)", [token, person])
    session["sign_in"] = token
    return generate_csrf()


@app.post("/start")
def start() -> str:
    """A new workflow; its number."""
    workflow = BpmnWorkflow(_spec)
    workflow.do_engine_steps()
    state = _serializer.serialize_json(workflow)
    return str(_database().execute("INSERT INTO workflow (state) VALUES (?)", [state]).lastrowid)


@app.post("/step/<int:number>")
def step(number: int) -> str:
    """Answer the question: read, decide, store, render."""
    database = _database()
    who = database.execute(WHO, [session.get("sign_in", "")]).fetchone()
    if who is None or who[2] != "agent":
        abort(403)
    [state] = database.execute("SELECT state FROM workflow WHERE id = ?", [number]).fetchone()
    workflow = _serializer.deserialize_json(state)
    service = f"{os.environ['BENCH_SERVICE']}/order"
    order = _local.session.get(service, params={"number": "RC-1"}, timeout=3).json()["orders"][0]
    [task] = workflow.get_tasks(state=TaskState.READY, manual=True)
    task.data["status"] = "shipped" if order["fulfillment_status"] else "processing"
    task.run()
    workflow.do_engine_steps()
    answer = dict(request.form)
    said = [number, datetime.now(UTC).isoformat(), who[1], json.dumps({"Est-il arrivé ?": answer["asked"]})]
    database.execute("BEGIN IMMEDIATE")
    database.execute("UPDATE workflow SET state = ? WHERE id = ?", [_serializer.serialize_json(workflow), number])
    database.execute("INSERT INTO event (workflow, what) VALUES (?, ?)", [number, json.dumps(answer)])
    database.execute("INSERT INTO reading (workflow, what) VALUES (?, ?)", [number, json.dumps(order)])
    database.execute("INSERT INTO history (workflow, at, who, what) VALUES (?, ?, ?, ?)", said)
    database.execute("COMMIT")
    steps = [t.task_spec.name for t in workflow.get_tasks(state=TaskState.COMPLETED)][-8:]
    return render_template("step.html", steps=steps, order=order)
