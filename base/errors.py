"""The small tree of troubles, by kind. Each has its sentence for the reader and its HTTP status; rooms subclass them.

A subclass says what happened in `sentence` (English, with `%(name)s` parameters); whoever meets it tells it in the
reader's language with `tell`. Doors turn `status` into the answer's status. Nothing else is decided by an error.
"""

from base.languages import N_, translate


class ArianeError(Exception):
    """Something that Ariane can explain in a sentence."""

    sentence: str = N_("Something went wrong.")
    status: int = 500

    def __init__(self, **params: object) -> None:
        super().__init__(params)
        self.params = params

    def tell(self, language: str) -> str:
        """The sentence in `language`, its parameters filled in."""
        return translate(language, self.sentence, **self.params)

    def __str__(self) -> str:
        return self.tell("en")


class NotFound(ArianeError):
    """There is none, or none that the actor may know of: the two answer alike."""

    sentence = N_("This does not exist, or you may not see it.")
    status = 404


class Forbidden(ArianeError):
    """The actor is known and may not do this."""

    sentence = N_("You are not allowed to do this.")
    status = 403


class Conflict(ArianeError):
    """Somebody or something else was faster; the reader has to look again."""

    sentence = N_("This has changed in the meantime. Please look again.")
    status = 409


class Invalid(ArianeError):
    """What was given cannot be understood or accepted."""

    sentence = N_("What you gave cannot be accepted.")
    status = 422


class Unavailable(ArianeError):
    """It would have worked at another moment; trying again is right."""

    sentence = N_("This does not answer at the moment. Please try again shortly.")
    status = 503
