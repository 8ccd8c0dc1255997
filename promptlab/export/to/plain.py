"""A prompt written once for all questions, with a mark where each says something of its own.

That is what other tools read. It is only given where it is exact: filled in with every question
of the run, it is the recorded prompt.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from promptlab.export.verify import Asked
from promptlab.export.winner import Winner
from promptlab.types import Generate, Message, Prompt, Question, Sampling

OPEN, CLOSE = "\ufdd0", "\ufdd1"
"""Characters that Unicode keeps out of text: no data and no template has them."""


@dataclass(frozen=True)
class Plain:
    """A prompt with marks.

    Attributes:
        messages: Its messages; names of what is filled in stand between `OPEN` and `CLOSE`.
        names: What is filled in: `question`, `context`, `choices[0]`, other fields.
        sampling: How its reply is drawn.
    """

    messages: tuple[Message, ...]
    names: tuple[str, ...]
    sampling: Sampling

    def written(
        self, mark: Callable[[str], str], plain: Callable[[str], str] = str
    ) -> list[dict[str, str]]:
        """Write the messages; a text to continue becomes a user turn.

        Args:
            mark: Writes a name where it is filled in.
            plain: Writes what stands between two marks.
        """
        return [
            {
                "role": "user" if message.role == "text" else message.role,
                "content": _written(message.content, mark, plain),
            }
            for message in self.messages
        ]


def plain(winner: Winner, trials: Sequence[Asked]) -> Plain:
    """Write the prompt of a winner once for all questions.

    Raises:
        ValueError: there is no such prompt, and why.
    """
    if not winner.about["fixed"]:
        raise ValueError(
            "the demonstrations depend on the question, so that no prompt stands for all; expected "
            "a selection such as first, random or zero. What can be exported is --to folder, which "
            "promptlab.load reads, and --to mlflow"
        )
    asked = _once(trials)
    names = _names([question for question, _ in trials])
    prompt = winner.prompt(**_marked(names))
    for question, trial in trials:
        _check(prompt, question, names, asked[trial.example.id].prompt)
    sampling = next(iter(asked.values())).sampling
    return Plain(prompt.messages, names, sampling)


def _once(trials: Sequence[Asked]) -> dict[str, Generate]:
    """Return what each trial asked; refuse a strategy that asks more than one prompt."""
    asked = {}
    for _, trial in trials:
        requests = [each.request for each in trial.exchanges if each.stage == "strategy"]
        prompts = {request.prompt for request in requests if isinstance(request, Generate)}
        if any(prompt.tools for prompt in prompts):
            raise ValueError(
                "its prompt offers tools (strategy.calls=own), whose calls somebody has to answer; "
                "what can be exported is --to folder, and --to mlflow"
            )
        if len(prompts) != 1 or not all(isinstance(each, Generate) for each in requests):
            raise ValueError(
                f"question {trial.example.id!r} asked {len(prompts)} prompts to be completed, and "
                f"made {len(requests)} requests; expected a strategy that asks one prompt (direct, "
                "cot). What can be exported is --to folder, and --to mlflow"
            )
        asked[trial.example.id] = next(each for each in requests if isinstance(each, Generate))
    return asked


def _names(questions: Sequence[Question]) -> tuple[str, ...]:
    """Return what every question has, by the names that it is filled in by."""
    shapes = {tuple(values(question)) for question in questions}
    if len(shapes) != 1:
        shown = " or ".join(", ".join(shape) for shape in sorted(shapes)[:3])
        raise ValueError(f"questions differ in what they have ({shown}), so that no prompt is one")
    return next(iter(shapes))


def values(question: Question) -> dict[str, str]:
    """Return what a question fills in, by name."""
    choices = {f"choices[{number}]": text for number, text in enumerate(question.choices)}
    context = {"context": question.context} if question.context else {}
    others = {str(name): str(value) for name, value in question.metadata.items()}
    return {"question": question.text, **context, **choices, **others}


def _marked(names: Sequence[str]) -> dict[str, Any]:
    """Return a question that says, of each name, the name alone."""
    marks = {name: f"{OPEN}{name}{CLOSE}" for name in names}
    choices = [marks.pop(name) for name in names if name.startswith("choices[")]
    return {**marks, "choices": choices}


def _check(prompt: Prompt, question: Question, names: Sequence[str], recorded: Prompt) -> None:
    """Refuse marks that, filled in, are not the recorded prompt."""
    filled = values(question)
    contents = [
        (each.role, _written(each.content, filled.__getitem__, str)) for each in prompt.messages
    ]
    if contents != [(each.role, each.content) for each in recorded.messages]:
        raise ValueError(
            f"question {question.id!r}: its prompt is no plain text in which {', '.join(names)} "
            "stand as they are; what can be exported is --to folder, and --to mlflow"
        )


def _written(text: str, mark: Callable[[str], str], plain: Callable[[str], str]) -> str:
    first, *rest = text.split(OPEN)
    parts = [part.partition(CLOSE) for part in rest]
    return plain(first) + "".join(mark(name) + plain(after) for name, _, after in parts)
