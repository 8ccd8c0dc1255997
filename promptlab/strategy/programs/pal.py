"""Programs as reasoning: the model writes Python, and what that computes is the answer.

Gao et al., PAL: Program-aided Language Models (2023); Chen et al., Program of Thoughts Prompting
(2023), whose choice among options is the nearest number here, without asking again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from promptlab.extract import Extract, read
from promptlab.program import call, generate
from promptlab.protocols import Program, Template
from promptlab.template import QA
from promptlab.types import (
    Answer,
    Call,
    Completion,
    Example,
    Generate,
    Question,
    RequestFailed,
    Sampling,
    Task,
)

WRITE = "Write a Python function solution() that returns the answer."
DEFINED = "def solution("
SHOWN = 100
"""Characters of a result that is no answer."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class PAL:
    """Ask for a program, and let the tool `python` run it.

    A demonstration whose rationale is a program shows that; the worked examples of `shots` stand
    before those where no demonstration has one. A program that fails leaves its question unparsed,
    and says why.

    Attributes:
        task: What is asked.
        template: How it is written.
        sampling: How the program is drawn.
        instruction: What follows the task's own instruction.
        shots: Questions, each with the program that solves it.
        tool: Who runs it.
    """

    task: Task
    template: Template = QA
    sampling: Sampling = Sampling(max_tokens=256)
    instruction: str = WRITE
    shots: tuple[tuple[str, str], ...] = ()
    tool: str = "python"

    def __post_init__(self) -> None:
        """Take yaml's lists as the tuples they are, and refuse a task whose answer is a program."""
        if self.task.answer == "code":
            raise ValueError(
                "the task's answer is a program, and pal's is what a program prints; expected "
                "strategy=direct or strategy=cot, or a task that asks for a number, say"
            )
        object.__setattr__(self, "shots", tuple((str(a), str(b)) for a, b in self.shots))

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Ask for a program, run it, and read its result."""
        told = "\n".join(filter(None, (self.task.instruction, self.instruction)))
        coded = Task(told, "code", self.task.labels)
        prompt = self.template.prompt(coded, question, self._programs(demos))
        sampling = self.template.stopping(self.sampling, coded)
        completion = yield from generate(Generate(prompt, sampling))
        text = self.template.begun(completion.text)
        written = read(replace(completion, text=text), coded, question, Extract(policy="first"))
        if not written.text:
            return replace(written, text="", why="the reply holds no program")
        try:
            result = yield from call(Call(self.tool, written.text))
        except RequestFailed as error:
            return Answer("", written.text, outcome="unparsed", why=str(error))
        return replace(self._read(result.text, question), rationale=written.text)

    def _programs(self, demos: Sequence[Example]) -> list[Example]:
        """Return what is shown: solved questions with programs for answers."""
        shown = [replace(each, answer=each.rationale, rationale="") for each in demos]
        own = [each for each in shown if DEFINED in each.answer]
        if own:
            return own
        return [
            Example(Question(f"shot {number}", asked), program.strip("\n"))
            for number, (asked, program) in enumerate(self.shots, 1)
        ]

    def _read(self, result: str, question: Question) -> Answer:
        """Read the answer off a program's last line."""
        last = Completion(result.strip().splitlines()[-1])
        if self.task.answer == "choice" and not question.choices:
            return Answer(last.text)
        if self.task.answer == "choice" and (letter := nearest(last.text, question.choices)):
            return Answer(letter)
        said = read(last, self.task, question, Extract(policy="first"))
        why = (
            f"the program's result is {last.text[:SHOWN]!r}, and the answer is a {self.task.answer}"
        )
        return said if said.text else replace(said, why=why)


def nearest(result: str, choices: Sequence[str]) -> str:
    """Return the letter of the choice whose number is nearest; empty where there are no numbers."""
    value = _number(result)
    numbers = [_number(choice) for choice in choices]
    if value is None or None in numbers or not numbers:
        return ""
    distances = [abs(number - value) for number in numbers if number is not None]
    return LETTERS[distances.index(min(distances))]


def _number(text: str) -> Fraction | None:
    answer = read(Completion(text), Task(answer="number"), Question("", ""), Extract("first"))
    try:
        return Fraction(answer.text)
    except (ValueError, ZeroDivisionError):
        return None
