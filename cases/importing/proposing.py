"""A first mapping, proposed from a file's heading and its first rows; a person puts it right."""

import csv
from collections.abc import Callable
from collections.abc import Mapping as ReadOnly
from pathlib import Path
from typing import Any, Literal

import orjson

from base.folding import fold, one_line
from cases.importing.mapping import FIELDS, Kind, Mapping
from cases.importing.parsing import UNQUALIFIED
from cases.importing.reading import DELIMITERS, EmptyFile, UnreadableFile, encoding_of, open_source

SAMPLE = 200_000
"""Bytes by which the encoding is told."""
ROWS = 2_000
MOST_WORDS = 40
_CALLED: ReadOnly[str, str] = {
    "external_id": "id ticket_id ticket contact_id case_id dossier_id identifiant numero_ticket numero_dossier",
    "at": "at date created_at started_at date_contact date_heure cree_le horodatage date_creation date_commande",
    "ended_at": "ended_at end fin date_fin termine_le",
    "opened_at": "opened_at created_at created date_ouverture ouvert_le date_creation debut",
    "closed_at": "closed_at resolved_at solved_at date_cloture cloture_le ferme_le date_fermeture fin",
    "channel": "channel canal media via",
    "direction": "direction sens type_contact",
    "reason": "reason motif raison subject_type categorie category motif_contact",
    "outcome": "outcome issue resolution resultat status statut",
    "solved": "solved resolu regle",
    "cause": "cause root_cause cause_racine",
    "order": "order order_number commande numero_commande no_commande n_commande",
    "number": "number n_commande order_number numero commande numero_commande name",
    "case": "case case_id dossier dossier_id n_dossier ticket_id",
    "parcel_number": "parcel parcel_number tracking colis numero_colis numero_suivi",
    "seller": "seller vendeur marchand",
    "first_name": "first_name firstname prenom",
    "name": "last_name lastname nom name surname nom_client customer_name",
    "mail": "mail email e_mail courriel adresse_mail customer_email",
    "phone": "phone telephone tel mobile portable numero_telephone customer_phone",
    "account": "account login compte",
    "customer_id": "customer_id client_id n_client id_client customer numero_client no_client",
    "language": "language langue locale",
}
_CHANNELS = {
    "telephone": "phone", "tel": "phone", "appel": "phone", "call": "phone", "email": "mail", "e-mail": "mail",
    "courriel": "mail", "tchat": "chat", "livechat": "chat",
}  # fmt: skip


def propose(file: Path, kind: Kind, *, source: str, zone: str, reasons: ReadOnly[str, str]) -> Mapping:
    """The mapping that fits best. `reasons`: names by key. Raises `EmptyFile`, `UnreadableFile`."""
    encoding, first = _first_line(file)
    form: Literal["csv", "jsonl"] = "jsonl" if first.lstrip().startswith("{") else "csv"
    delimiter = max(DELIMITERS, key=first.count)
    heading = (
        _paths(first)
        if form == "jsonl"
        else [one_line(each) for each in next(csv.reader([first], delimiter=delimiter))]
    )
    columns = _columns(kind, heading)
    # What is needed and not found stands there to be filled in: a fixed word may do where no column does.
    wanted = {"contacts": {"channel": "phone"}, "cases": {"reason": UNQUALIFIED}}.get(kind, {})
    proposed = Mapping.model_construct(
        kind=kind, source=source, form=form, encoding=encoding, delimiter=delimiter, zone=zone, columns=columns,
        fixed={field: word for field, word in wanted.items() if field not in columns},
    )  # fmt: skip
    return proposed.model_copy(update={"words": _words(file, proposed, reasons)})


def _first_line(file: Path) -> tuple[str, str]:
    try:
        with file.open("rb") as opened:
            sample = opened.read(SAMPLE)
    except OSError as error:
        raise UnreadableFile(reason=error.strerror or str(error)) from error
    if not sample.strip():
        raise EmptyFile
    marked = encoding_of(sample, "")
    encoding = marked or ("utf-8" if _is_utf_8(sample) else "cp1252")
    lines = sample.decode(encoding, "replace").splitlines()
    return ("utf-8" if encoding == "utf-8-sig" else encoding), lines[0]


def _is_utf_8(sample: bytes) -> bool:
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as error:
        # The sample may end within a sign.
        return error.start >= len(sample) - 3
    return True


def _paths(line: str) -> list[str]:
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise UnreadableFile(reason=str(error)) from error
    return list(_leaves(found)) if isinstance(found, dict) else []


def _leaves(found: dict[str, Any], before: str = "") -> list[str]:
    paths = []
    for name, value in found.items():
        paths += _leaves(value, f"{before}{name}.") if isinstance(value, dict) else [f"{before}{name}"]
    return paths


def _columns(kind: Kind, heading: list[str]) -> dict[str, str]:
    plain = {_plain(name): name for name in reversed(heading)} | {_plain(n.rpartition(".")[2]): n for n in heading}
    columns: dict[str, str] = {}
    for field in FIELDS[kind]:
        called = next((name for name in [field, *_CALLED[field].split()] if name in plain), None)
        if called is not None and plain[called] not in columns.values():
            columns[field] = plain[called]
    return columns


def _plain(name: str) -> str:
    return "_".join("".join(sign if sign.isalnum() else " " for sign in fold(name)).split())


def _words(file: Path, proposed: Mapping, reasons: ReadOnly[str, str]) -> dict[str, dict[str, str]]:
    known = {fold(name): key for key, name in reasons.items()} | {key: key for key in reasons}
    guesses: dict[str, Callable[[str], str]] = {
        "reason": lambda word: known.get(fold(word), UNQUALIFIED),
        "channel": lambda word: _CHANNELS.get(fold(word), word.lower()),
    }
    said: dict[str, dict[str, str]] = {field: {} for field in guesses if field in proposed.columns}
    opened, source = open_source(file, proposed)
    with opened:
        for _number, line in zip(range(ROWS), source.lines(), strict=False):
            for field, cell in zip(proposed.columns, line.cells, strict=False):
                if field in said and cell.strip() and len(said[field]) < MOST_WORDS:
                    said[field].setdefault(one_line(cell), guesses[field](one_line(cell)))
    return {field: words for field, words in said.items() if words}
