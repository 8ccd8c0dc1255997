"""Chinese cut into characters and their pairs, or into the words of jieba: what retrieval finds.

    pip install jieba
    python benchmarks/chinese_words.py --data ../shared/data

BM25 and TF-IDF rank the same texts, cut in four ways: into single characters and their pairs, as
promptlab does; into single characters alone; into the words of jieba's dictionary and its model for
unknown ones; and into these and the shorter words within them (`cut_for_search`). No model is
asked.

- tnews: the headlines of `dev` are asked, the pool is `train`; `first` is how often the nearest
  headline has the right topic, `eight` how often the vote of the nearest eight, a tie going to the
  topic that comes first.
- cmmlu: the questions of `test` are asked, the pool is `train`; the label is the subject.
- bustm: of every pair of `test` that says the same, one text is looked for among the other texts of
  all pairs; `first` is how often its partner is nearest, `eight` how often it is among the nearest
  eight, `1/rank` the mean reciprocal rank.

`same eight` is the share of the nearest eight that promptlab's cutting finds, too. Differences are
from promptlab's cutting, in points, paired, with their 95 % intervals.
"""

import importlib
import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from sidebyside import SHARED, keep, machine, parser, say

from promptlab.analysis.statistics.paired import paired_difference
from promptlab.index.tokenise import tokens
from promptlab.selection.lexical.bm25 import BM25
from promptlab.selection.lexical.tfidf import TFIDF
from promptlab.types import Example, Question

K = 8
Cut = Callable[[str], Iterable[str]]
Apart = tuple[float, float, float] | None
"""A difference and its interval; None where a side is held against itself."""


@dataclass(frozen=True)
class Work:
    """What is asked of which pool; an answer is a label, or the text that is looked for."""

    data: str
    pool: Sequence[Example]
    asked: Sequence[Example]
    paired: bool = False


@dataclass(frozen=True)
class Found:
    """What one cutting finds, by question: hits are 0 or 1, an eight is indices of the pool."""

    first: list[int]
    eight: list[int]
    ranks: list[int]
    eights: list[list[int]]


@dataclass(frozen=True)
class Row:
    """A line of the table: shares, and the differences from the first cutting of a selection."""

    data: str
    pool: int
    asked: int
    by: str
    cutting: str
    words: float
    first: float
    first_from_ours: Apart
    eight: float
    eight_from_ours: Apart
    reciprocal_rank: float | None
    same_eight: float


def cuttings() -> dict[str, Cut]:
    """Return all ways to cut, ours first."""
    try:
        jieba = importlib.import_module("jieba")
    except ModuleNotFoundError:
        raise SystemExit("jieba is not installed; say pip install jieba") from None
    jieba.setLogLevel("ERROR")
    return {
        "characters and pairs": tokens,
        "characters": partial(tokens, pairs=False),
        f"jieba {jieba.__version__}": partial(_words, jieba.cut),
        "jieba, for search": partial(_words, jieba.cut_for_search),
    }


