"""What evaluating a condition, a value or a table may stumble over."""

from processes.walk.errors import N_, WalkError

__all__ = ["N_", "EvaluationError"]


class EvaluationError(WalkError):
    """Two values that cannot meet (two currencies, a text and a number), or a field of something that has none.

    The checks refuse such a document; a service's surprising answer may still lead here. It is never told as false.
    """

    def __init__(self, sentence: str, **params: object) -> None:
        super().__init__(**params)
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence % self.params if self.params else self.sentence
