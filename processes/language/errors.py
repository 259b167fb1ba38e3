"""What the language refuses, told in a sentence with its place."""

from base.errors import Invalid
from base.languages import N_, translate


class LanguageError(Invalid):
    """A condition, text or document that cannot be accepted as written."""

    sentence = N_("This cannot be read.")

    def __init__(self, sentence: str, position: int = 0, *, line: int = 0, **params: object) -> None:
        super().__init__(**params)
        self.sentence = sentence
        """English, marked for translation where it was raised."""
        self.position = position
        """Character in the expression, counted from 1; 0 where there is none."""
        self.line = line
        """Line in the text or file, counted from 1; 0 where there is none."""

    def tell(self, language: str) -> str:
        """The sentence, and in brackets where it happened."""
        sentence = translate(language, self.sentence, **self.params)
        if self.line:
            return translate(language, N_("%(sentence)s (line %(line)s)"), sentence=sentence, line=self.line)
        if self.position:
            return translate(
                language, N_("%(sentence)s (character %(position)s)"), sentence=sentence, position=self.position
            )
        return sentence
