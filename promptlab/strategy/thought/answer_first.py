"""Answer first, then give the reason: what reasoning is worth that comes too late to help.

Wei et al., Chain-of-Thought Prompting Elicits Reasoning in Large Language Models, 2022, whose
ablation "reasoning after answer" this is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from promptlab.protocols import Program, Strategy, Template
from promptlab.strategy.thought.cot import ChainOfThought
from promptlab.strategy.thought.first_asked import written
from promptlab.strategy.thought.zero_shot_cot import ZeroShotCoT
from promptlab.template import QA
from promptlab.types import Answer, Example, Question, Sampling, Task


@dataclass(frozen=True)
class AnswerFirst:
    """Answer with an inner strategy, and let the reply go on with why; the answer stays.

    Nobody is asked for the reason of an answer that was not found. The reason is asked for without
    demonstrations.

    Attributes:
        inner: Answers.
        task: What is asked.
        because: What stands between the answer and its reason.
        template: How the reason is asked for.
        sampling: How it is drawn.
    """

    inner: Strategy
    task: Task
    because: str = "\nExplanation:"
    template: Template = QA
    sampling: Sampling = Sampling(max_tokens=256)

    def __post_init__(self) -> None:
        """Check that the inner strategy does not reason first."""
        if isinstance(self.inner, ChainOfThought | ZeroShotCoT):
            raise ValueError(
                f"inner is {type(self.inner).__name__}, which reasons before it answers; expected "
                "one that answers at once, such as strategy@strategy.inner=direct"
            )

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Ask for the answer, then for the reason."""
        answer = yield from self.inner.solve(question, demos)
        if answer.outcome != "parsed":
            return answer
        text = self.template.written(answer.text, question, self.task)
        reply = self.template.continuation(text) + self.because
        prompt = self.template.prompt(self.task, question, reply=reply)
        sampling = self.template.stopping(self.sampling, self.task, reasoned=True)
        return replace(answer, rationale=(yield from written(prompt, sampling)))
