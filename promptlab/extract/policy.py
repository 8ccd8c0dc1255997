"""Where in a completion the answer is looked for: after a trigger, first, or last."""

from dataclasses import dataclass
from typing import Literal

Policy = Literal["after", "reply", "first", "last"]
POLICIES = ("after", "reply", "first", "last")
TRIGGERS = (
    "answer is",
    "answer would be",
    "answer should be",
    "answer will be",
    "answer must be",
    "answer:",
    "A:",
    "####",
    "\\boxed",
    "\\fbox",
    "<answer>",
    "option is",
    "choice is",
    "答案是",
    "答案为",
    "答案應為",
    "答案应为",
    "答案应该是",
    "答案选",
    "答案:",
    "答:",
    "故选",
    "应选",
    "所以选",
    "因此选",
)
"""What announces an answer in English, LaTeX and Chinese, as `triggers.py` reads it."""


@dataclass(frozen=True)
class Extract:
    """Where in a completion the answer is looked for.

    Attributes:
        policy: `after` reads what follows the last trigger, since a chain that states its answer
            twice corrects itself, and of a sentence the number that it concludes; where there is
            none, a first line that is nothing but an answer, and else the last candidate. `reply`
            is for a question that asks for the answer alone: a first line that is nothing but an
            answer, or what follows a trigger, or the first candidate. `first` and `last` take that
            candidate, whatever stands around it.
        triggers: What announces an answer.
        digits_only: Read numbers as the first papers did, as runs of digits: 3/4 is 3, "5 + 3 = 8"
            is 5, and "five" is none. Of a list of choices ("A, B or C") the first counts then.
    """

    policy: Policy = "after"
    triggers: tuple[str, ...] = TRIGGERS
    digits_only: bool = False

    def __post_init__(self) -> None:
        """Refuse a policy that is none."""
        object.__setattr__(self, "triggers", tuple(self.triggers))
        if self.policy not in POLICIES:
            raise ValueError(
                f"policy is {self.policy!r}; expected one of {', '.join(POLICIES)}: where in a "
                "completion the answer is looked for"
            )
