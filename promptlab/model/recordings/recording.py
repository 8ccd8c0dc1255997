"""Recordings: the completions that a file of questions and outputs holds, by question.

A line of the file is `{"question", "output"}`, or has `outputs` for several draws; where a strategy
asks twice, `answer_completion` (or a list, `answer_completions`) is the second reply. Lines with
the same question are further draws. An output may be an object with an `output` and the `model`
that wrote it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from promptlab.text.unicode import single_spaced
from promptlab.types import FinishReason

_CHOICES = re.compile(r"\s(?:Answer )?(?:Choices|Options)\s?:\s", re.IGNORECASE)
_WINDOW = 24
_STEM = 12


@dataclass(frozen=True, slots=True)
class Draw:
    """One recorded way of answering a question: a reply, and the one to a second prompt."""

    output: str
    conclusion: str | None = None
    finish_reason: FinishReason = "stop"


@dataclass(frozen=True, slots=True)
class Recording:
    """A question's draws, in the order of the file."""

    question: str
    draws: tuple[Draw, ...]


def draws(line: Mapping[str, Any], system: str = "") -> Iterator[Draw]:
    """Yield the draws of one line; with a `system`, only what that model wrote.

    Raises:
        ValueError: the line has no outputs, or they are not texts.
    """
    outputs = line["outputs"] if "outputs" in line else [line.get("output")]
    conclusions = line.get("answer_completions", [line.get("answer_completion")])
    reason: FinishReason = "length" if line.get("finish_reason") == "length" else "stop"
    for index, output in enumerate(outputs):
        text, author = _output(output)
        if not system or author == system:
            conclusion = conclusions[index] if index < len(conclusions) else None
            yield Draw(text, conclusion, reason)


def _output(output: Any) -> tuple[str, str]:
    """Return the text of an output and the model that wrote it, where that is said."""
    text = output.get("output") if isinstance(output, Mapping) else output
    if not isinstance(text, str):
        raise ValueError(
            f"{output!r} is no output; expected a text in `output`, or texts in `outputs`"
        )
    return text, str(output.get("model", "")) if isinstance(output, Mapping) else ""


class RecordedQuestions:
    """Finds the question that a prompt asks: the recorded one that ends last in it.

    Demonstrations may be recorded questions too, so the last one counts; of two that end at the
    same place, the longer.
    """

    def __init__(self, recordings: Sequence[Recording]) -> None:
        """Index recordings by the first characters of their questions."""
        self._recordings = {single_spaced(each.question): each for each in recordings}
        for question in list(self._recordings):
            # A data set may have the choices apart that the recorded question has inside.
            stem = single_spaced(_CHOICES.split(f"{question} ", maxsplit=1)[0])
            if len(stem) >= _STEM:
                self._recordings.setdefault(stem, self._recordings[question])
        self._window = min([_WINDOW, *map(len, self._recordings)])
        self._starts: dict[str, list[str]] = {}
        for question in self._recordings:
            self._starts.setdefault(question[: self._window], []).append(question)

    def find(self, prompt: str) -> tuple[Recording, str] | None:
        """Return the recording of the question that a prompt asks, and the text after it.

        A reply that is in the prompt may say the question again: the text begins after its first
        occurrence.
        """
        text, best = single_spaced(prompt), (0, 0)
        for start in range(len(text) - self._window + 1):
            for question in self._starts.get(text[start : start + self._window], ()):
                if text.startswith(question, start):
                    best = max(best, (start + len(question), len(question)))
        end, length = best
        question = text[end - length : end]
        return (self._recordings[question], text.partition(question)[2]) if length else None
