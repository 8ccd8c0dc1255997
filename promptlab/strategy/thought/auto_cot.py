"""Auto-CoT: the model writes the rationales of its own demonstrations.

Zhang et al., Automatic Chain of Thought Prompting in Large Language Models, 2023. The selection
says which questions are shown: `cluster` makes it Auto-CoT, `random` the paper's Random-Q-CoT,
`knn` its Retrieval-Q-CoT.
"""

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from promptlab.program import parallel
from promptlab.protocols import Program, Strategy
from promptlab.text.unicode import CJK
from promptlab.types import Answer, Example, Question, Task

LEADING_BLOCK = 1
_CJK = re.compile(f"[{CJK}]")


@dataclass(frozen=True)
class AutoCoT:
    """Write a rationale for each demonstration, keep the simple ones, and ask by example.

    Each demonstration is solved by `writer`, its gold answer unseen. A demonstration whose
    rationale does not pass is replaced by the first of its alternates (its cluster's other
    members, nearest to the centre first) whose rationale does, or is left out where none does.

    Attributes:
        task: What is asked.
        writer: Solves the demonstrations; zero-shot chain of thought in the paper.
        inner: Answers the question, shown the written demonstrations.
        max_question_words: Longest question shown, in words, of which the cue counts as one; in
            Chinese two characters count as a word.
        max_steps: Most lines of a rationale, blank ones aside; the line that opened the reply
            counts where the rationale began on the next.
        tries: How many candidates are tried for one demonstration; 0 tries them all.
        filtered: Whether rationales must pass at all.
    """

    task: Task
    writer: Strategy
    inner: Strategy
    max_question_words: int = 60
    max_steps: int = 5
    tries: int = 0
    filtered: bool = True

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Write the demonstrations, then ask."""
        written = yield from parallel(self.write(demo) for demo in demos)
        kept = [demo for demo in written if demo is not None]
        return (yield from self.inner.solve(question, kept))

    def write(self, demo: Example) -> Program[Example | None]:
        """Return the first candidate whose rationale passes, with that rationale."""
        candidates = iter((demo, *demo.alternates)[: self.tries or None])
        block = LEADING_BLOCK
        # Blocks grow so that a long search is a few large batches; the first to pass still wins.
        while asked := list(islice(candidates, block)):
            answers = yield from parallel(self.writer.solve(one.question, ()) for one in asked)
            for candidate, answer in zip(asked, answers, strict=True):
                if self.passes(candidate.question, answer):
                    return _worked(candidate, answer)
            block *= 2
        return None

    def passes(self, question: Question, answer: Answer) -> bool:
        """Say whether a rationale is short, whole and leads to its answer."""
        rationale = answer.rationale.rstrip()
        if not answer.text or not rationale:
            return False
        if not self.filtered:
            return True
        return (
            words(question.text) + 1 <= self.max_question_words
            and lines(rationale) <= self.max_steps
            and rationale.endswith((".", "。"))
            and (self.task.answer != "number" or _concludes(rationale, answer.text))
        )


def words(text: str) -> int:
    """Count words; where they are not parted by spaces, two characters make one."""
    characters = len(_CJK.findall(text))
    return len(_CJK.sub(" ", text).split()) + (characters + 1) // 2


def lines(rationale: str) -> int:
    """Count lines, the opening one that it continues included."""
    return len(("…" + rationale).replace("\n\n", "\n").split("\n"))


def _concludes(rationale: str, answer: str) -> bool:
    """Say whether a number stands in the last sentence, or is one of the last ten words."""
    sentences = re.split(r"[.。]", rationale)
    return answer in sentences[-2] or answer in rationale.split()[-10:]


def _worked(candidate: Example, answer: Answer) -> Example:
    """Make the candidate a demonstration of what the model wrote about it."""
    rationale = " ".join(answer.rationale.split())
    return dataclasses.replace(candidate, answer=answer.text, rationale=rationale)