def _words(cut: Cut, text: str) -> list[str]:
    """Cut as ours does all else: width and case folded, and no punctuation among the words."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return [word for word in cut(plain) if any(map(str.isalnum, word))]


def rewritten(examples: Sequence[Example], cut: Cut, numbers: dict[str, int]) -> list[Example]:
    """Write every word as one of Latin letters and digits, which ours leaves whole."""

    def written(text: str) -> str:
        return " ".join(f"w{numbers.setdefault(word, len(numbers))}" for word in cut(text))

    return [replace(e, question=Question(e.id, written(e.question.text))) for e in examples]


def works(folder: Path) -> list[Work]:
    """Read what is retrieved from what."""
    topics = [_labelled(folder / "tnews" / f"{part}.jsonl", "label") for part in ("train", "dev")]
    subjects = [_labelled(folder / "cmmlu" / f"{part}.jsonl", "task") for part in ("train", "test")]
    pairs = _rows(folder / "bustm" / "test.jsonl")
    texts = dict.fromkeys(pair["text"] for pair in pairs)
    same = [pair for pair in pairs if pair["label"] == "相同"]
    pool = [Example(Question(f"text-{n}", text), text) for n, text in enumerate(texts)]
    asked = [Example(Question(pair["id"], pair["context"]), pair["text"]) for pair in same]
    # Who differs from its partner in punctuation alone is the same question, which is not shown.
    asked = [e for e in asked if tokens(e.question.text) != tokens(e.answer)]
    return [Work("tnews", *topics), Work("cmmlu", *subjects), Work("bustm", pool, asked, True)]


def _labelled(path: Path, label: str) -> list[Example]:
    return [
        Example(Question(row["id"], row.get("text") or row["question"]), row[label])
        for row in _rows(path)
    ]


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def found(work: Work, kind: type[BM25 | TFIDF], cut: Cut) -> Found:
    """Rank the pool for every question, and see what stands where."""
    numbers: dict[str, int] = {}
    pool = rewritten(work.pool, cut, numbers)
    select = kind(K).fit(pool)
    result = Found([], [], [], [])
    for example in rewritten(work.asked, cut, numbers):
        count = len(pool) if work.paired else K
        hits = select.ranked(example.question, count)
        answers = [pool[hit.index].answer for hit in hits]  # type: ignore[union-attr]
        eight = answers[:K]
        told = example.answer in eight if work.paired else _vote(eight) == example.answer
        result.first.append(int(eight[:1] == [example.answer]))
        result.eight.append(int(told))
        result.ranks.append(answers.index(example.answer) + 1 if example.answer in answers else 0)
        result.eights.append([hit.index for hit in hits][:K])  # type: ignore[union-attr]
    return result


def _vote(answers: Sequence[str]) -> str:
    """Return the most frequent answer, of equals the first."""
    return Counter(answers).most_common(1)[0][0]


def row(work: Work, by: str, cutting: str, cut: Cut, sides: tuple[Found, Found]) -> Row:
    """Compare what a cutting found with what ours did."""
    ours, each = sides
    common = [len({*a} & {*b}) / K for a, b in zip(ours.eights, each.eights, strict=True)]
    lengths = [len(list(cut(example.question.text))) for example in work.pool]
    reciprocal = [1 / rank if rank else 0.0 for rank in each.ranks]
    return Row(
        work.data,
        len(work.pool),
        len(work.asked),
        by,
        cutting,
        _mean(lengths),
        _mean(each.first),
        None if cut is tokens else _apart(each.first, ours.first),
        _mean(each.eight),
        None if cut is tokens else _apart(each.eight, ours.eight),
        _mean(reciprocal) if work.paired else None,
        _mean(common),
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _apart(each: Sequence[int], ours: Sequence[int]) -> Apart:
    made = paired_difference(each, ours)
    return made.difference, made.low, made.high


def main() -> None:
    """Cut, rank and compare."""
    options = parser(__doc__)
    options.add_argument("--data", type=Path, default=SHARED, help="has tnews, cmmlu and bustm")
    told = options.parse_args()
    ways, rows = cuttings(), list[Row]()
    for work in works(told.data):
        say(f"{work.data}: {len(work.pool)} in the pool, {len(work.asked)} asked")
        for by, kind in {"BM25": BM25, "TF-IDF": TFIDF}.items():
            ours = found(work, kind, tokens)
            for cutting, cut in ways.items():
                each = found(work, kind, cut)
                rows.append(row(work, by, cutting, cut, (ours, each)))
    record = {"machine": machine(), "rows": [asdict(each) for each in rows]}
    keep("chinese_words", _page(rows), record, told.out)


def _page(rows: Sequence[Row]) -> str:
    heads = ("data (pool, asked)", "by", "cut into", "words a text", "first", "from ours")
    lines = [
        f"| {' | '.join((*heads, 'eight', 'from ours', '1/rank', 'same eight'))} |",
        "|---|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for each in rows:
        rank = "" if each.reciprocal_rank is None else f"{each.reciprocal_rank:.3f}"
        lines.append(
            f"| {each.data} ({each.pool:,}, {each.asked:,}) | {each.by} | {each.cutting} "
            f"| {each.words:.1f} | {each.first:.1%} | "
            f"{_points(each.first_from_ours)} | {each.eight:.1%} | "
            f"{_points(each.eight_from_ours)} | {rank} | {each.same_eight:.1%} |"
        )
    return "\n\n".join([(__doc__ or "").strip(), "\n".join(lines)]) + "\n"


def _points(apart: Apart) -> str:
    if apart is None:
        return ""
    difference, low, high = (100 * value for value in apart)
    return f"{difference:+.1f} [{low:.1f}, {high:.1f}]"


if __name__ == "__main__":
    main()
