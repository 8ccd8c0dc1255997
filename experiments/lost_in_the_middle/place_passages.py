"""Put the passage that holds the answer at several places among others.

    python experiments/lost_in_the_middle/place_passages.py data/squad_sample/test.jsonl middle

Reads JSON Lines of question, answer and context, and writes `middle/test.jsonl`: a record gets a
field for each place, `first` to `tenth`: its own context there and nine of other records, drawn
by a seed, in an order that is the same for all places.
"""

import json
import random
import sys
from pathlib import Path

PLACES = {"first": 0, "third": 2, "fifth": 4, "eighth": 7, "tenth": 9}
PASSAGES = 10


def placed(source: Path, folder: Path) -> None:
    """Write the records with their passages."""
    records = [json.loads(line) for line in source.read_text("utf-8").splitlines()]
    draw, lines = random.Random(0), []  # noqa: S311  no secret
    for record in records:
        others = [each["context"] for each in records if each["context"] != record["context"]]
        around = draw.sample(others, PASSAGES - 1)
        fields = {
            name: [*around[:place], record["context"], *around[place:]]
            for name, place in PLACES.items()
        }
        lines.append(json.dumps({**record, **fields}, ensure_ascii=False))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "test.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    placed(Path(sys.argv[1]), Path(sys.argv[2]))
