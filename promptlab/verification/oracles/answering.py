"""What votes, rules of stopping, calibration and reading say."""

from math import comb, exp, log

from promptlab.extract import Extract, read
from promptlab.metric.code.pass_at_k import pass_at_k
from promptlab.strategy.calibration.prior import divided, normalised
from promptlab.strategy.direct import Direct
from promptlab.strategy.voting.adaptive_consistency import AdaptiveConsistency
from promptlab.strategy.voting.vote import Ties, Vote
from promptlab.types import Answer, Completion, Question, Task
from promptlab.verification.check import Check

NUMBER = Task(answer="number")
CHOICES = ("red", "green", "blue")


def _winner(ties: Ties, drawn: str, quorum: float = 0.0) -> str:
    answers = [Answer(text) if text != "-" else Answer("", outcome="unparsed") for text in drawn]
    found = Vote(ties, quorum).winner(answers, "q")
    return found.text or found.outcome


def _weighted() -> str:
    return Vote().winner([Answer("A"), Answer("A"), Answer("B")], weights=[1, 1, 3]).text


def _margin() -> float:
    return Answer("A", votes=(("A", 5.0), ("B", 2.0), ("C", 1.0))).margin or 0.0


def _stops(heavier: int, lighter: int) -> float:
    """1 where adaptive consistency asks for no more draws."""
    rule = AdaptiveConsistency(Direct(NUMBER), task=NUMBER)
    votes = [Answer("1")] * heavier + [Answer("2")] * lighter
    return float(rule.wanted(votes) == 0)


def _fewest() -> tuple[float, ...]:
    """The fewest votes of the first answer at which each number of votes of a second stops."""
    return tuple(
        next(float(n) for n in range(lighter, 40) if _stops(n, lighter)) for lighter in range(8)
    )


def _beta(heavier: int, lighter: int) -> float:
    """How sure it is that the first is the likelier: P(Binomial(a + b + 1, 1/2) <= a)."""
    n = heavier + lighter + 1
    return float(sum(comb(n, k) for k in range(heavier + 1)) / 2**n)


def _first_sure(lighter: int) -> float:
    return next(float(n) for n in range(lighter, 40) if _beta(n, lighter) >= 0.95)


def _calibrated() -> tuple[float, ...]:
    said, free = {"x": log(0.6), "y": log(0.4)}, {"x": log(0.7), "y": log(0.3)}
    return tuple(exp(value) for value in normalised(divided(said, free)).values())


def _read(text: str, task: Task, choices: tuple[str, ...] = ()) -> str:
    return read(Completion(text), task, Question("q", "?", choices), Extract("after")).text


CHECKS = (
    Check(
        *("voting", "plurality", "Wang et al. 2023: most votes; what was not found has none"),
        *("B", lambda: _winner("first", "ABB-")),
    ),
    Check("voting", "a tie, first", "the one drawn first", "A", lambda: _winner("first", "ABBA")),
    Check(
        *("voting", "a tie, abstain", "nobody wins"),
        *("abstained", lambda: _winner("abstain", "ABBA")),
    ),
    Check(
        *("voting", "a quorum of half", "2 of 5 draws are under half"),
        *("abstained", lambda: _winner("first", "AABC-", 0.5)),
    ),
    Check("voting", "weights 1, 1 and 3", "the heaviest sum", "B", _weighted),
    Check("voting", "margin of 5, 2, 1", "(5 - 2) / 8", 3 / 8, _margin),
    Check(
        *(
            "voting",
            "adaptive consistency",
            "Aggarwal et al. 2023: Beta(a + 1, b + 1) over 1/2 >= .95",
        ),
        *(tuple(map(_first_sure, range(8))), _fewest),
    ),
    Check(
        *("calibration", "contextual", "Zhao et al. 2021: p / p_cf, (.6/.7, .4/.3) as shares"),
        *((9 / 23, 14 / 23), _calibrated),
    ),
    Check("code", "pass@1 of 2 in 5", "Chen et al. 2021: c / n", 2 / 5, lambda: pass_at_k(5, 2, 1)),
    Check(
        *("code", "pass@2 of 2 in 5", "1 - C(3, 2) / C(5, 2)"),
        *(7 / 10, lambda: pass_at_k(5, 2, 2)),
    ),
    Check("code", "pass@4 of 2 in 5", "no four draws without", 1.0, lambda: pass_at_k(5, 2, 4)),
    Check(
        *("reading", "a number after its words", "digits, commas and full width"),
        *("1234.5", lambda: _read("It was 7. The answer is １,２３４.50 dollars.", NUMBER)),
    ),
    Check(
        *("reading", "a number in Chinese", "三千零二十"),
        *("3020", lambda: _read("所以答案是三千零二十。", NUMBER)),
    ),
    Check(
        *("reading", "a choice by its letter", "(B)"),
        *("B", lambda: _read("The answer is (B).", Task(answer="choice"), CHOICES)),
    ),
)
