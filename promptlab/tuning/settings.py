"""How an adapter is trained: the method, and what every method has."""

from dataclasses import dataclass, field

from promptlab.tuning.methods import LoRA, SoftPrompt


@dataclass(frozen=True)
class Tuning:
    """How an adapter is trained.

    Attributes:
        method: What is trained: `LoRA`, or a `SoftPrompt`.
        learning_rate: Reached after a tenth of the steps, then falling to zero.
        epochs: How often each example is read at most.
        batch_size: Examples of a step.
        held_out: The share of the examples that is set apart to tell when to stop; 0: none, and all
            epochs are trained.
        patience: So many epochs without a lower loss on these end the training.
        seed: Decides which are set apart, the order, and what an adapter begins with.
    """

    method: LoRA | SoftPrompt = field(default_factory=LoRA)
    learning_rate: float = 5e-4
    epochs: int = 6
    batch_size: int = 8
    held_out: float = 0.1
    patience: int = 2
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the numbers."""
        if self.epochs < 1 or self.batch_size < 1 or self.patience < 1:
            raise ValueError(
                f"epochs is {self.epochs}, batch_size {self.batch_size} and patience "
                f"{self.patience}; expected at least 1 of each"
            )
        if not self.learning_rate > 0:
            raise ValueError(f"learning_rate is {self.learning_rate}; expected more than 0")
        if not 0 <= self.held_out < 1:
            raise ValueError(f"held_out is {self.held_out}; expected a share from 0 to below 1")
