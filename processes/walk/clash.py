"""What evaluating a condition, a value or a table may stumble over."""

from processes.walk.errors import WalkError


def N_(sentence: str) -> str:  # noqa: N802 - the mark that the extraction of sentences looks for
    """Mark an English sentence for translation; `base.languages` itself is out of reach of the pure walk."""
    return sentence


class EvaluationError(WalkError):
    """Two values that cannot meet (two currencies, a text and a number), or a field of something that has none.

    The checks refuse such a document; a service's surprising answer may still lead here. It is never told as false.
    """

    def __init__(self, sentence: str, **params: object) -> None:
        super().__init__(**params)
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence % self.params if self.params else self.sentence
