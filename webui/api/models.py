"""What the API takes and gives. What is taken is strict: an unknown field, or a text for a number, is refused."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from base.languages import N_

READABLE = r"^[^\x00]*$"
Text = Annotated[str, Field(max_length=200, pattern=READABLE)]
LongText = Annotated[str, Field(max_length=6000, pattern=READABLE)]
AnswerValue = LongText | bool | int | list[Text] | dict[str, LongText | bool | int | list[Text]]


class Taken(BaseModel):
    """What a caller sends."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Given(BaseModel):
    """What a caller gets."""

    model_config = ConfigDict(extra="forbid")


class Start(Taken):
    """Begin a process about an order, or take up the case about it that is open."""

    process: Text = Field(description=N_("Key of a process, from `GET /processes`."))
    order_number: Text = Field(description=N_("As the customer says it."))
    postcode: Text | None = Field(None, description=N_("Of the delivery. An assistant gives this or `mail`."))
    mail: Text | None = Field(None, description=N_("The buyer's address. An assistant gives this or `postcode`."))
    language: Literal["fr", "en"] = Field("fr", description=N_("The customer's language."))
    channel: Annotated[str, Field(pattern="^[a-z_]{1,32}$")] = Field("chat", description=N_("Where the customer is."))
    caller: Text = Field("", description=N_("The end user, in the caller's own words; tries are counted for each."))


class Answer(Taken):
    """Answer the question that the walk stands at."""

    step: Text = Field(description=N_("The question's step, as the state says it."))
    visit: int = Field(description=N_("The question's visit, as the state says it."))
    value: AnswerValue = Field(description=N_("As `answer_schema` of the question describes it."))


class Confirmation(Taken):
    """Let the act be done that the walk stands before, or not."""

    step: Text = Field(description=N_("The act's step, as the state says it."))
    visit: int = Field(description=N_("The act's visit, as the state says it."))
    yes: bool = Field(description=N_("Whether it may be done."))


class Question(Given):
    """What is asked now."""

    text: str
    language: str
    answer_schema: dict[str, Any] = Field(description="JSON Schema of `value`.")


class Waiting(Given):
    """Where the walk stands."""

    kind: str = Field(description="asking, confirming, acting, timing, task, with_people or ended.")
    step: str
    visit: int
    next_check_at: datetime | None = Field(None, description="When a robot looks again.")
    deadline: datetime | None = None
    team: str | None = Field(None, description="Who has the case, while it is with people.")
    outcome: str | None = None
    solved: bool | None = None


class Said(Given):
    """Words to pass on to the customer."""

    text: str
    language: str


class GivenAnswer(Given):
    """An answer that counts; it is not asked for again."""

    step: str
    question: str
    answer: str


class Promised(Given):
    """What the customer was promised."""

    by: datetime


class State(Given):
    """A guided path as it stands."""

    walk: str
    process: str
    case: str
    case_reference: str = Field(description="What people say to name the case; it proves nothing.")
    case_state: str
    revision: int
    waiting: Waiting | None
    said: list[Said]
    question: Question | None
    answers: list[GivenAnswer]
    promises: list[Promised]


class Process(Given):
    """A process that may be started."""

    key: str
    title: dict[str, str]
    reason: str
    version: int
    audience: list[str]
    needs: dict[str, Any] = Field(description="JSON Schema of what it has to know first.")


class Processes(Given):
    """The processes published for the caller."""

    processes: list[Process]


class Found(Given):
    """Something found."""

    kind: str = Field(description="article, process…")
    ref: str
    language: str
    title: str
    snippet: str
    score: int


class Hits(Given):
    """What was found, best first."""

    hits: list[Found]


class Problem(Given):
    """Why a call was not accepted."""

    status: int
    title: str
    detail: str
    problems: dict[str, str] = Field(default_factory=dict, description="By field, when fields are at fault.")
