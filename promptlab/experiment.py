"""An experiment: the call of one frozen dataclass whose fields are the stages, in their order."""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Literal, TypeVar

from promptlab.context import POLICIES, Drop, with_room
from promptlab.metric import demonstrations
from promptlab.metric.confidence.diagram import diagrams
from promptlab.metric.costs import Spent, costs, total
from promptlab.metric.effort import effort
from promptlab.metric.latency import latencies
from promptlab.metric.slices import check_fields, slices
from promptlab.metric.summary import figures, missing, of_run, summarise, unscored
from promptlab.model.price import price_of
from promptlab.model.usage import Counted, Usage
from promptlab.nothing_to_choose import check_choosing
from promptlab.on_disk import on_disk
from promptlab.program import lifted, parallel, recorded, solve
from promptlab.protocols import (
    Ahead,
    Metric,
    Model,
    Ordering,
    OrderingToFit,
    Prepares,
    Program,
    Retrieval,
    Selection,
    Step,
    Strategy,
    Tool,
    Tracking,
)
from promptlab.records.files import Records, read_result
from promptlab.records.fit_record import fit_once, read_fit
from promptlab.records.owner import own
from promptlab.records.provenance import config_hash, examples_digest, versions
from promptlab.records.resume import resume, salvage
from promptlab.records.timings import append_timings
from promptlab.retrieval.none import NoRetrieval
from promptlab.route import ROLES, Route
from promptlab.selection.counting import Counting
from promptlab.selection.told import foresee, recall
from promptlab.stages import Answered, Fitted, answer_question, fit, prepared
from promptlab.tracking.none import NoTracking
from promptlab.tracking.pending import is_pending
from promptlab.types import (
    Answer,
    Completion,
    Dataset,
    Example,
    Exchange,
    Generate,
    RequestFailed,
    Stage,
    Trial,
    digest,
)

T = TypeVar("T")
Watch = Callable[[Sequence[Trial]], None]
OnError = Literal["record", "stop"]


