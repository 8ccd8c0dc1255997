"""What is learnt: the very requests that a run would pose, each with the reply that is right.

The right reply is not guessed: the strategy is told it, and must conclude with the gold answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from promptlab.context import Show, with_room
from promptlab.experiment import Experiment
from promptlab.metric.accuracy import Accuracy
from promptlab.program import interposed, lifted, parallel, solve
from promptlab.protocols import ContextOverflow, Program, Strategy, Template
from promptlab.stages import Fitted, answer_question, fit
from promptlab.types import (
    Answer,
    Call,
    Completion,
    Example,
    Generate,
    ModelRequest,
    Question,
    Reply,
    Request,
    RequestFailed,
    Score,
    Scores,
    Task,
)

PROBE = "\ufdd4"
"""A character that stands in no text."""
ONCE = (
    "expected one that asks once, after one prompt, and reads the answer from the reply: direct, "
    "choose, or cot with rationales in the pool"
)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is read, and what is learnt to be said after it.

    Attributes:
        asked: The prompt, and what could follow it.
        place: Which of its continuations is right.
        ends: Whether the token that ends a text or a turn comes after it.
    """

    asked: Score
    place: int = 0
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Lessons:
    """What a pool teaches, in its order, and why some of its examples teach nothing."""

    taught: tuple[Lesson, ...]
    left_out: tuple[str, ...]


class NothingToLearn(RequestFailed):
    """An example whose gold answer no single reply leads to."""


def lessons(experiment: Experiment) -> Lessons:
    """Ask what a run would ask of each example of the pool, and answer it rightly.

    Selections never show an example to itself, and prompts give up demonstrations as in a run.

    Raises:
        ValueError: nothing can be learnt from the pool; says why.
    """
    pool = experiment.dataset.pool
    known = [example for example in pool if example.answer.strip()]
    if not known:
        raise ValueError(_nothing(len(pool)))
    stages = (experiment.retrieval, experiment.selection, experiment.ordering)
    show, answerer = experiment.answerer.preview, experiment.answerer
    fitted = solve(with_room(lifted(fit(*stages, pool)), show), answerer)
    told = solve(parallel(_lesson(experiment, fitted, each) for each in known), answerer)
    taught = tuple(each for each in told if isinstance(each, Lesson))
    left_out = [f"{each.id}: no known answer" for each in pool if not each.answer.strip()]
    left_out += [each for each in told if isinstance(each, str)]
    if not taught:
        raise ValueError(
            f"tune: nothing can be learnt from any of the {len(pool)} examples of the pool: "
            f"{left_out[-1]}"
        )
    return Lessons(taught, tuple(left_out))


def _nothing(examples: int) -> str:
    there = f"none of its {examples} examples has an answer" if examples else "it has no examples"
    return (
        f"tune: there is nothing to learn from the pool: {there}; expected examples with answers: "
        "a file train.jsonl in dataset.path, or dataset.pool=FILE"
    )


def _lesson(experiment: Experiment, fitted: Fitted, example: Example) -> Program[Lesson | str]:
    """Make one; where there is none to be made, say why."""
    noted: list[Lesson] = []
    task, show = experiment.dataset.task, experiment.answerer.preview
    taught = Taught(experiment.asking, example, task, show, noted)
    try:
        yield from answer_question(
            example.question,
            fitted,
            strategy=taught,
            overflow=experiment.overflow,
            through=lambda stage, program: (
                program if stage == "strategy" else with_room(program, show)
            ),
        )
    except (NothingToLearn, ContextOverflow) as failure:
        return f"{example.id}: {failure}"
    return noted[-1]


