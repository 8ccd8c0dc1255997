"""The training: in float32, the loss on the answers' tokens alone, the best epoch kept.

Rows are padded behind their end, where no token sees the padding; logits are computed where an
answer is predicted, and nowhere else. The same rows, settings, threads and machine train the same
numbers.
"""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import torch
from torch import Tensor

from promptlab.machine.turns import in_turn
from promptlab.model.huggingface import HuggingFace
from promptlab.tuning.rows import Row, batches, parted
from promptlab.tuning.settings import Tuning

Ended = Literal["epochs", "patience", "interrupted"]
Watch = Callable[[int, int, str], None]
"""Told how many rows are done, of how many, and what is known of the loss."""
WARM = 10
"""The learning rate rises over one in so many steps."""
STEEPEST = 1.0
"""The longest that a gradient may be: a longer one is shortened."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """What one pass came to: mean losses of an answer's token, in nats, and its seconds.

    `held_out` is that of what is set apart; None where nothing is.
    """

    loss: float
    held_out: float | None
    seconds: float


@dataclass
class Trained:
    """What came of a training.

    Attributes:
        adapter: PEFT's model, as it was after the best epoch.
        epochs: All that ended.
        best: The number of the best, from 1 on; 0 where none ended.
        before: The loss on what is set apart before anything was learnt.
        ended: Why there were no more.
        trained: How many rows were trained on.
        held_out: How many were set apart.
        tokens_trained: Read while training, without padding, each pass counted.
        tokens_held_out: Read to tell when to stop.
        seconds: Loading aside.
    """

    adapter: Any
    epochs: list[Epoch] = field(default_factory=list)
    best: int = 0
    before: float | None = None
    ended: Ended = "epochs"
    trained: int = 0
    held_out: int = 0
    tokens_trained: int = 0
    tokens_held_out: int = 0
    seconds: float = 0.0


@in_turn
def train(model: HuggingFace, rows: Sequence[Row], tuning: Tuning, watch: Watch) -> Trained:
    """Train an adapter; one who interrupts has what was the best until then."""
    from promptlab.model.loading import read_weights  # noqa: PLC0415  only who trains has its own

    parts = parted(rows, tuning.held_out, tuning.seed)
    with torch.random.fork_rng(), torch.inference_mode(mode=False):
        torch.manual_seed(tuning.seed)
        base = read_weights(model.weights("float32"))
        adapter = tuning.method.put_on(base)
        lead = tuning.method.lead(int(base.config.get_text_config().vocab_size))
        learnt, apart = ([each.after(lead) for each in part] for part in parts)
        return _Training(base, adapter, (learnt, apart), tuning, watch).run()


class _Training:
    """One training, under way."""

    def __init__(
        self,
        base: Any,
        adapter: Any,
        parts: tuple[Sequence[Row], Sequence[Row]],
        tuning: Tuning,
        watch: Watch,
    ) -> None:
        self.base, self.tuning, self.watch = base, tuning, watch
        self.rows, self.held_out = rows, held_out = parts
        self.weights = {n: w for n, w in adapter.named_parameters() if w.requires_grad}
        self.optimiser = torch.optim.AdamW(self.weights.values(), weight_decay=0.0)
        self.told = Trained(adapter, trained=len(rows), held_out=len(held_out))
        self.rng = random.Random(tuning.seed)  # noqa: S311
        self.steps = -(-len(rows) // tuning.batch_size) * tuning.epochs
        self.step, self.done, self.kept = 0, 0, dict[str, Tensor]()
        self._drop(learning=True)

    def run(self) -> Trained:
        """Train until there is nothing more to gain."""
        start = time.perf_counter()
        try:
            self.told.before = self._tested()
            while len(self.told.epochs) < self.tuning.epochs and not self._stale():
                self._epoch()
            self.told.ended = "patience" if self._stale() else "epochs"
        except KeyboardInterrupt:
            self.told.ended = "interrupted"
        for name, weight in self.kept.items():
            self.weights[name].data.copy_(weight)
        self.told.seconds = time.perf_counter() - start
        return self.told

    def _stale(self) -> bool:
        """Whether the last epochs brought nothing, and more may follow."""
        ended = len(self.told.epochs)
        waited = ended - self.told.best >= self.tuning.patience
        return bool(self.held_out) and waited and ended < self.tuning.epochs

    def _epoch(self) -> None:
        start, total, learnt = time.perf_counter(), 0.0, 0
        for batch in batches(self.rows, self.tuning.batch_size, self.rng):
            total += self._learn(batch)
            learnt += sum(each.learnt for each in batch)
            self.done += len(batch)
            self.watch(self.done, self.tuning.epochs * len(self.rows), self._said(total / learnt))
        epoch = Epoch(total / learnt, self._tested(), time.perf_counter() - start)
        self.told.epochs.append(epoch)
        if self._is_best(epoch):
            kept = {name: weight.detach().clone() for name, weight in self.weights.items()}
            self.told.best, self.kept = len(self.told.epochs), kept

    def _is_best(self, epoch: Epoch) -> bool:
        if epoch.held_out is None or not self.told.best:
            return True
        best = self.told.epochs[self.told.best - 1].held_out
        return best is None or epoch.held_out < best

    def _said(self, loss: float) -> str:
        last = self.told.epochs[-1].held_out if self.told.epochs else self.told.before
        return f"loss {loss:.3f}" + ("" if last is None else f", held out {last:.3f}")

    def _learn(self, batch: Sequence[Row]) -> float:
        """Make a step; return the sum of the losses of the tokens that are learnt."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.tuning.learning_rate * rate(self.step, self.steps)
        loss = summed_loss(self.base, batch)
        (loss / sum(each.learnt for each in batch)).backward()
        torch.nn.utils.clip_grad_norm_(list(self.weights.values()), STEEPEST)
        self.optimiser.step()
        self.optimiser.zero_grad()
        self.step += 1
        self.told.tokens_trained += sum(len(each.ids) for each in batch)
        return loss.item()

    def _tested(self) -> float | None:
        """Return the mean loss on what is set apart."""
        if not self.held_out:
            return None
        total = 0.0
        self._drop(learning=False)
        with torch.no_grad():
            for batch in batches(self.held_out, self.tuning.batch_size, None):
                total += summed_loss(self.base, batch).item()
                self.told.tokens_held_out += sum(len(each.ids) for each in batch)
        self._drop(learning=True)
        return total / sum(each.learnt for each in self.held_out)

    def _drop(self, *, learning: bool) -> None:
        """Let an adapter leave out inputs while it learns; the model's own layers never do."""
        for name, module in self.base.named_modules():
            module.training = learning and "lora_dropout" in name


