"""Write this data set from its questions: `python datasets/question_types/generate.py [folder]`.

The questions in `questions.txt` were written by hand for promptlab. A seed deals those of each type
out to pool and test.
"""

import json
import random
import sys
from pathlib import Path

HERE = Path(__file__).parent
SEED = 20
POOL = 45
"""Questions of each type in the pool; the others are the test."""


def questions(text: str) -> dict[str, list[str]]:
    """Read the questions of each type."""
    blocks = (block.split("\n") for block in text.strip().split("\n\n"))
    return {lines[0].removeprefix("# "): lines[1:] for lines in blocks}


def splits() -> dict[str, list[tuple[str, str]]]:
    """Deal the questions out, as many of each type to each side, and mix the types."""
    rng = random.Random(SEED)
    pool, test = [], []
    for kind, asked in questions((HERE / "questions.txt").read_text(encoding="utf-8")).items():
        dealt = [(question, kind) for question in rng.sample(asked, len(asked))]
        pool += dealt[:POOL]
        test += dealt[POOL:]
    return {"train": rng.sample(pool, len(pool)), "test": rng.sample(test, len(test))}


def main(folder: Path) -> None:
    """Write both files."""
    for name, split in splits().items():
        lines = [
            json.dumps({"id": f"question-{name}-{number}", "text": text, "label": label})
            for number, (text, label) in enumerate(split, 1)
        ]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
