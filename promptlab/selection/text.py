"""The text of a question that a selection reads, as a format that its yaml states."""

from promptlab.types import Question

WHOLE = "{context}\n{question}"
"""Context, where there is one, and question."""

QUESTION_FIRST = "{question}\n{context}"
"""For encoders, which read no further than their window: passages are longer than questions, and
many questions may be asked about one."""


def check_format(text: str) -> None:
    """Check that a format names only fields of a question."""
    try:
        render(text, Question("", ""))
    except (KeyError, IndexError, ValueError, AttributeError) as error:
        raise ValueError(
            f"text is {text!r}, which cannot be filled in ({error!r}); expected a format with the "
            "fields {question}, {context} and {choices} alone, and a brace meant as such doubled"
        ) from None


def render(text: str, question: Question) -> str:
    """Fill in the format; choices are separated by spaces, and white space at the ends goes."""
    return text.format(
        question=question.text, context=question.context, choices=" ".join(question.choices)
    ).strip()
