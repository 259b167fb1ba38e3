# ruff: noqa: S105  (names of the parts of a secret, never a secret)
"""The definition of a web service as a document: the shape of the YAML or JSON file, and nothing else.

Strict models that refuse unknown keys. What the parts mean together is checked by `definitions`; how they read an
answer is `reader`'s business, how they make a request `requests`'.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from processes.connectors.catalogue import Label

Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
Text = Annotated[str, Field(max_length=20_000)]
Code = str
CodeTable = dict[Code, str]
Safety = Literal["keyed", "queryable", "blind"]


class Part(BaseModel):
    """Any part of a definition: strict, frozen, no unknown key."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", populate_by_name=True)


class NoSignIn(Part):
    """The service asks for nothing."""

    kind: Literal["none"]


class HeaderKey(Part):
    """A key in a header of the service's own."""

    kind: Literal["header"]
    name: str
    secret: str = "key"
    """Which part of the connection's secret."""
    prefix: str = ""


class QueryKey(Part):
    """A key in the query."""

    kind: Literal["query"]
    name: str
    secret: str = "key"


class Basic(Part):
    """User and password; some services take their key as the user and no password."""

    kind: Literal["basic"]
    user: str = "user"
    password: str | None = "password"


class Bearer(Part):
    """A token that never expires, in the Authorization header."""

    kind: Literal["bearer"]
    secret: str = "token"


class ClientCredentials(Part):
    """OAuth 2 client credentials: a token fetched first, kept until it expires, renewed once on 401."""

    kind: Literal["oauth2"]
    path: str
    """Of the token, below the connection's base URL."""
    client_id: str = "client_id"
    client_secret: str = "client_secret"
    scope: str | None = None
    send: Literal["basic", "form"] = "basic"
    """Where the client's name and secret go."""
    headers: dict[str, str] = {}


class BodySecrets(Part):
    """Parts of the secret written in the body, as old SOAP services want it: `{secret.password}`."""

    kind: Literal["body"]
    secrets: list[str]


SignIn = Annotated[
    NoSignIn | HeaderKey | QueryKey | Basic | Bearer | ClientCredentials | BodySecrets, Field(discriminator="kind")
]


class TimeDocument(Part):
    """How times are written: forms, and the zone of those that name none."""

    zone: str = "UTC"
    formats: list[str] = []


class AnswerRule(Part):
    """A kind of answer: by HTTP status, by an expression on the content, or both."""

    http: int | list[int] | None = None
    when: str | None = Field(default=None, alias="if")
    because: Word | None = None
    """Of a refusal: the reason that the process is told."""

    @model_validator(mode="after")
    def _says_something(self) -> "AnswerRule":
        if self.http is None and self.when is None:
            raise ValueError("a rule needs `http`, `if`, or both")
        return self

    @property
    def statuses(self) -> frozenset[int]:
        """The HTTP statuses it speaks of; empty: any."""
        if self.http is None:
            return frozenset()
        return frozenset([self.http] if isinstance(self.http, int) else self.http)


class FieldMapping(Part):
    """How one field is read. In its short form a mapping is only the expression."""

    source: str | None = Field(default=None, alias="from")
    codes: str | CodeTable | None = None
    """A table of the definition, or one of its own: code of the service → word of the catalogue."""
    default: Any = None
    """When the service says nothing."""
    currency: str | None = None
    """Of money: an expression giving the currency."""
    minor: bool = False
    """Of money: the amount is in minor units already."""
    time: TimeDocument | None = None
    zone_from: str | None = None
    """An expression giving the zone of a time without one (local time at the event)."""
    each: str | None = None
    """Of a list of records: an expression giving the items."""
    fields: "dict[str, FieldRule] | None" = None
    """Of a record, or of each item."""
    unknown: str | None = None
    """The service never says it: the field is unknown. The text says why, for people."""

    @model_validator(mode="after")
    def _is_one_thing(self) -> "FieldMapping":
        if self.unknown is None and self.source is None and self.fields is None:
            raise ValueError("a field needs `from`, `fields`, or `unknown`")
        if self.each is not None and self.fields is None:
            raise ValueError("`each` needs `fields`")
        return self


FieldRule = str | FieldMapping


