"""Plans by a planner: the model writes a problem in PDDL, and a planner solves it.

Liu et al., LLM+P: Empowering Large Language Models with Optimal Planning Proficiency, 2023. The
domain is given by whoever knows it; the plan is not put into words again here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from promptlab.extract import Extract, read
from promptlab.extract.thinking import visible
from promptlab.program import call, generate
from promptlab.protocols import Program, Template
from promptlab.template import QA
from promptlab.text.pddl import form
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

WRITE = "Write the problem in PDDL for this domain. Leave the planning to a planner."


@dataclass(frozen=True)
class LLMPlusP:
    """Ask for a problem in PDDL, and let the tool `planner` solve it.

    The answer is the plan, a step a line. A demonstration whose rationale is a problem shows that;
    the worked examples of `shots` stand where no demonstration has one. A problem that cannot be
    solved leaves its question unparsed, and says why.

    Attributes:
        task: What is asked.
        domain: The domain in PDDL, for questions whose context holds none.
        template: How it is written.
        sampling: How the problem is drawn.
        instruction: What follows the task's own instruction; the domain comes after it.
        shots: Questions, each with its problem in PDDL.
        tool: Who plans.
    """

    task: Task
    domain: str = ""
    template: Template = QA
    sampling: Sampling = Sampling(max_tokens=512)
    instruction: str = WRITE
    shots: tuple[tuple[str, str], ...] = ()
    tool: str = "planner"

    def __post_init__(self) -> None:
        """Take yaml's lists as the tuples they are, and refuse a task whose answer is a program."""
        if self.task.answer == "code":
            raise ValueError(
                "the task's answer is a program, and llm_plus_p's is a plan; expected "
                "strategy=direct or strategy=cot, or dataset.task.answer=text"
            )
        object.__setattr__(self, "shots", tuple((str(a), str(b)) for a, b in self.shots))

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Ask for a problem, have it solved, and return the plan."""
        own = form(question.context, "domain")
        domain = own or self.domain.strip()
        told = [self.task.instruction, self.instruction, "" if own else domain]
        coded = Task("\n".join(filter(None, told)), "code", self.task.labels)
        prompt = self.template.prompt(coded, question, self._problems(demos))
        sampling = self.template.stopping(self.sampling, coded)
        completion = yield from generate(Generate(prompt, sampling))
        problem = form(visible(completion.text), "problem").rstrip()
        if not problem:
            return Answer("", outcome="unparsed", why="the reply holds no problem")
        try:
            plan = yield from call(Call(self.tool, f"{domain}\n{problem}"))
        except RequestFailed as error:
            return Answer("", problem, outcome="unparsed", why=str(error))
        return replace(self._read(plan.text, question), rationale=problem)

    def _problems(self, demos: Sequence[Example]) -> list[Example]:
        """Return what is shown: solved questions with problems for answers."""
        shown = [replace(each, answer=form(each.rationale, "problem")) for each in demos]
        own = [replace(each, rationale="") for each in shown if each.answer]
        if own:
            return own
        return [
            Example(Question(f"shot {number}", asked), problem.strip("\n"))
            for number, (asked, problem) in enumerate(self.shots, 1)
        ]

    def _read(self, plan: str, question: Question) -> Answer:
        """Take the whole plan, or what is asked for in it, where that is no text."""
        if self.task.answer == "text":
            return Answer(plan.strip())
        return read(Completion(plan), self.task, question, Extract(policy="first"))
