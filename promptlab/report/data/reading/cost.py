"""What a variant cost: tokens, calls, money, seconds, and how much of it was found in the cache."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any

from promptlab.records.files import section
from promptlab.report.data.reading.answers import Answered


@dataclass(frozen=True)
class Cost:
    """The cost of a variant.

    Attributes:
        answers: How many it is the cost of.
        prompt_tokens: In all.
        completion_tokens: In all.
        calls: Requests to the model.
        money: Of the runs that were finished, at their prices; NaN where none has one.
        seconds: Of the runs that were finished; NaN where none was.
        asked: Requests that a cache was asked for; 0 where there was none.
        found: Those that it had, or that were the same as another one of their batch.
    """

    answers: int
    prompt_tokens: int
    completion_tokens: int
    calls: int
    money: float
    seconds: float
    asked: int
    found: int

    @property
    def tokens(self) -> float:
        """Prompt and completion tokens for each answer."""
        return (self.prompt_tokens + self.completion_tokens) / self.answers if self.answers else 0

    @property
    def cached(self) -> float:
        """The share of requests that the cache saved; NaN where there was none."""
        return self.found / self.asked if self.asked else nan


def cost(answers: Iterable[Answered], results: Iterable[Mapping[str, Any]]) -> Cost:
    """Add up answers, and the timings and the money of the runs that they are from."""
    every, runs = list(answers), list(results)
    timings = [section(result, "timings") for result in runs]
    metrics = [section(result, "metrics") for result in runs]
    money = [_number(each["cost"]) for each in metrics if "cost" in each]
    seconds = [_number(timing.get("seconds")) for timing in timings if "seconds" in timing]
    requests = [section(timing, "requests") for timing in timings]
    return Cost(
        answers=len(every),
        prompt_tokens=sum(answer.prompt_tokens for answer in every),
        completion_tokens=sum(answer.completion_tokens for answer in every),
        calls=sum(answer.calls for answer in every),
        money=sum(money) if money else nan,
        seconds=sum(seconds) if seconds else nan,
        asked=int(sum(_number(each.get("asked")) for each in requests)),
        found=int(
            sum(_number(each.get("found")) + _number(each.get("repeated")) for each in requests)
        ),
    )


def front(points: Sequence[tuple[float, float]]) -> list[bool]:
    """Mark the Pareto front: the variants that no other beats at the same or a lower cost.

    Args:
        points: The cost and the quality of each variant.
    """
    return [not any(_beats(other, point) for other in points) for point in points]


def _beats(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] <= other[0] and one[1] >= other[1] and one != other


def _number(value: Any) -> float:
    return value if isinstance(value, (int, float)) else 0
