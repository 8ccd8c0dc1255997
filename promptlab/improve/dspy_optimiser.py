"""DSPy's own optimisers, run against any model of ours; what they compile are variants to race.

Khattab et al., DSPy, 2023: BootstrapFewShot with random search (`bootstrap`) and COPRO. Opsahl-Ong
et al., 2024: MIPROv2 (`mipro`). Agrawal et al., 2025: GEPA. They are told the seed, one thread and
how much to try; all else is as DSPy has it. The teacher is the program itself.
"""

import contextlib
import io
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from promptlab.extract import read
from promptlab.improve.instruction import Scored
from promptlab.improve.ledger import Ledger
from promptlab.program import lifted, solve
from promptlab.protocols import Metric
from promptlab.strategy.dspy_program import DSPyProgram
from promptlab.types import Completion, Example, Question, digest

By = Literal["bootstrap", "mipro", "gepa", "copro"]
WRITTEN = 256
"""New tokens of what a writer says."""
NEVER = 1_000_000
"""Errors after which DSPy would stop: an answer that cannot be read is wrong, and no reason to."""


@dataclass(frozen=True)
class DSPyOptimiser:
    """Compile programs.

    Attributes:
        by: Which optimiser.
        strategy: What is compiled: its signature, task, and how its answers are read.
        metric: Scores an answer, from 0 to 1.
        folder: Where the programs are saved.
        budget: The tokens at which DSPy is told no more.
        proposals: How many instructions or sets of demonstrations are tried.
        train: Most examples that are learnt from.
        validated: Most examples, of those that the race judges on, that DSPy validates on.
        seed: Of all draws.
    """

    by: By
    strategy: DSPyProgram
    metric: Metric
    folder: Path
    budget: int
    proposals: int = 6
    train: int = 40
    validated: int = 40
    seed: int = 0

    def __call__(
        self,
        seen: Sequence[Example],
        judges: Sequence[Example],
        tried: Sequence[Scored],
        step: int,
        ledger: Ledger,
    ) -> list[str]:
        """Compile, and return the files of the programs, the best by DSPy's own figures first."""
        del tried, step
        import dspy  # noqa: PLC0415  takes a second

        from promptlab.improve.dspy_engine import Engine  # noqa: PLC0415  likewise

        engines = (
            (
                Engine(ledger, "model", self.budget, seed=self.seed),
                self.strategy.sampling.max_tokens,
            ),
            (Engine(ledger, "writer", self.budget, seed=self.seed), WRITTEN),
        )
        model, writer = (
            dspy.LM("promptlab", engine=engine, cache=False, temperature=0.0, max_tokens=most)
            for engine, most in engines
        )
        adapter = dspy.ChatAdapter(use_json_adapter_fallback=False)
        train = self._examples(seen[: self.train])
        held = self._examples(judges[: self.validated])
        with dspy.context(lm=model, adapter=adapter, num_threads=1, max_errors=NEVER), _quiet():
            student = dspy.Predict(self.strategy.typed)
            try:
                compiled = self._compiled(student, train, held, self._scorer(ledger), writer)
            except (dspy.utils.exceptions.AdapterParseError, ValueError, AttributeError) as error:
                said = " ".join(str(error).split())[:200]
                raise ValueError(
                    f"DSPy's {self.by} could not go on ({type(error).__name__}: {said}): mostly "
                    "the writer's replies are not in DSPy's format; expected a stronger writer, "
                    "model@writer=…, or --by opro"
                ) from error
        return [self._saved(program) for program in _programs(compiled)]

    def _compiled(
        self, student: Any, train: list[Any], judges: list[Any], score: Any, writer: Any
    ) -> Any:
        from dspy import teleprompt  # noqa: PLC0415  imported by now

        if self.by == "bootstrap":
            search = teleprompt.BootstrapFewShotWithRandomSearch(
                score, num_candidate_programs=self.proposals, num_threads=1, max_labeled_demos=4
            )
            return search.compile(student, trainset=train, valset=judges)
        if self.by == "copro":
            copro = teleprompt.COPRO(
                prompt_model=writer, metric=score, breadth=max(2, self.proposals), depth=2
            )
            shown = {"num_threads": 1, "display_progress": False, "display_table": 0}
            return copro.compile(student, trainset=judges, eval_kwargs=shown)
        if self.by == "mipro":
            mipro = teleprompt.MIPROv2(
                score,
                prompt_model=writer,
                auto=None,
                num_candidates=self.proposals,
                num_threads=1,
                max_errors=NEVER,
                seed=self.seed,
            )
            told = {"num_trials": 2 * self.proposals, "minibatch": False}
            return mipro.compile(student, trainset=train, valset=judges, **told)
        gepa = teleprompt.GEPA(
            metric=score,
            max_metric_calls=len(judges) * (self.proposals + 1),
            reflection_lm=writer,
            num_threads=1,
            track_stats=True,
            seed=self.seed,
        )
        return gepa.compile(student, trainset=train, valset=judges)

    def _examples(self, examples: Sequence[Example]) -> list[Any]:
        import dspy  # noqa: PLC0415  imported by now

        known = self.strategy.typed.fields
        return [
            dspy.Example(
                **{k: v for k, v in self.strategy.demo(example).items() if k in known},
                example=example,
            ).with_inputs(*self.strategy.inputs(example.question))
            for example in examples
        ]

    def _scorer(self, ledger: Ledger) -> Callable[..., Any]:
        """A metric as DSPy and GEPA call it: the latter wants words with its score."""

        def score(gold: Any, told: Any, *_: Any, **__: Any) -> Any:
            example: Example = gold.example
            reply = Completion(str(getattr(told, self.strategy.output, "")))
            question: Question = example.question
            answer = read(reply, self.strategy.task, question, self.strategy.extract)
            scored: Any = solve(lifted(self.metric(answer, example)), ledger)
            value = float(scored)
            if self.by != "gepa":
                return value
            import dspy  # noqa: PLC0415  imported by now

            right = "right" if value == 1 else f"not right; {example.answer!r} would be"
            said = f"The answer {answer.text!r} is {right}."
            return dspy.Prediction(score=value, feedback=said)

        return score

    def _saved(self, program: Any) -> str:
        """Save a program under a name that says what is in it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        state = program.dump_state()
        path = self.folder / f"{digest(json.loads(json.dumps(state, default=str)))[:12]}.json"
        for predictor in program.predictors():
            predictor.lm = None
            predictor.demos = [_bare(demo) for demo in predictor.demos]
        program.save(str(path))
        return str(path)


def _bare(demo: Any) -> Any:
    """A demonstration without our own example in it."""
    return demo.without("example") if "example" in demo else demo


def _programs(compiled: Any) -> list[Any]:
    """The compiled program and the others that its optimiser kept, each once."""
    kept = getattr(compiled, "candidate_programs", None) or ()
    programs = [each["program"] if isinstance(each, dict) else each[-1] for each in kept]
    details = getattr(compiled, "detailed_results", None)
    programs += list(getattr(details, "candidates", ()))
    distinct: dict[str, Any] = {}
    for program in (compiled, *programs):
        distinct.setdefault(json.dumps(program.dump_state(), default=str, sort_keys=True), program)
    return list(distinct.values())


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep what DSPy prints and logs out of the terminal."""
    logger = logging.getLogger("dspy")
    level, nowhere = logger.level, io.StringIO()
    logger.setLevel(logging.CRITICAL)
    try:
        with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
            yield
    finally:
        logger.setLevel(level)
