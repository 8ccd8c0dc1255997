"""A text that is made up and searched for in a question's place, as what it is: a passage.

Gao et al., Precise Zero-Shot Dense Retrieval without Relevance Labels (2023), embed a hypothetical
document by what embeds documents, not by what embeds queries.
"""

from dataclasses import dataclass

from promptlab.types import Question


@dataclass(frozen=True, slots=True)
class Imagined(Question):
    """What an imagined passage says, as a question's text; encoders read it as a passage."""

    @classmethod
    def of(cls, question: Question, text: str) -> "Imagined":
        """Imagine a text in a question's place, without its context and choices."""
        return cls(question.id, text, metadata=question.metadata)