def rate(step: int, steps: int) -> float:
    """Return the share of the learning rate that a step has, of so many, counted from 0."""
    warm = max(1, steps // WARM)
    if step < warm:
        return (step + 1) / warm
    return max(0.0, (steps - step) / max(1, steps - warm))


def summed_loss(model: Any, batch: Sequence[Row]) -> Tensor:
    """Return the sum of the negative log-probabilities of all tokens to be learnt, in nats."""
    width = max(len(each.ids) for each in batch)
    padded = [[*each.ids, *(width - len(each.ids)) * [0]] for each in batch]
    ids = torch.tensor(padded, device=model.device)
    mask = torch.tensor([[n < len(each.ids) for n in range(width)] for each in batch])
    places = sorted({n for each in batch for n in range(each.start - 1, len(each.ids) - 1)})
    first = places[0]
    # Rows are of like lengths, so that their answers stand at nearly the same places.
    kept = torch.arange(first, places[-1] + 1, device=model.device)
    told = model(
        input_ids=ids, attention_mask=mask.to(ids), logits_to_keep=kept, use_cache=False
    ).logits
    rows, columns = _learnt(batch)
    picked = told[rows, [column - 1 - first for column in columns]].float()
    targets = ids[rows, columns]
    return torch.nn.functional.cross_entropy(picked, targets, reduction="sum")


def _learnt(batch: Sequence[Row]) -> tuple[list[int], list[int]]:
    """List the row and the column of every token that is learnt."""
    pairs = [(n, m) for n, each in enumerate(batch) for m in range(each.start, len(each.ids))]
    return [row for row, _ in pairs], [column for _, column in pairs]