@dataclass(frozen=True)
class Taught:
    """A strategy that is told the right reply, and asks nobody.

    Attributes:
        inner: The strategy.
        example: The question with its gold answer.
        task: What is asked.
        show: Previews a prompt: one that is too long fails as in a run.
        noted: What was learnt, the last one last.
    """

    inner: Strategy
    example: Example
    task: Task
    show: Show
    noted: list[Lesson]

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Tell replies until one leads to the gold answer.

        Raises:
            NothingToLearn: none does, or the strategy asks more than once.
        """
        asked: Sequence[Request] = next(self.inner.solve(question, demos))
        for lesson in self._tries(_only(asked), question):
            batches: list[Sequence[Request]] = []
            program = with_room(self.inner.solve(question, demos), self.show)
            answer = yield from interposed(program, _telling(lesson, batches))
            if len(batches) > 1:
                raise NothingToLearn(f"the strategy asks again after the first reply; {ONCE}")
            if Accuracy(self.task)(answer, self.example):
                self.noted.append(lesson)
                return answer
        raise NothingToLearn(
            f"no reply of the strategy's kind comes to the answer {self.example.answer!r}; {ONCE}"
        )

    def _tries(self, asked: ModelRequest, question: Question) -> Iterator[Lesson]:
        """List what may be the right reply, the most likely one first."""
        if isinstance(asked, Generate):
            text = self._reply(asked, question)
            stop = next(iter(asked.sampling.stop), "")
            yield Lesson(Score(asked.prompt, (text + stop,)), ends=not stop)
            return
        words, likely = asked.continuations, self._reply(asked, question)
        for place in sorted(range(len(words)), key=lambda place: words[place] != likely):
            yield Lesson(asked, place)

    def _reply(self, asked: ModelRequest, question: Question) -> str:
        """Write the reply as a demonstration gives it, with its rationale where these are shown."""
        template, example = template_of(self.inner), self.example
        if example.rationale and self._shows_rationales(question):
            said = _pieces(template).shown(example, self.task, with_rationale=True)
        else:
            said = template.continuation(template.written(example.answer, question, self.task))
        begins_anew = asked.prompt.messages[-1].role != "text" or asked.prompt.text[-1:].isspace()
        return said.lstrip() if begins_anew else str(said)

    def _shows_rationales(self, question: Question) -> bool:
        """Try whether a demonstration's rationale comes to stand in a prompt."""
        probe = replace(self.example, rationale=PROBE)
        asked: Sequence[Request] = next(self.inner.solve(question, [probe]))
        return any(PROBE in request.text for request in asked)


def template_of(strategy: Any) -> Template:
    """Return the template of a strategy, or of the one that it wraps.

    Raises:
        NothingToLearn: it has none.
    """
    while strategy is not None:
        if template := getattr(strategy, "template", None):
            return template  # type: ignore[no-any-return]
        strategy = getattr(strategy, "inner", None)
    raise NothingToLearn(f"the strategy has no template that says how an answer is given; {ONCE}")


def _pieces(template: Any) -> Any:
    """Return the pieces of a template: its own, or those that a prompt file sets."""
    return getattr(template, "pieces", template)


def _only(asked: Sequence[Request]) -> ModelRequest:
    """Return the one request there is: draws of a vote are alike.

    Raises:
        NothingToLearn: there are several, or it is none for the model under test.
    """
    first = asked[0]
    if isinstance(first, Call) or first.to != "model":
        raise NothingToLearn(f"the strategy asks {first.to} first; {ONCE}")
    if any(isinstance(each, Call) or each.prompt != first.prompt for each in asked):
        raise NothingToLearn(f"the strategy asks after several prompts at once; {ONCE}")
    if not first.prompt.text.strip():
        raise NothingToLearn(f"the strategy scores whole prompts, not answers; {ONCE}")
    return first


def _telling(lesson: Lesson, batches: list[Sequence[Request]]) -> Any:
    """Return what answers every request with a lesson, and notes what was asked."""

    def each(requests: Sequence[Request]) -> Program[Sequence[Reply]]:
        yield from ()
        batches.append(requests)
        return [_told(request, lesson) for request in requests]

    return each


def _told(request: Request, lesson: Lesson) -> Reply:
    if isinstance(request, Score):
        places = range(len(request.continuations))
        logprobs = tuple(0.0 if place == lesson.place else -100.0 for place in places)
        return Scores(logprobs, (1,) * len(places))
    text = lesson.asked.continuations[0]
    stop = request.sampling.stop[0] if isinstance(request, Generate) and not lesson.ends else ""
    return Completion(text.removesuffix(stop) if stop else text)
