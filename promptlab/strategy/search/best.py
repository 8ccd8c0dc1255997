"""The best of several answers, by what each is worth."""

from collections.abc import Sequence

from promptlab.extract import key
from promptlab.strategy.voting.vote import Vote
from promptlab.types import Answer, Task


def best(answers: Sequence[Answer], scores: Sequence[float], task: Task) -> Answer:
    """Return the answer of the highest score, with every distinct answer's best score as its votes.

    Of equal scores the answer that was given more often wins, then the first. Where none is worth
    anything, the answers vote.
    """
    found = [pair for pair in zip(answers, scores, strict=True) if pair[0].outcome == "parsed"]
    if not any(score > 0 for _, score in found):
        return Vote(task=task).winner(answers)
    names = [key(answer.text, task) for answer, _ in found]
    ranked = sorted(range(len(found)), key=lambda at: (-found[at][1], -names.count(names[at])))
    first = found[ranked[0]][0]
    worth: dict[str, tuple[str, float]] = {}
    for at in ranked:
        worth.setdefault(names[at], (found[at][0].text, found[at][1]))
    return Answer(first.text, first.rationale, tuple(worth.values()))
