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


def check_formats(text: str, query: str | None) -> None:
    """Check what is read of a member and of a question; a question is read as a member without it.

    Raises:
        ValueError: a format cannot be filled in, or that of a question reads nothing of it.
    """
    check_format(text)
    check_format(query or "", "query")
    if _reads_question(text if query is None else query):
        return
    if query is not None:
        raise ValueError(
            f"query is {query!r}, which reads nothing that a question has, so that all questions "
            "would be the same; expected {question}, {context} or {choices} in it"
        )
    raise ValueError(
        f"text is {text!r}, and no query is given, so that a question is read as a member is, and "
        "has no answer: all questions would be the same; expected one that is said, too: "
        f"\"selection.text='{text}'\" \"selection.query='{{question}}'\""
    )


def check_format_of_both(text: str) -> None:
    """Check a format by which members and questions are read alike.

    Raises:
        ValueError: it cannot be filled in, or reads nothing of a question.
    """
    check_format(text)
    if not _reads_question(text):
        raise ValueError(
            f"text is {text!r}, by which questions are read, too, and they have no answer: all "
            "would be the same; expected {question}, {context} or {choices} in it"
        )


def _reads_question(text: str) -> bool:
    """Say whether a format names a field that a question has."""
    return render(text, Question("", "")) != render(text, Question("", "q", ("c",), "r"))


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
