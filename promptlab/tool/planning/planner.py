"""A planner: solves a problem of PDDL, which a model wrote, and checks plans.

Ghallab et al., PDDL: The Planning Domain Definition Language, 1998.
"""

from dataclasses import dataclass

from promptlab.protocols import ProgramFailed
from promptlab.tool.planning.forms import forms
from promptlab.tool.planning.solver import solver

LONGEST = 50_000
"""Most characters of a domain and a problem."""


@dataclass(frozen=True)
class Planner:
    """Return a plan for a domain and a problem; where steps of a plan follow them, `valid`.

    A plan is one step a line, `(lift a)`; it reaches the goal, and need not be the shortest.

    Attributes:
        seconds: That a plan may take.
        pure: Whether the same input always has the same result; a plan is one of many.
        description: What a model is told of it.
    """

    seconds: float = 10.0
    pure: bool = False
    description: str = "solves a planning problem in PDDL, given a domain and a problem"

    def __post_init__(self) -> None:
        """Check the limit."""
        if not self.seconds > 0:
            raise ValueError(f"seconds is {self.seconds}; expected more than 0")

    def __call__(self, text: str) -> str:
        """Return the plan, or that the plan given holds.

        Raises:
            ProgramFailed: the text is no PDDL, there is no plan, or the plan given does not hold.
            RequestFailed: no planner is installed.
        """
        if len(text) > LONGEST:
            raise ProgramFailed(f"the text has more than {LONGEST:,} characters")
        try:
            parts = forms(text)
        except ValueError as error:
            raise ProgramFailed(f"this is no problem of PDDL: {error}") from None
        return solver().solve(parts, self.seconds)
