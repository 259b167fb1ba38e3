"""Processes that come with Ariane: real ones, in French and English, to publish as they are or to start from."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from processes.language.document import Document
from processes.language.yaml import read_yaml


def shipped_keys() -> list[str]:
    """Keys of the processes, by name."""
    folder = files("processes.library")
    return sorted(entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml"))


def shipped_source(key: str) -> str:
    """A process as its authors wrote it."""
    return files("processes.library").joinpath(f"{key}.yaml").read_text("utf-8")


@cache
def shipped_document(key: str) -> Document:
    """A process, read. Shared: do not change it."""
    return Document.model_validate(read_yaml(shipped_source(key)).data)


def shipped() -> Iterator[Document]:
    """All of them."""
    return (shipped_document(key) for key in shipped_keys())
