"""Plan-and-solve: devise a plan, carry it out, then say the answer.

Wang et al., Plan-and-Solve Prompting: Improving Zero-Shot Chain-of-Thought Reasoning by Large
Language Models, 2023; the words are those of its published prompts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from promptlab.protocols import Program
from promptlab.strategy.thought.zero_shot_cot import ZeroShotCoT
from promptlab.types import Answer, Example, Question

PLAN = (
    " Let's first understand the problem and devise a plan to solve the problem. Then, let's carry "
    "out the plan to solve the problem step by step."
)
PLAN_PLUS = (
    " Let's first understand the problem, extract relevant variables and their corresponding "
    "numerals, and devise a plan. Then, let's carry out the plan, calculate intermediate variables "
    "(pay attention to correct numeral calculation and commonsense), solve the problem step by "
    "step, and show the answer."
)


@dataclass(frozen=True)
class PlanAndSolve:
    """Zero-shot chain of thought whose reply begins with a call for a plan.

    Attributes:
        inner: The two stages: the reasoning, and the answer.
        plus: Whether the reply begins with `plan_plus` (the paper's PS+), or with `plan` (PS).
        plan: The beginning of the reply.
        plan_plus: The same, with more said of variables and calculation.
    """

    inner: ZeroShotCoT
    plus: bool = False
    plan: str = PLAN
    plan_plus: str = PLAN_PLUS

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Ask for the plan and its solution, then for the answer."""
        reason = self.plan_plus if self.plus else self.plan
        return replace(self.inner, reason=reason).solve(question, demos)
