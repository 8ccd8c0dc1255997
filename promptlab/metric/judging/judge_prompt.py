"""What a judge is shown: a versioned template of its own, whose every piece is set by name.

The two ways of asking are those of Zheng et al., Judging LLM-as-a-Judge with MT-Bench and Chatbot
Arena, 2023: one answer to be graded, or two to be compared. A template published with a result is
never edited: `judge_v2` is a new file beside `judge_v1`.
"""

from dataclasses import dataclass
from typing import Literal

from promptlab.template import LETTERS
from promptlab.types import Answer, Message, Prompt, Question, Task

PIECES = {
    "grading": ("worst", "best"),
    "task": ("task",),
    "question": ("question",),
    "reference": ("answer",),
    "answer": ("answer",),
    "answers": ("a", "b"),
    "reasons": ("cue",),
}
"""What each formatted piece is filled in with; the others are text as they stand."""


@dataclass(frozen=True)
class JudgePrompt:
    """The pieces of a judge's prompt.

    Attributes:
        name: The version, such as `judge_v1`; recorded with every verdict.
        layout: `turns` is a system turn and a user turn; `text` one document to continue.
        rubric: What is judged, where nothing else is said.
        grading: What grades mean, of `{worst}` and `{best}`.
        comparing: What the letters mean, where two answers are compared.
        number: What asks for a grade and nothing else.
        letter: What asks for a letter and nothing else.
        reasons: What asks for reasons first, of the `{cue}` that the verdict comes after.
        task: Around `{task}`, the instruction that was given, where there was one.
        question: Around `{question}`, with its context and choices.
        reference: Around `{answer}`, the gold answer, where it is known and shown.
        answer: Around `{answer}`, the one to be graded.
        answers: Around `{a}` and `{b}`, the two to be compared.
        thought: What reasons begin with, in layout `text`.
        grade_cue: What comes before a grade.
        letter_cue: What comes before a letter.
    """

    name: str
    layout: Literal["turns", "text"] = "turns"
    rubric: str = (
        "You are a fair judge of answers. Neither the length of an answer nor its style counts."
    )
    grading: str = (
        "Grade the answer by a whole number from {worst} (wrong or useless) to {best} (right and "
        "complete)."
    )
    comparing: str = (
        "Say which answer solves the question better: A, or B, or C if they are equally good."
    )
    number: str = "Reply with the number alone."
    letter: str = "Reply with the letter alone."
    reasons: str = (
        "First say in a few sentences what is right and what is wrong. Then give your verdict, on "
        "a line of its own that begins with {cue}"
    )
    task: str = "Task:\n{task}\n\n"
    question: str = "Question:\n{question}\n\n"
    reference: str = "Reference answer:\n{answer}\n\n"
    answer: str = "Answer to be graded:\n{answer}\n\n"
    answers: str = "Answer A:\n{a}\n\nAnswer B:\n{b}\n\n"
    thought: str = "Reasons:"
    grade_cue: str = "Grade:"
    letter_cue: str = "Better answer:"

    def __post_init__(self) -> None:
        """Refuse a layout that is none, and a piece that names what it is not filled in with."""
        if self.layout not in ("turns", "text"):
            raise ValueError(f"layout is {self.layout!r}; expected turns or text")
        for piece, names in PIECES.items():
            try:
                getattr(self, piece).format(**dict.fromkeys(names, ""))
            except (KeyError, IndexError, ValueError) as error:
                known = ", ".join(f"{{{name}}}" for name in names)
                raise ValueError(
                    f"{self.name}, {piece}: {error}; expected {known} and no other braces"
                ) from None

    def graded(
        self, rubric: str, ends: tuple[int, int], shown: str, answer: str, *, reasons: bool = False
    ) -> Prompt:
        """Ask for a grade.

        Args:
            rubric: What is judged, empty for the template's own; `{worst}` and `{best}` in it are
                the ends of the scale.
            ends: The lowest grade and the highest.
            shown: The question, as `asked` writes it.
            answer: To be graded.
            reasons: Whether reasons come first.
        """
        names, rubric = {"worst": str(ends[0]), "best": str(ends[1])}, rubric or self.rubric
        for name, value in names.items():
            rubric = rubric.replace(f"{{{name}}}", value)
        last = self._last(self.number, self.grade_cue, reasons)
        head = f"{rubric.rstrip()} {self.grading.format(**names)} {last}"
        return self._written(
            head, shown + self.answer.format(answer=answer), self.grade_cue, reasons
        )

    def compared(
        self, rubric: str, shown: str, answers: tuple[str, str], *, reasons: bool = False
    ) -> Prompt:
        """Ask which of two answers, shown in this order, is better; the rest as for `graded`."""
        last = self._last(self.letter, self.letter_cue, reasons)
        body = shown + self.answers.format(a=answers[0], b=answers[1])
        head = f"{(rubric or self.rubric).rstrip()} {self.comparing} {last}"
        return self._written(head, body, self.letter_cue, reasons)

    def asked(self, task: Task, question: Question, reference: str = "") -> str:
        """Write what was asked, and the gold answer where one is given."""
        instruction = task.instruction.replace("{labels}", ", ".join(task.labels))
        told = self.task.format(task=instruction) if instruction else ""
        listed = [_choice(question, letter) for letter in LETTERS[: len(question.choices)]]
        text = "\n".join(filter(None, [question.context, question.text, *listed]))
        gold = self.reference.format(answer=_choice(question, reference)) if reference else ""
        return told + self.question.format(question=text) + gold

    def said(self, question: Question, answer: Answer, *, rationale: bool) -> str:
        """Write an answer as the judge sees it: a choice with its text, to tell letters apart."""
        reasoning = [answer.rationale] if rationale and answer.rationale else []
        return "\n".join([*reasoning, _choice(question, answer.text)])

    def concluding(self, prompt: Prompt, reasons: str, cue: str) -> Prompt:
        """Write the prompt that goes on after reasons, and asks for the verdict."""
        reply = f"{reasons.rstrip()}\n{cue}"
        if self.layout == "text":
            return Prompt((Message("text", f"{prompt.messages[0].content}{reply}"),))
        return Prompt((*prompt.messages, Message("assistant", reply.lstrip())))

    def continuation(self, word: str, cue: str, *, reasons: bool) -> str:
        """Write a verdict as it would continue the prompt: after its cue, if there is one."""
        follows = reasons or self.layout == "text"
        # A full-width colon has its space within it.
        return f" {word}" if follows and not cue.endswith("：") else word

    def _last(self, alone: str, cue: str, reasons: bool) -> str:
        return self.reasons.format(cue=cue) if reasons else alone

    def _written(self, head: str, body: str, cue: str, reasons: bool) -> Prompt:
        if self.layout == "turns":
            return Prompt((Message("system", head), Message("user", body.rstrip())))
        return Prompt((Message("text", f"{head}\n\n{body}{self.thought if reasons else cue}"),))


def _choice(question: Question, answer: str) -> str:
    """Write an answer; the letter of a choice with its text."""
    letters = dict(zip(LETTERS, question.choices, strict=False))
    return f"({answer}) {letters[answer]}" if answer in letters else answer


JUDGE_V1 = JudgePrompt("judge_v1")
