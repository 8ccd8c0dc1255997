"""The texts that a selection reads, as formats that its yaml states."""

from promptlab.types import Example, Question

WHOLE = "{context}\n{question}"
"""Context, where there is one, and question."""

QUESTION_FIRST = "{question}\n{context}"
"""For encoders, which read no further than their window: passages are longer than questions, and
many questions may be asked about one."""


def check_format(text: str, name: str = "text") -> None:
    """Check that a format names only fields of an example."""
    try:
        render(text, Question("", ""))
    except (KeyError, IndexError, ValueError, AttributeError) as error:
        raise ValueError(
            f"{name} is {text!r}, which cannot be filled in ({error!r}); expected a format with "
            "the fields {question}, {context}, {choices} and {answer} alone, and a brace meant as "
            "such doubled"
        ) from None


def render(text: str, question: Question, answer: str = "") -> str:
    """Fill in the format; choices are separated by spaces, and white space at the ends goes."""
    return text.format(
        question=question.text,
        context=question.context,
        choices=" ".join(question.choices),
        answer=answer,
    ).strip()


def render_member(text: str, example: Example) -> str:
    """Fill in the format for a member of a pool, whose answer is known."""
    return render(text, example.question, example.answer)
