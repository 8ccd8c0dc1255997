"""What two runs must share for their scores to be paired."""

from typing import NamedTuple


class Key(NamedTuple):
    """An example, and which of its answers.

    `text` is a digest of question and gold answer, so that an id that means another question
    elsewhere is not taken for the same example; `occurrence` tells repeated answers to it apart,
    and begins with the seed where runs of several seeds are taken together.
    """

    id: str
    text: str
    occurrence: str

    @property
    def example(self) -> tuple[str, str]:
        """Which example it is, whatever the answer."""
        return self.id, self.text

    @property
    def repeat(self) -> str:
        """The seed; empty where runs are not taken together."""
        return self.occurrence.rpartition(" ")[0]