@dataclass(frozen=True)
class Experiment:
    """One variant of a prompt, run over a test set.

    Attributes:
        dataset: The pool that demonstrations come from, and the test examples.
        selection: Which demonstrations.
        ordering: In what order.
        strategy: How to ask.
        model: The model under test.
        metric: What is scored, by name.
        tracking: Where people look at the run.
        folder: Where `trials.jsonl` and `result.json` are written.
        name: The variant's name.
        batch: How many test examples are asked side by side, and recorded at once.
        overflow: Which demonstration is given up first where a prompt is longer than the model's
            context: the `least_similar`, the `farthest` from the question, or the `last`.
        config: The resolved configuration, for the record.
        resume: Go on with a run of the same config and data that was stopped in `folder`, and
            leave one that was finished there as it is.
        wait: Where another process runs in `folder`, wait until it ends, instead of refusing.
        on_error: Whether a question that cannot be answered (its prompt does not fit, it is
            refused, a tool fails) is recorded as `failed`, or stops the run.
        slices: Fields of the records by whose values the scores are told, too.
        tool: What programs may call, by name.
        judge: Who grades; the model under test where nothing is said, as for the next two.
        writer: Who writes what the model under test is then shown.
        translator: Who translates.
        retrieval: Which passages of a corpus are shown.
    """

    dataset: Dataset
    selection: Selection
    ordering: Ordering | OrderingToFit
    strategy: Strategy
    model: Model
    metric: Mapping[str, Metric]
    tracking: Tracking = field(default_factory=NoTracking)
    folder: Path = Path("outputs")
    name: str = "experiment"
    batch: int = 32
    overflow: Drop = "least_similar"
    config: Mapping[str, Any] = field(default_factory=dict)
    resume: bool = True
    wait: bool = False
    on_error: OnError = "record"
    slices: Sequence[str] = ()
    tool: Mapping[str, Tool] = field(default_factory=dict)
    judge: Model | None = None
    writer: Model | None = None
    translator: Model | None = None
    retrieval: Retrieval = field(default_factory=NoRetrieval)

    def __post_init__(self) -> None:
        """Check the settings before anything is loaded."""
        object.__setattr__(self, "folder", Path(self.folder))
        if self.batch < 1:
            raise ValueError(f"batch is {self.batch}; expected at least 1")
        if self.overflow not in POLICIES:
            raise ValueError(
                f"overflow is {self.overflow!r}; expected one of {', '.join(POLICIES)}"
            )
        if self.on_error not in ("record", "stop"):
            raise ValueError(f"on_error is {self.on_error!r}; expected record or stop")
        if not self.dataset.test:
            raise ValueError(f"dataset {self.dataset.name!r} has no test examples to run on")
        self._check_tools()
        check_choosing(
            {name: getattr(self, name) for name in ("selection", "ordering", "strategy")}
        )
        check_fields(self.slices, self.dataset.test)
        if self._bounds_cost and self.cost("model", 0, 0) is None:
            raise ValueError(
                "a check bounds the cost of an answer, and the model has no price; expected "
                "model.price.input=… model.price.output=…, the prices of a million tokens"
            )

    def _check_tools(self) -> None:
        """Refuse a tool that is called by the strategy or a metric, and is not there."""
        metrics = {f"metric {name}": metric for name, metric in self.metric.items()}
        for who, part in {"the strategy": self.strategy, **metrics}.items():
            for name in tools_of(part):
                if name not in self.tool:
                    known = ", ".join(self.tool) or "none"
                    raise ValueError(
                        f"{who} calls the tool {name!r}, and this run has {known}; expected "
                        f"tool={name}"
                    )

    def __call__(self, watch: Watch | None = None) -> dict[str, Any]:
        """Run, record every trial, and return what `result.json` holds.

        Args:
            watch: Told the trials of every batch, as it is recorded.
        """
        with own(self.folder, wait=self.wait):
            return self._run(Records(self.folder), watch)

    def _run(self, records: Records, watch: Watch | None) -> dict[str, Any]:
        trials = resume(records, self.key, self.dataset, self.batch, self.about)
        if len(trials) == len(self.dataset.test) and records.result_path.exists():
            return self._finished(records, trials)
        with self.tracking.start(self.name, self.config, self.folder) as run:
            started, before = time.perf_counter(), self.counts()
            tell = [run.log_trials, *([watch] if watch else [])]
            for listener in tell if trials else ():
                listener(trials)
            for batch in self.batches(len(trials)):
                records.append(batch)
                append_timings(self.folder, batch, len(trials))
                trials += batch
                for listener in tell:
                    listener(batch)
            timings = self.timings(trials, time.perf_counter() - started, self.counts() - before)
            result = self.result(trials, run.id) | {"timings": timings}
            result = records.write_result(result)
            run.log_result(result)
        return result

    def _finished(self, records: Records, trials: Sequence[Trial]) -> dict[str, Any]:
        """Return what an earlier run found; show it where that run did not come to it."""
        recorded_result = read_result(self.folder)
        result = self.repriced(recorded_result, trials)
        anew = result != recorded_result and os.access(self.folder, os.W_OK)
        if anew or is_pending(self.folder):
            with self.tracking.start(self.name, self.config, self.folder) as run:
                run.log_trials(trials)
                if run.id:
                    result["mlflow_run_id"] = run.id
                if run.id or anew:
                    result = records.write_result(result)
                run.log_result(result)
        return result

    @property
    def about(self) -> dict[str, Any]:
        """What is to be known of the run before it has a result."""
        return {"name": self.name, "config": dict(self.config)}

    @property
    def key(self) -> str:
        """Names the run by all that decides its trials; empty where it is not to be resumed."""
        if not self.config or not self.resume:
            return ""
        corpora = list(self._corpora().values())
        data = [self._data(), *self._further_fields(), *self._scored_prices(), *corpora]
        data += [*self._adapters(), *self._on_disk()]
        return digest([config_hash(self.config), *data, versions().get("promptlab", "")])

    def _further_fields(self) -> list[str]:
        """Digest what prompts may name of the records beside their questions, if there is any."""
        examples = (*self.dataset.pool, *self.dataset.test)
        further = [dict(example.question.metadata) for example in examples]
        return [digest(further)] if any(further) else []

    def _corpora(self) -> dict[str, str]:
        """Digest what retrieval and the tools search, if they search anything."""
        searched = {"corpus": self.retrieval, **self.tool}
        found = {name: getattr(each, "identity", "") for name, each in searched.items()}
        return {name: each for name, each in found.items() if isinstance(each, str) and each}

    def _adapters(self) -> list[dict[str, str]]:
        """Digest the adapters of the models, if any has one: a folder may hold another by now."""
        models = {"model": self.model, **self.others}
        asked = [role for role in models if (self.config.get(role) or {}).get("adapter")]
        return [{role: models[role].identity.get("adapter", "")} for role in asked]

    def _on_disk(self) -> list[str]:
        """Digest what is read on this disk beside the data: it may be something else by now."""
        stages = self.selection, self.ordering, self.strategy, self.retrieval, self.metric
        return on_disk(*stages, self.model, self.others)

    @cached_property
    def _bounds_cost(self) -> bool:
        """Whether a metric scores what an answer costs, so that prices decide its score."""
        bounding = [metric for metric in self.metric.values() if hasattr(metric, "bounds_cost")]
        return any(metric.bounds_cost(self.dataset.test) for metric in bounding)

    def _scored_prices(self) -> list[dict[str, Any]]:
        models = {"model": self.model, **self.others}
        prices = {role: asdict(price_of(model)) for role, model in models.items()}
        return [prices] if self._bounds_cost else []

    def _data(self) -> dict[str, Any]:
        parts = {"pool": self.dataset.pool, "test": self.dataset.test}
        return {
            part: {"examples": len(examples), "digest": examples_digest(examples)}
            for part, examples in parts.items()
        }

    def batches(self, done: int = 0) -> Iterator[list[Trial]]:
        """Answer the test examples from number `done` on, `batch` at a time.

        A batch that was answered already, behind damage to the records, is not asked again.
        """
        known = salvage(self.folder, self.dataset, self.batch)
        fitted, shown = self._counting(self.fitted())
        self._foresee(fitted, done)
        for start in range(done, len(self.dataset.test), self.batch):
            if start in known:
                yield known[start]
                continue
            examples = self.dataset.test[start : start + self.batch]
            for stage in (fitted.search, fitted.select):
                if isinstance(stage, Ahead):
                    stage.ahead([example.question for example in examples])
            attempts = parallel(self.attempt(example, fitted) for example in examples)
            trials = solve(attempts, self.answerer)
            yield trials if start else without_common_failure(trials)
        shown.tell(len(self.dataset.test) - done)

    def _counting(self, fitted: Fitted) -> tuple[Fitted, Counting]:
        """Count the demonstrations of each question."""
        shown = Counting.of(self.selection, fitted.select, self.dataset.pool)
        return replace(fitted, select=shown), shown

    def _foresee(self, fitted: Fitted, done: int) -> None:
        """Say what is not read of the questions to come, and note what searches miss."""
        questions = [example.question for example in self.dataset.test[done:]]
        for name, stage in {"retrieval": fitted.search, "selection": fitted.select}.items():
            foresee(stage, questions)
            if (found := recall(stage)) is not None:
                self._recall[name] = found

    @cached_property
    def _recall(self) -> dict[str, float]:
        """The share that approximate indexes find of the nearest, by stage."""
        return {}

    def fitted(self) -> Fitted:
        """Fit the stages; what that asks is kept in `fit.jsonl`, never asked twice."""
        for tool in self.tool.values():
            if isinstance(tool, Prepares):
                tool.prepare()
        fitting = fit(self.retrieval, self.selection, self.ordering, self.dataset.pool)
        program = with_room(lifted(fitting), self.answerer.preview)
        return solve(fit_once(program, Records(self.folder)), self.answerer)

    @cached_property
    def asking(self) -> Strategy:
        """The strategy, fitted to the pool where it learns from it."""
        return prepared(self.strategy, self.dataset.pool)

    @cached_property
    def answerer(self) -> Route:
        """All roles and tools that can be asked."""
        return Route({"model": self.model, **self.others}, self.tool)

    @property
    def others(self) -> dict[str, Model]:
        """Who answers beside the model under test, by role."""
        roles = {role: getattr(self, role) for role in ROLES}
        return {role: model for role, model in roles.items() if model is not None}

    def attempt(self, example: Example, fitted: Fitted) -> Program[Trial]:
        """Answer one test example, and score the answer.

        Raises:
            RequestFailed: a request failed, and `on_error` is `stop`.
        """
        exchanges, error = list[Exchange](), ""
        asked = partial(self._asked, exchanges)
        try:
            shown = yield from answer_question(
                example.question,
                fitted,
                strategy=self.asking,
                overflow=self.overflow,
                through=asked,
            )
        except RequestFailed as failure:
            shown = Answered(Answer("", outcome="failed"))
            error = self._message(failure, example)
        scores: dict[str, float] = {}
        for name, metric in self._metrics(example):
            more: list[Any] = []
            if getattr(metric, "reads_reply", False):
                more.append(last_reply(exchanges))
            if getattr(metric, "reads_effort", False):
                more.append(effort(exchanges, self.cost))
            if getattr(metric, "reads_passages", False):
                more.append(shown.passages)
            if getattr(metric, "reads_draws", False):
                more.append(draws(exchanges))
            try:
                scored: Step[Any] = metric(shown.answer, example, *more)
                score = yield from asked("metric", lifted(scored))
                scores.update(score if isinstance(score, Mapping) else {name: float(score)})
            except RequestFailed as failure:
                error = error or unscored(name) + self._message(failure, example)
        ids = tuple(passage.id for passage in shown.passages)
        told = (shown.demos, tuple(exchanges), shown.answer, scores, error, ids)
        return Trial(example, *told, self._shown(example, shown.demos, exchanges))

    @staticmethod
    def _shown(
        example: Example, demos: Sequence[Example], exchanges: Sequence[Exchange]
    ) -> int | None:
        """Count the demonstrations that the prompts show; None where they are those given."""
        count = demonstrations.shown(exchanges, example.question, demos) if demos else 0
        return None if count == len(demos) else count

    def _asked(self, exchanges: list[Exchange], stage: Stage, program: Program[T]) -> Program[T]:
        """Run a stage's program; its requests must leave room for replies, and are recorded."""
        return recorded(with_room(program, self.answerer.preview), exchanges, stage)

    def _message(self, failure: RequestFailed, example: Example) -> str:
        if self.on_error == "stop":
            raise RequestFailed(
                f"question {example.id!r}: {failure}; on_error=record goes on without it"
            ) from failure
        return str(failure)

    def _metrics(self, example: Example) -> Iterator[tuple[str, Metric]]:
        """List the metrics that can score an answer: all, where a gold answer is known."""
        for name, metric in self.metric.items():
            if example.answer or getattr(metric, "without_gold", False):
                yield name, metric

    def counts(self) -> Usage:
        """Return the work of the model under test until now, where it counts it."""
        return self.model.counts if isinstance(self.model, Counted) else Usage()

    @staticmethod
    def timings(trials: Sequence[Trial], seconds: float, counts: Usage) -> dict[str, Any]:
        """Return what a run took, which is no part of its result."""
        return {"seconds": seconds, "requests": asdict(counts), **latencies(trials)}

    def cost(self, role: str, prompt_tokens: int, completion_tokens: int) -> float | None:
        """Return what tokens of whoever answers for a role cost; None where no price is said."""
        if role in self.tool:
            return None
        return price_of(self.answerer.model(role)).of(prompt_tokens, completion_tokens)

    def spent(self, trials: Sequence[Trial]) -> Spent:
        """Return what a run cost that has these trials, by stage and role."""
        exchanges = (exchange for trial in trials for exchange in trial.exchanges)
        return costs([*read_fit(self.folder), *exchanges], self.cost)

    def repriced(self, result: Mapping[str, Any], trials: Sequence[Trial]) -> dict[str, Any]:
        """Return the result of these trials with what they cost at the prices of this config."""
        spent = self.spent(trials)
        as_before = {*result.get("slices", {})} == {*self.slices}
        if result.get("costs") == spent and as_before:
            return dict(result)
        sliced = self.sliced(trials)
        result = {key: value for key, value in result.items() if key != "slices"} | sliced
        metrics = {name: value for name, value in result["metrics"].items() if name != "cost"}
        told = {"config": dict(self.config), "costs": spent, "metrics": metrics | total(spent)}
        return {**result, **told}

    def sliced(self, trials: Sequence[Trial]) -> dict[str, Any]:
        """Return the `slices` of these trials, where any are asked for."""
        return {"slices": slices(trials, self.slices, self._figures)} if self.slices else {}

    def _figures(self, trials: Sequence[Trial], confidence: float) -> dict[str, float]:
        """Return what is said of some trials together, and is no mean over them."""
        own, _ = of_run(trials, self.metric, confidence)
        return {**figures(trials, self.dataset.task, confidence), **own}

    def result(self, trials: Sequence[Trial], run_id: str = "") -> dict[str, Any]:
        """Return what `result.json` holds of these trials, but for what they took."""
        spent = self.spent(trials)
        own, signatures = of_run(trials, self.metric)
        metrics = summarise(trials, self.dataset.task) | missing(trials, self.metric)
        metrics |= own | total(spent)
        sure = diagrams(trials)
        return {
            "name": self.name,
            "dataset": self.dataset.name,
            "data": self._data() | self._corpora(),
            "metrics": metrics,
            **({"signatures": signatures} if signatures else {}),
            **({"reliability": sure} if sure else {}),
            **({"recall": dict(self._recall)} if self._recall else {}),
            **self.sliced(trials),
            "config_hash": config_hash(self.config),
            "config": dict(self.config),
            "seed": self.config.get("seed"),
            "model": dict(self.model.identity),
            "roles": {role: dict(model.identity) for role, model in self.others.items()},
            "costs": spent,
            "versions": versions(),
            "mlflow_run_id": run_id,
        }


