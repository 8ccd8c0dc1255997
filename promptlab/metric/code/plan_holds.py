"""Whether a plan can be carried out from the true beginning, and reaches the true goal.

Valmeekam et al., PlanBench, 2023: a plan is not compared with another one, for many are right.
"""

from dataclasses import dataclass
from typing import ClassVar

from promptlab.program import call
from promptlab.protocols import Program, ProgramFailed
from promptlab.text.pddl import form
from promptlab.types import Answer, Call, Example, RequestFailed


@dataclass(frozen=True)
class PlanHolds:
    """1 where the plan holds for the problem that the record has in PDDL, else 0; a tool checks it.

    Attributes:
        problem: The record's field with the problem.
        domain: That with the domain; where there is none, the question's context is it.
        tool: Who checks plans.
    """

    problem: str = "problem"
    domain: str = "domain"
    tool: str = "planner"

    without_gold: ClassVar[bool] = True

    def __call__(self, answer: Answer, example: Example) -> Program[float]:
        """Score the answer.

        Raises:
            RequestFailed: the record has no problem, or there is nobody to check the plan.
        """
        known = example.question.metadata
        problem = str(known.get(self.problem) or "")
        given = str(known.get(self.domain) or example.question.context)
        domain = form(given, "domain") or given
        if not problem.strip():
            raise RequestFailed(
                f"the record has no problem in its field {self.problem!r}; expected PDDL: "
                f"dataset.fields.metadata=[{self.problem}] keeps it"
            )
        if answer.outcome != "parsed":
            return 0.0
        try:
            found = yield from call(Call(self.tool, f"{domain}\n{problem}\n{answer.text}"))
        except ProgramFailed:
            return 0.0
        # A plan without a step is checked by asking for one: it is right where none is needed.
        return float(found.text == ("valid" if "(" in answer.text else answer.text))
