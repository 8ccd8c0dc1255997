"""The search for a better variant: propose, race against the best so far, and again.

What is proposed is judged on examples of the pool that are set apart, never on the test; the writer
sees others. Only the best and the start answer the test, at the end, and are compared there.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from promptlab.analysis.racing.contender import Contender
from promptlab.analysis.racing.race import race, shuffle_examples
from promptlab.analysis.racing.record import Rules
from promptlab.experiment import Experiment
from promptlab.improve.instruction import Scored
from promptlab.improve.ledger import Ledger
from promptlab.improve.record import START, Candidate, described, write
from promptlab.program import solve
from promptlab.protocols import Program
from promptlab.records.files import Records, read_trials
from promptlab.records.owner import own
from promptlab.types import Dataset, Example, digest

FEWEST = 5
"""Examples on which nothing is judged: fewer tell nothing."""
IDLE = 3
"""Steps without a new proposal after which there will be none."""


class Writing(Protocol):
    """Who proposes as a program does, by asking the writer."""

    def propose(
        self, pool: Sequence[Example], tried: Sequence[Scored], step: int
    ) -> Program[list[str]]:
        """Ask for proposals, shown what was tried."""
        ...


class Propose(Protocol):
    """Who proposes, however that asks."""

    def __call__(
        self,
        seen: Sequence[Example],
        judges: Sequence[Example],
        tried: Sequence[Scored],
        step: int,
        ledger: Ledger,
    ) -> list[str]:
        """Return proposals.

        Args:
            seen: What may be shown to a writer, and learnt from.
            judges: What proposals will be judged on.
            tried: The proposals so far, with their scores.
            step: Which step it is, from 0.
            ledger: Whom to ask.
        """
        ...


def asking(writing: Writing) -> Propose:
    """Let a program propose, which never sees what is judged on."""

    def propose(
        seen: Sequence[Example],
        judges: Sequence[Example],  # noqa: ARG001
        tried: Sequence[Scored],
        step: int,
        ledger: Ledger,
    ) -> list[str]:
        return solve(writing.propose(seen, tried, step), ledger)

    return propose


Vary = Callable[[Candidate], Experiment]
"""Makes the variant that a candidate says, as it would be run by itself."""
Watch = Callable[[int, str], None]
"""Told the tokens spent, and what is being done."""


@dataclass
class Search:
    """A search, and what it has found so far.

    Attributes:
        vary: Makes variants; asked for `start` first.
        propose: Who proposes.
        steps: The most times that it is asked.
        start: What is to be improved.
        folder: Where everything is recorded.
        budget: Tokens, read and written, of proposals and judging: when they are spent, nothing
            more is asked but the test.
        judged: How many examples of the pool are set apart to judge on.
        rules: Of every race.
        watch: Told what is going on.
    """

    vary: Vary
    propose: Propose
    steps: int
    start: str
    folder: Path
    budget: int
    judged: int = 100
    rules: Rules = field(default_factory=Rules)
    watch: Watch = lambda spent, what: None  # noqa: ARG005  nobody is told

    def __post_init__(self) -> None:
        """Set the examples apart.

        Raises:
            ValueError: there are too few, or nothing to spend.
        """
        if self.budget < 1:
            raise ValueError(f"budget is {self.budget}; expected at least one token")
        self.best = Candidate(START, self.start)
        whole = self.vary(self.best)
        self.seen, self.judges = parts(whole.dataset, self.judged, self.rules.seed)
        self.ledger = Ledger(whole.answerer, Records(self.folder))
        self.tried: dict[str, Candidate] = {}

    @property
    def spent(self) -> int:
        """Tokens of all proposals and of all judging."""
        return self.ledger.tokens + sum(each.tokens for each in self.tried.values())

    def run(self) -> dict[str, Any]:
        """Search, and measure what was found; returns what `improve.json` holds."""
        with own(self.folder):
            self._judge_start()
            idle = 0
            for step in range(1, self.steps + 1):
                if self.spent >= self.budget or idle == IDLE:
                    break
                proposed = self._proposed(step)
                idle = 0 if proposed else idle + 1
                if proposed and self.spent < self.budget:
                    self._race(step, proposed)
            return self._measured()

    def _judge_start(self) -> None:
        """Have what is to be improved answer all examples that are judged on."""
        self.watch(self.spent, "judging the start")
        experiment = self._judged(self.best)
        # In the order of the races to come, so that none asks it anew.
        order = shuffle_examples(self.judges, self.rules.seed)
        dataset = replace(experiment.dataset, test=order)
        experiment, count = replace(experiment, dataset=dataset), len(order)
        with Contender(experiment) as contender:
            trials = [
                trial
                for stop in (*range(self.rules.block, count, self.rules.block), count)
                for trial in contender.answer(stop)
            ]
            contender.finish({"race": self.folder.name, "race_status": START})
        score = sum(trial.scores[self.rules.metric] for trial in trials) / count
        self._note(replace(self.best, score=score, examples=count, tokens=contender.tokens))
        self.best = self.tried[START]

    def _proposed(self, step: int) -> list[Candidate]:
        self.watch(self.spent, f"step {step}: proposing")
        tried = [Scored(each.text, each.score) for each in self.tried.values()]
        texts = self.propose(self.seen, self.judges, tried, step - 1, self.ledger)
        return [Candidate(f"step{step}-{digest(text)[:8]}", text, step) for text in texts]

    def _race(self, step: int, proposed: Sequence[Candidate]) -> None:
        """Race proposals, as many as a block can be paid for, against the best so far."""
        before = self.spent
        dearest = max(each.tokens / each.examples for each in self.tried.values() if each.examples)
        most = int((self.budget - before) / (self.rules.block * max(dearest, 1)))
        rivals = [self.best, *proposed[: max(1, most)]]
        known = self.best.tokens

        def told(content: Mapping[str, Any], asking: str) -> None:
            asked = content["cost"]["asked"]["tokens"] - known
            self.watch(before + max(0, asked), f"step {step}: {asking or 'racing'}")

        left = max(1, self.budget - before) + known
        content = race(
            [self._judged(candidate) for candidate in rivals],
            folder=self.folder / f"race-{step}",
            watch=told,
            **{**vars(self.rules), "tokens": left},
        )
        for candidate, judged in zip(rivals, content["variants"], strict=True):
            if judged["examples"] > candidate.examples:
                score, examples, tokens = (judged[key] for key in ("mean", "examples", "tokens"))
                self._note(replace(candidate, score=score, examples=examples, tokens=tokens))
            else:
                self.tried.setdefault(candidate.name, candidate)
        self.best = self.tried[content["left"][0]]

    def _note(self, candidate: Candidate) -> None:
        self.tried[candidate.name] = candidate

    def _judged(self, candidate: Candidate) -> Experiment:
        """A candidate's variant, asked what it is judged on."""
        experiment = self.vary(candidate)
        dataset = replace(experiment.dataset, pool=self.seen, test=self.judges)
        folder = self.folder / candidate.name
        return replace(
            experiment,
            dataset=dataset,
            folder=folder,
            name=candidate.name,
            batch=self.rules.block,
        )

    def _measured(self) -> dict[str, Any]:
        """Have the start and the best answer the test, and compare them there."""
        scores = {name: self._tested(name) for name in dict.fromkeys((START, self.best.name))}
        content = described(self, scores)
        write(content, self.folder)
        return content

    def _tested(self, name: str) -> dict[str, float]:
        """Return a candidate's score for each test example, by id."""
        self.watch(self.spent, f"testing {name}")
        folder = self.folder / f"test-{name}"
        experiment = replace(self.vary(self.tried[name]), folder=folder, name=f"test-{name}")
        experiment()
        metric = self.rules.metric
        lines = [line for line in read_trials(folder) if metric in line["scores"]]
        return {line["id"]: float(line["scores"][metric]) for line in lines}


def parts(dataset: Dataset, judged: int, seed: int) -> tuple[tuple[Example, ...], ...]:
    """Set apart what is judged on, at most half of the pool; return the rest, and that.

    Raises:
        ValueError: the pool is too small.
    """
    scored = [example for example in dataset.pool if example.answer]
    count = min(judged, len(scored) // 2)
    if count < FEWEST:
        raise ValueError(
            f"the pool of {dataset.name!r} has {len(scored)} examples with an answer, and "
            f"{judged} are to be judged on; expected at least {2 * FEWEST}, of which half are "
            "set apart, and at least one to judge on: --judge 100"
            if judged >= FEWEST
            else f"--judge {judged}: expected at least {FEWEST} examples to judge on"
        )
    drawn = random.Random(f"improve:{seed}").sample(scored, count)  # noqa: S311  a part
    apart = {example.id for example in drawn}
    return tuple(each for each in dataset.pool if each.id not in apart), tuple(drawn)