def tools_of(strategy: Any) -> list[str]:
    """List the tools that a strategy, or what is within it, calls: by `tool`, `search`, `tools`."""
    if not is_dataclass(strategy) or isinstance(strategy, type):
        return []
    parts = {part.name: getattr(strategy, part.name) for part in fields(strategy)}
    own = [name for key in ("tool", "search") if isinstance(name := parts.get(key), str) and name]
    own += parts["tools"] if isinstance(parts.get("tools"), Mapping) else []
    for part in parts.values():
        within = part.values() if isinstance(part, Mapping) else (part,)
        own += [name for each in within for name in tools_of(each)]
    return own


def last_reply(exchanges: Sequence[Exchange]) -> Completion | None:
    """Return the last completion of the strategy; None where the model under test wrote nothing."""
    written = (
        exchange.reply
        for exchange in reversed(exchanges)
        if exchange.stage == "strategy"
        and isinstance(exchange.reply, Completion)
        and getattr(exchange.request, "to", "model") == "model"
    )
    return next(written, None)


def draws(exchanges: Sequence[Exchange]) -> list[Completion]:
    """Return the completions of the prompt that the strategy drew most often, as they came."""
    by_prompt: dict[str, list[Completion]] = {}
    for exchange in exchanges:
        asked, reply = exchange.request, exchange.reply
        drawn = isinstance(asked, Generate) and asked.to == "model"
        if exchange.stage == "strategy" and drawn and isinstance(reply, Completion):
            by_prompt.setdefault(asked.text, []).append(reply)
    return max(by_prompt.values(), key=len, default=[])


def without_common_failure(trials: list[Trial]) -> list[Trial]:
    """Return a run's first trials, unless all failed alike: what fails all is no question's fault.

    Raises:
        RequestFailed: they did, and why.
    """
    errors = {trial.error for trial in trials if trial.answer.outcome == "failed"}
    alike = len(errors) == 1 and all(trial.answer.outcome == "failed" for trial in trials)
    if len(trials) > 1 and alike:
        raise RequestFailed(f"each of the first {len(trials)} questions failed: {errors.pop()}")
    return trials
