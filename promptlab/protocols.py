"""The verbs: one protocol for each seam of an experiment."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import (
    TYPE_CHECKING,
    Any,
    Literal,
    Protocol,
    TypeAlias,
    TypeVar,
    runtime_checkable,
)

from promptlab.types import (
    Answer,
    Dataset,
    Example,
    ModelReply,
    ModelRequest,
    Passage,
    Prompt,
    Question,
    Reply,
    Request,
    RequestFailed,
    Sampling,
    Task,
    Trial,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

T = TypeVar("T")

Program: TypeAlias = Generator[Sequence[Request], Sequence[Reply], T]
"""Whatever asks anyone: it yields requests, is sent their replies in order, and returns a T."""

Step: TypeAlias = T | Program[T]
"""What a stage returns: its result, or a program that returns it (see `program.lifted`)."""


class Source(Protocol):
    """Where a data set comes from."""

    def load(self) -> Dataset:
        """Read pool and test; raise `ValueError` naming file and line where a record is bad."""
        ...


class Search(Protocol):
    """A fitted retrieval."""

    def __call__(self, question: Question) -> Step[Sequence[Passage]]:
        """Return passages, best first."""
        ...


class Retrieval(Protocol):
    """Which passages of a corpus."""

    @property
    def identity(self) -> str:
        """Names the passages there are, for the record; empty where there are none."""
        ...

    def fit(self) -> Step[Search]:
        """Prepare to search; raise `ValueError` where the corpus cannot be read."""
        ...


class Select(Protocol):
    """A fitted selection."""

    def __call__(self, question: Question) -> Step[Sequence[Example]]:
        """Return members of the pool, best first; never the question itself."""
        ...


@runtime_checkable
class Ahead(Protocol):
    """A fitted selection, or a part of one, that saves work where it knows what comes."""

    def ahead(self, questions: Sequence[Question]) -> None:
        """Prepare for the questions of a batch; it changes nothing of what is chosen for them."""
        ...


class Selection(Protocol):
    """Which demonstrations."""

    def fit(self, pool: Sequence[Example]) -> Step[Select]:
        """Prepare to select from the pool; raise `ValueError` where it is too small."""
        ...


class Ordering(Protocol):
    """In what order the demonstrations stand in the prompt."""

    def __call__(self, demos: Sequence[Example], question: Question) -> Step[Sequence[Example]]:
        """Return a permutation of the demonstrations, which come best first."""
        ...


class OrderingToFit(Protocol):
    """An ordering that depends on the pool, and on what is selected from it."""

    def fit(self, pool: Sequence[Example], select: Select) -> Step[Ordering]:
        """Prepare to order what the fitted selection chooses."""
        ...


class Strategy(Protocol):
    """How to ask."""

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Answer the question, shown the demonstrations in this order."""
        ...


By = Literal["letter", "text"]
"""Whether a choice is answered by its letter, or by its text with no list of choices."""


class Template(Protocol):
    """How a prompt is written, and what that says of its replies."""

    @property
    def name(self) -> str:
        """What it is called in the record."""
        ...

    @property
    def trigger(self) -> str:
        """What comes before the answer of a reasoned reply."""
        ...

    def prompt(
        self,
        task: Task,
        question: Question,
        demos: Sequence[Example] = (),
        *,
        with_rationale: bool = False,
        reasoning: bool = False,
        by: By = "letter",
        reply: str = "",
    ) -> Prompt:
        """Write the prompt that asks `question`, after `demos` in this order."""
        ...

    def written(
        self, answer: str, question: Question, task: Task = Task(), by: By = "letter"
    ) -> str:
        """Write an answer as a demonstration gives it."""
        ...

    def continuation(self, answer: str) -> str:
        """Write an answer as it would continue the prompt, for its probability."""
        ...

    @property
    def lead(self) -> str:
        """What comes before the answer in a reply that is nothing else."""
        ...

    def announcing(self, reasoning: str) -> tuple[str, str]:
        """Write the reply so far that leads up to its answer, and the blanks before that."""
        ...

    def begun(self, reply: str) -> str:
        """Take from a reply of several lines the white space that comes before every answer."""
        ...

    def concluding(self, reasoning: str, task: Task) -> str:
        """Write the reply so far that asks for the answer after the reasoning."""
        ...

    def stopping(self, sampling: Sampling, task: Task, reasoned: bool = False) -> Sampling:
        """Let a completion end where the template's reply does, if nothing else was said."""
        ...


class Edit(Protocol):
    """Something changed in how a task is put."""

    def __call__(self, task: Task, template: Template) -> tuple[Task, Template]:
        """Return task and template, changed; raise `ValueError` where they cannot be."""
        ...


@dataclass(frozen=True, slots=True)
class Preview:
    """A prompt exactly as a model would read it.

    `tokens` is None where nothing counts them; `window` is how many tokens the model can hold,
    prompt and reply together, None where that is not known.
    """

    text: str
    tokens: int | None
    window: int | None = None


