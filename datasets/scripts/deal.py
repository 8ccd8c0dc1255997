"""Deal hand-written texts out to pool and test: `python datasets/scripts/deal.py [folder]`.

`question_types/texts.txt` and `sentiment_zh/texts.txt` were written by hand for promptlab, each
text under its label. A seed deals out as many of each label to each side, the same every time.
"""

import json
import random
import sys
from pathlib import Path

DATASETS = Path(__file__).parents[1]
SEED = 20
POOL = {"question_types": 45, "sentiment_zh": 115}
"""How many texts of each label become the pool; the others are the test."""


def labelled(text: str) -> dict[str, list[str]]:
    """Read the texts under each label."""
    blocks = (block.split("\n") for block in text.strip().split("\n\n"))
    return {lines[0].removeprefix("# "): lines[1:] for lines in blocks}


def splits(name: str) -> dict[str, list[tuple[str, str]]]:
    """Deal the texts of one data set out, and mix the labels."""
    rng = random.Random(SEED)
    pool, test = [], []
    for label, texts in labelled(
        (DATASETS / name / "texts.txt").read_text(encoding="utf-8")
    ).items():
        dealt = [(text, label) for text in rng.sample(texts, len(texts))]
        pool += dealt[: POOL[name]]
        test += dealt[POOL[name] :]
    return {"train": rng.sample(pool, len(pool)), "test": rng.sample(test, len(test))}


def main(folder: Path) -> None:
    """Write both files of each data set."""
    for name in POOL:
        (folder / name).mkdir(exist_ok=True)
        for split, dealt in splits(name).items():
            lines = [
                json.dumps(
                    {"id": f"{name}-{split}-{number}", "text": text, "label": label},
                    ensure_ascii=False,
                )
                for number, (text, label) in enumerate(dealt, 1)
            ]
            content = "\n".join(lines) + "\n"
            (folder / name / f"{split}.jsonl").write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DATASETS)
