"""What a walk refuses, as plain exceptions: the shell tells them in the reader's language.

`sentence` is the English sentence with `%(name)s` parameters, the key of its translations.
"""

from collections.abc import Mapping


def N_(sentence: str) -> str:  # noqa: N802 - the mark that the extraction of sentences looks for
    """Mark a sentence for translation; the catalogue is made from these marks."""
    return sentence


class WalkError(Exception):
    """A walk that cannot go on with what it was given."""

    sentence = N_("This cannot be done here.")

    def __init__(self, **params: object) -> None:
        super().__init__(params)
        self.params: Mapping[str, object] = params

    def __str__(self) -> str:
        return self.sentence % self.params


class StaleStep(WalkError):
    """The event is about a step that the walk has left: two tabs, a double click, an old link."""

    sentence = N_("This step has been passed in the meantime. Here is where the case stands now.")


class CannotGoBack(StaleStep):
    """The walk cannot stand again at that question."""

    sentence = N_("There is no way back to this question from here.")


class ActUnderWay(CannotGoBack):
    """Something is being done just now, and nobody knows yet what came of it."""

    sentence = N_("Something is being done just now: its result comes first.")


class EndlessWalk(WalkError):
    """Too many steps without anything to wait for."""

    sentence = N_("The process goes round in circles at step “%(step)s”.")


class LostWalk(WalkError):
    """Something came about for which the process says nothing, neither at the step nor under `in_doubt`."""

    sentence = N_("The process does not say what follows at step “%(step)s”.")


class Refused(WalkError):
    """An answer that cannot be taken; `problems` holds a sentence and its parameters by field name."""

    sentence = N_("Please check your answer.")

    def __init__(self, problems: Mapping[str, tuple[str, Mapping[str, object]]]) -> None:
        super().__init__()
        self.problems = problems
