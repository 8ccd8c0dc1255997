"""What components are held against: a small pool, questions of every kind, in several scripts."""

from dataclasses import replace

from promptlab.types import AnswerKind, Example, Question

POOL = tuple(
    Example(Question(f"pool-{number}", text), answer, f"{text} So it is {answer}.")
    for number, (text, answer) in enumerate(
        (
            ("Where is the red door?", "yes"),
            ("What is 3 + 4?", "no"),
            ("猫在哪里？", "maybe"),
            ("What is 3 + 4 + 5?", "yes"),
            ("Where is the Apfel?", "no"),
            ("", "maybe"),
        )
    )
)
ASKED = Question("test-1", "Where is the red Apfel?")
NAMED = {"relevant": ["a"], "passages": ["a"]}
"""What records say of passages, for metrics that read it."""
QUESTIONS: dict[AnswerKind, Question] = {
    "number": Question("q", "六加一是多少？ What is ６ + 1?", metadata=NAMED),
    "label": Question("q", "Who is she?", metadata=NAMED),
    "choice": Question("q", "Where?", choices=("here", "there", "那里"), metadata=NAMED),
    "yes_no": Question("q", "Is it so?", metadata=NAMED),
    "text": Question("q", "Say something.", metadata=NAMED),
}
DEMOS = (
    Example(Question("d1", "1 + 1?", choices=("2", "3")), "A", "1 + 1 = 2."),
    Example(Question("d2", "Where to?", choices=("in", "out")), "B"),
)
ANSWERS: dict[AnswerKind, str] = {
    "number": "7",
    "label": "yes",
    "choice": "A",
    "yes_no": "no",
    "text": "Something.",
}


def solved(kind: AnswerKind) -> tuple[Example, ...]:
    """Two solved questions of a kind, for a strategy that learns from a pool."""
    asked = QUESTIONS[kind]
    return tuple(
        Example(replace(asked, id=f"pool-{number}", text=text), ANSWERS[kind])
        for number, text in enumerate(("And what is this?", "这是什么？"))
    )
