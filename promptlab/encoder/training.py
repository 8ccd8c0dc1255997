"""Encoders that learn which texts belong together: fine-tuned by sentence-transformers' trainer.

The loss is that of Karpukhin et al., Dense Passage Retrieval (2020): a question's better text
against its worse one and those of the other questions of a batch, by the softmax of their
similarities.
"""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from promptlab.machine.cache_folder import cache_folder
from promptlab.machine.quiet import quiet_bitsandbytes, quiet_transformers
from promptlab.machine.turns import in_turn
from promptlab.types import digest


@dataclass(frozen=True, slots=True)
class Triple:
    """A text, one that should lie nearer to it, and one that should lie farther off."""

    text: str
    better: str
    worse: str


@dataclass(frozen=True, slots=True)
class Training:
    """How an encoder is trained.

    Attributes:
        epochs: How often each triple is seen.
        batch_size: How many triples a step sees; the others of a batch are its contrasts.
        learning_rate: After a tenth of the steps, then falling to zero.
        seed: Decides the order of the triples.
    """

    epochs: int = 3
    batch_size: int = 16
    learning_rate: float = 5e-5
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the numbers."""
        if self.epochs < 1 or self.batch_size < 2 or not self.learning_rate > 0:
            raise ValueError(
                f"epochs is {self.epochs}, batch_size {self.batch_size}, learning_rate "
                f"{self.learning_rate}; expected at least 1 epoch, 2 in a batch, and a rate above 0"
            )


def trained(model: Path, identity: str, triples: Sequence[Triple], training: Training) -> Path:
    """Train a sentence-transformers model; return the folder of the trained one.

    What was trained before on the same triples is found again and not trained anew.

    Args:
        model: The folder of the model to begin with, which stays as it is.
        identity: Names its content.
        triples: What it learns.
        training: How.
    """
    told = [identity, [astuple(triple) for triple in triples], astuple(training)]
    folder = cache_folder("encoders") / digest(told)[:32]
    if not (folder / "modules.json").is_file():
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(dir=folder.parent))
        try:
            _train(model, triples, training, work)
            shutil.rmtree(folder, ignore_errors=True)
            (work / "final").replace(folder)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return folder


def is_trained(name: str) -> bool:
    """Tell whether a model's name is the folder of one that was trained here."""
    return bool(name) and Path(name).parent == cache_folder("encoders")


@in_turn
def _train(model: Path, triples: Sequence[Triple], training: Training, work: Path) -> None:
    quiet_bitsandbytes()
    import torch  # noqa: PLC0415  seconds, as the next ones
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    from sentence_transformers.trainer import SentenceTransformerTrainer  # noqa: PLC0415
    from transformers.trainer_callback import ProgressCallback  # noqa: PLC0415

    from datasets import Dataset  # type: ignore[attr-defined]  # noqa: PLC0415

    columns = {"text": [triple.text for triple in triples]}
    columns |= {"better": [triple.better for triple in triples]}
    columns |= {"worse": [triple.worse for triple in triples]}
    torch.manual_seed(training.seed)
    with quiet_transformers():
        encoder = SentenceTransformer(str(model))
        # For a card, which is not written; it has a bar of its own.
        card: Any = encoder.model_card_data
        card.set_widget_examples = lambda *_: None
        trainer = SentenceTransformerTrainer(
            encoder,
            _arguments(len(triples), training, work / "steps"),
            train_dataset=Dataset.from_dict(columns),
            loss=loss_of(encoder),
        )
        # Its bar stays; what it would print at the end is nobody's.
        trainer.pop_callback(ProgressCallback)
        trainer.add_callback(type("Bar", (ProgressCallback,), {"on_log": lambda *_, **__: None}))
        trainer.train()
        encoder.save_pretrained(str(work / "final"), create_model_card=False)


def loss_of(encoder: Any) -> Any:
    """Return the loss: -ln softmax of 20 times the cosine, of the better text among all of a batch.

    These are the better and the worse texts of all its triples. Karpukhin et al., and Rubin et al.,
    take dot products, of encoders that are not made to compare by the cosine.
    """
    from sentence_transformers.losses import MultipleNegativesRankingLoss  # noqa: PLC0415

    return MultipleNegativesRankingLoss(encoder, scale=20.0)


def _arguments(triples: int, training: Training, folder: Path) -> Any:
    import torch  # noqa: PLC0415
    from sentence_transformers.training_args import (  # noqa: PLC0415
        BatchSamplers,
        SentenceTransformerTrainingArguments,
    )

    return SentenceTransformerTrainingArguments(
        output_dir=str(folder),
        num_train_epochs=training.epochs,
        per_device_train_batch_size=training.batch_size,
        learning_rate=training.learning_rate,
        warmup_steps=max(1, training.epochs * triples // training.batch_size // 10),
        seed=training.seed,
        # A batch that held a text twice would push a question away from its own better text.
        batch_sampler=BatchSamplers.NO_DUPLICATES,
        dataloader_pin_memory=torch.cuda.is_available(),
        save_strategy="no",
        logging_strategy="no",
        report_to="none",
        disable_tqdm=False,
    )
