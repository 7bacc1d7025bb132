"""Mistakes of the person at the machine: each ends with a Vietnamese sentence and exit code 2, never a traceback."""


class Mistake(Exception):
    """Settings or arguments cannot be used; carries one sentence for each thing that is wrong."""

    def __init__(self, *sentences: str) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


class BadArgument(Mistake):
    """What was typed on the command line cannot be used."""