class Items(Part):
    """An answer that holds several things: where they are and which one was asked for."""

    list: str
    key: str | None = None
    """What must equal the operation's `asked` input, capitals, spaces and punctuation aside."""
    not_found: str | None = None
    """An expression on one item: this one is unknown to the service."""
    failed: str | None = None
    """An expression on one item: the service could not tell."""


class Before(Part):
    """A call that has to come first; its values are used in the request as `{name.value}`."""

    name: Word = Field(alias="as")
    operation: Word
    given: dict[str, str] = Field(default={}, alias="with")
    """Inputs of that operation: expressions on the inputs of this one."""


class Body(Part):
    """What is sent: exactly one of JSON, form fields or text (XML), with `{input}` in it."""

    json_body: Any = Field(default=None, alias="json")
    form: dict[str, str] | None = None
    xml: Text | None = None

    @model_validator(mode="after")
    def _is_one_kind(self) -> "Body":
        if sum(part is not None for part in (self.json_body, self.form, self.xml)) != 1:
            raise ValueError("a body is `json`, `form` or `xml`")
        return self


class OperationDocument(Part):
    """One call of the service."""

    capability: str | None = None
    """What it answers for a process; None: used by other operations only."""
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    path: str
    query: dict[str, str] = {}
    headers: dict[str, str] = {}
    body: Body | None = None
    values: dict[str, str] = {}
    """Named values for the request: expressions on the inputs."""
    first: list[Before] = []
    answer: Literal["json", "xml", "none"] = "json"
    lists: list[str] = []
    """Of XML: elements that are lists even when there is one."""
    time: TimeDocument | None = None
    pick: str | None = None
    """An expression giving the part of the answer that the mapping is about."""
    items: Items | None = None
    asked: str = "number"
    """The input that an item's key must equal."""
    ok: list[int] = []
    """HTTP statuses of a good answer; default 200 to 299."""
    not_found: list[AnswerRule] = []
    failed: list[AnswerRule] = []
    """A bad answer in good clothes: HTTP 200 with an error code inside."""
    refused: list[AnswerRule] = []
    """Of an act: a clear no. Nothing has happened, and trying again is useless."""
    expects: str | None = None
    """An expression that any true answer of this service passes."""
    let: dict[str, str] = {}
    """Named values for the mapping, in order: expressions on the picked part."""
    fields: dict[str, FieldRule] = {}
    safety: Safety = "blind"
    """Of an act: what a cut call means. keyed: the service honours our key; queryable: it can be looked up."""
    key_header: str | None = None
    """Where the key goes; it can also stand in the request as `{key}`."""
    lookup: Word | None = None
    """Of a queryable act: the operation that finds it again, asked with `key` and the act's inputs."""
    settling: Annotated[float, Field(ge=0, le=1440)] = 5
    """Of a queryable act: minutes until its service surely shows it; before them "not there" proves nothing."""
    seconds: Annotated[float, Field(gt=0, le=10)] = 3.0
    """Deadline of an act; reads have at most three seconds, whatever is written here."""


class WebhookDocument(Part):
    """How the service signs what it sends by itself: HMAC over the exact bytes."""

    header: str
    algorithm: Literal["sha256", "sha1", "sha512"] = "sha256"
    encoding: Literal["hex", "base64"] = "base64"
    prefix: str = ""
    """Before the signature in the header, such as `sha256=`."""
    secret: str = "webhook"
    """Which part of the connection's secret."""
    operation: Word
    """The operation whose mapping reads the body."""
    event_id: str | None = None
    """An expression giving the event's own id: a repeated delivery is recognised by it."""
    event_header: str | None = None
    """Or the header that carries it."""


class DefinitionDocument(Part):
    """How a web service speaks."""

    ariane_connector: Literal[1]
    definition: Key
    title: Label
    source: str = ""
    """Where the facts come from: pages, schemas, and what is not verified."""
    sign_in: SignIn = NoSignIn(kind="none")
    headers: dict[str, str] = {}
    time: TimeDocument = TimeDocument()
    tables: dict[Word, CodeTable] = {}
    capabilities: dict[str, dict[str, Any]] = {}
    """Capabilities of this service alone, in the catalogue's form, for facts that the catalogue does not know."""
    operations: dict[Word, OperationDocument]
    webhook: WebhookDocument | None = None
