"""The front page of evaluation: what the rest of the walk, the checks and the studio use of it."""

from processes.walk.cells import CellTest, compile_cell
from processes.walk.clash import EvaluationError
from processes.walk.comparison import truth
from processes.walk.compiled_comparisons import Condition
from processes.walk.expressions import (
    Ast,
    compile_condition,
    compile_expression,
    compile_record,
    names_of,
    parts_of,
)
from processes.walk.functions import FUNCTIONS, Expression, Function
from processes.walk.scope import Scope
from processes.walk.tables import Table, compile_table

__all__ = [
    "FUNCTIONS",
    "Ast",
    "CellTest",
    "Condition",
    "EvaluationError",
    "Expression",
    "Function",
    "Scope",
    "Table",
    "compile_cell",
    "compile_condition",
    "compile_expression",
    "compile_record",
    "compile_table",
    "names_of",
    "parts_of",
    "truth",
]
