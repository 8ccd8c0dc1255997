"""Demonstrations that the model writes itself: questions like the one asked, then their answers.

Chen et al., Self-ICL: Zero-Shot In-Context Learning with Self-Generated Demonstrations (2023). No
pool is needed, and none is read.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from promptlab.extract.options.choices import parted
from promptlab.extract.thinking import visible
from promptlab.program import asked_of, generate, parallel
from promptlab.protocols import Program, Select, Strategy, Template
from promptlab.selection.exclusion import content
from promptlab.selection.pool import check_k
from promptlab.template import QA
from promptlab.types import Example, Generate, Question, Sampling, Task

WRITE = (
    "Do not answer it: write {k} new questions of the same kind, different from it and from each "
    "other. Number them: 1., 2. and so on."
)
_MARK = re.compile(r"^[ \t]*\(?\d{1,2}[.):：、][ \t]*", re.M)
_ANSWERED = re.compile(r"^[ \t]*(?:A|Answer|Solution|答|答案|回答)[ \t]*[:：]", re.M)
_WORD = re.compile(r"\w+")
_CUE = re.compile(r"^[ \t]*(?:Q|Question|问|问题)[ \t]*[:：][ \t]*")


@dataclass(frozen=True)
class Generated:
    """Show up to `k` demonstrations that are written anew for each question.

    One reply gives the questions; each is answered without demonstrations, and those that are
    answered are shown. The question itself, and a second of the same, is none of them. There are
    fewer, or none, where the model writes no more.

    Attributes:
        k: How many, at most.
        solver: Answers them; where its reasoning is to be shown, a strategy that reasons.
        task: What is asked.
        write: The instruction that asks for them, after the task's own; `{k}` in it is the number.
        role: Who writes the questions: `writer`, which is the model under test where nobody else
            is named.
        template: How they are asked for.
        sampling: How they are drawn.
    """

    k: int
    solver: Strategy
    task: Task
    write: str = WRITE
    role: str = "writer"
    template: Template = QA
    sampling: Sampling = Sampling(max_tokens=512)

    def __post_init__(self) -> None:
        """Check the number."""
        check_k(self.k)

    def fit(self, pool: Sequence[Example]) -> Select:  # noqa: ARG002 (a selection is given one)
        """Prepare nothing: the pool may be empty."""
        return self._shown

    def _shown(self, question: Question) -> Program[tuple[Example, ...]]:
        """Ask for questions and for their answers."""
        texts = (yield from asked_of(self.role, self._written(question))) if self.k else ""
        questions = self._questions(texts, question)
        answers = yield from parallel(self.solver.solve(each, ()) for each in questions)
        return tuple(
            Example(each, answer.text, answer.rationale.strip())
            for each, answer in zip(questions, answers, strict=True)
            if answer.outcome == "parsed"
        )

    def _written(self, question: Question) -> Program[str]:
        """Ask for new questions."""
        told = self.write.replace("{k}", str(self.k))
        instruction = "\n".join(filter(None, (self.task.instruction, told)))
        task = replace(self.task, instruction=instruction, answer="text", multiline=True)
        prompt = self.template.prompt(task, question, reply=" 1.")
        # Questions may be written as the template writes them, where its replies would end.
        reply = yield from generate(Generate(prompt, self.sampling))
        return visible(reply.text).strip()

    def _questions(self, texts: str, asked: Question) -> list[Question]:
        """Read the questions of a reply, each once, none the one asked."""
        kept: dict[str, Question] = {}
        for text in listed(texts):
            stem, choices = parted(text) if self.task.answer == "choice" else (text, ())
            question = Question("", stem.strip(), choices)
            if content(question) not in ("", content(replace(asked, context=""))):
                kept.setdefault(content(question), question)
        first = list(kept.values())[: self.k]
        return [
            replace(question, id=f"{asked.id} generated {number}")
            for number, question in enumerate(first, start=1)
        ]


def listed(texts: str) -> list[str]:
    """Part a numbered list; an entry ends where its answer begins, and has no cue before it."""
    entries = (_ANSWERED.split(_CUE.sub("", entry, count=1))[0] for entry in _MARK.split(texts))
    return [entry.strip() for entry in entries if _asks(entry)]


def _asks(entry: str) -> bool:
    """Say whether an entry is more than a number."""
    return len(_WORD.findall(entry)) > 1 or any(map(str.isalpha, entry))