class ContextOverflow(RequestFailed):
    """A prompt is longer than the model's window; carries both numbers of tokens."""

    def __init__(self, tokens: int, window: int) -> None:
        super().__init__(tokens, window)
        self.tokens = tokens
        self.window = window

    def __str__(self) -> str:
        """What was given, what fits, and what to do."""
        return (
            f"a prompt has {self.tokens} tokens and the model's window holds {self.window}: show "
            "fewer or shorter demonstrations (a smaller k), or use a model with a longer window"
        )


class ProgramFailed(RequestFailed):
    """A program that was run has no result: it is wrong, or takes more than it may."""


class Answerer(Protocol):
    """Whoever answers requests."""

    def answer(self, requests: Sequence[Request]) -> Sequence[Reply]:
        """Reply to every request, in order.

        `Completion` to `Generate`, `Scores` to `Score`, `Result` to `Call`; `Failed` to a request
        that cannot be answered while others can: a prompt that is longer than the window
        (`ContextOverflow`), one that is refused, a tool that fails. What concerns all requests, a
        server that is down or a key that is wrong, is raised.
        """
        ...


class Model(Protocol):
    """A language model."""

    @property
    def identity(self) -> Mapping[str, str]:
        """What makes its replies what they are: name, weights' revision, dtype, …; JSON-ready."""
        ...

    def answer(self, requests: Sequence[ModelRequest]) -> Sequence[ModelReply]:
        """Reply to every request, in order, as an `Answerer` does that is asked no tool."""
        ...

    def preview(self, prompt: Prompt) -> Preview:
        """Show what `answer` would read, without loading weights."""
        ...


class CountTokens(Protocol):
    """A tokenizer, as one who plans by length sees it."""

    def __call__(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text."""
        ...


class Encoder(Protocol):
    """Texts to vectors.

    Where it has a `query_prefix` and a `passage_prefix`, whoever searches writes them before
    questions and before what is searched.
    """

    @property
    def identity(self) -> str:
        """Names the vectors this encoder makes, for the cache of embeddings."""
        ...

    def encode(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """Return unit vectors, shape (texts, dimensions)."""
        ...


class Tool(Protocol):
    """What a program may call by name.

    `description` tells a model what it does and what its input is; `pure` says that the same input
    always has the same result. It may be called from several threads at once.
    """

    @property
    def description(self) -> str: ...  # noqa: D102  described above
    @property
    def pure(self) -> bool: ...  # noqa: D102
    def __call__(self, text: str) -> str:
        """Return the result; raise `RequestFailed` where there is none for this input."""
        ...


@runtime_checkable
class Prepares(Protocol):
    """A tool with something to read before it is called first."""

    def prepare(self) -> None:
        """Read it; raise `ValueError` or `OSError` where it cannot be read."""
        ...


@runtime_checkable
class TakesArguments(Protocol):
    """A tool whose text is JSON of arguments by name."""

    @property
    def parameters(self) -> str:
        """The JSON Schema of its arguments."""
        ...


class Metric(Protocol):
    """A score of one answer, or several by name.

    Where it has `reads_reply = True` it is given the strategy's last completion, too, and with
    `reads_effort = True` after that an `Effort`, what the answer took. Where it has
    `reads_passages = True` it is given after these the passages that were shown, and with
    `reads_draws = True` last the completions of the prompt that was drawn most often; with
    `without_gold = True` it scores also where no right answer is known; where `bounds_cost` says so
    of the test's examples, its scores depend on prices.
    """

    def __call__(self, answer: Answer, example: Example) -> Step[float | Mapping[str, float]]:
        """Score the answer against the example's gold answer."""
        ...


@runtime_checkable
class OfRun(Protocol):
    """A metric that scores all answers of a run together, too."""

    def of_run(
        self, trials: Sequence[Trial], confidence: float = 0.95
    ) -> tuple[Mapping[str, float], Mapping[str, str]]:
        """Return scores by name, and the signatures of those that have one.

        With `NAME_low` and `NAME_high`, an interval of this confidence, where there is one.
        """
        ...


class Run(Protocol):
    """One variant being recorded somewhere."""

    @property
    def id(self) -> str:
        """The name of the run where it is recorded; empty where it is not."""
        ...

    def log_trials(self, batch: Sequence[Trial]) -> None:
        """Take note of the trials of one batch."""
        ...

    def log_result(self, result: Mapping[str, Any]) -> None:
        """Take note of the finished run: the content of `result.json`."""
        ...


class Tracking(Protocol):
    """Where people look at runs."""

    def start(
        self, name: str, config: Mapping[str, Any], folder: Path
    ) -> AbstractContextManager[Run]:
        """Open a run of the variant `name`, whose records are in `folder`."""
        ...
