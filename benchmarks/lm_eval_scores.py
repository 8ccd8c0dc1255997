"""Scores of labels against lm-evaluation-harness: the same prompts, the same log-probabilities.

    python -m venv venv-lmeval && venv-lmeval/bin/pip install "lm-eval[hf]==0.4.13" -e .
    venv-lmeval/bin/python benchmarks/lm_eval_scores.py

Both read the embedded model in float32. Ours is `strategy=choose`, in its modes and by its lengths;
the harness is given each prompt that ours writes, as the document of a task of its own, and says
`acc`, `acc_norm`, `acc_bytes` and `acc_mutual_info`. Beside the four figures stand the largest
distance of any two log-probabilities, and how often both choose the same label. Nothing is timed.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

from materials import model
from sidebyside import HERE, keep, limit_threads, machine, parser, say

from promptlab import Choose, Jsonl, Template
from promptlab.analysis.statistics import wilson
from promptlab.metric.accuracy import Accuracy
from promptlab.model.cache.cached_model import CachedModel
from promptlab.program import parallel, solve
from promptlab.selection.random import Random
from promptlab.types import Answer, Dataset, Example, Score, Scores

DATASETS = HERE.parent / "datasets"
TEMPLATES = {
    "question_types": Template("classify_v1", question="Text: {question}\n", cue="Label:"),
    "sentiment_zh": Template(
        "classify_zh_v1", question="文本：{question}\n", cue="类别：", answer="{answer}"
    ),
}
READINGS: Mapping[str, Mapping[str, Any]] = {
    "acc": {},
    "acc_norm": {"normalise": "character"},
    "acc_bytes": {"normalise": "byte"},
    "acc_mutual_info": {"mode": "pmi", "against": "unconditional"},
}
"""What ours calls the harness's figures."""


@dataclass(frozen=True)
class Asked:
    """An example as both are given it: the prompt, and how each label continues it."""

    example: Example
    prompt: str
    continuations: tuple[str, ...]
    logprobs: tuple[float, ...]
    chosen: Mapping[str, Answer]


def ours(dataset: Dataset, template: Template, k: int) -> list[Asked]:
    """Ask for every reading; the store answers what was asked before."""
    asked = CachedModel(model("float32"), ":memory:")
    select = Random(k, seed=1).fit(dataset.pool)
    demos = [select(example.question) for example in dataset.test]
    plain = Choose(dataset.task, template)
    requests = [
        _request(plain, example, shown) for example, shown in zip(dataset.test, demos, strict=True)
    ]
    answers = {
        name: solve(
            parallel(
                replace(plain, **how).solve(example.question, shown)
                for example, shown in zip(dataset.test, demos, strict=True)
            ),
            asked,
        )
        for name, how in READINGS.items()
    }
    replies = [reply for reply in asked.answer(requests) if isinstance(reply, Scores)]
    return [
        Asked(
            example,
            request.prompt.text,
            request.continuations,
            reply.logprobs,
            {name: answers[name][place] for name in READINGS},
        )
        for place, (example, request, reply) in enumerate(
            zip(dataset.test, requests, replies, strict=True)
        )
    ]


def _request(choose: Choose, example: Example, shown: Sequence[Example]) -> Score:
    (request,) = next(choose.solve(example.question, shown))
    assert isinstance(request, Score)  # noqa: S101
    return request


def theirs(asked: Sequence[Asked], labels: Sequence[str]) -> list[Mapping[str, Any]]:
    """Let the harness evaluate a task whose documents are our prompts."""
    from lm_eval.api.task import ConfigurableTask  # noqa: PLC0415
    from lm_eval.evaluator import evaluate  # noqa: PLC0415
    from lm_eval.models.huggingface import HFLM  # noqa: PLC0415

    from datasets import Dataset as Table  # noqa: PLC0415  not ours

    own = model("float32")
    harness = HFLM(pretrained=own.name, device="cpu", dtype="float32", batch_size=8)
    delimiter = asked[0].continuations[0].removesuffix(labels[0])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "documents.parquet"
        documents = [
            {"prompt": each.prompt, "gold": labels.index(each.example.answer)} for each in asked
        ]
        Table.from_list(documents).to_parquet(str(path))
        task = ConfigurableTask(
            config={
                "task": "ours",
                "dataset_path": "parquet",
                "dataset_kwargs": {"data_files": {"test": str(path)}, "cache_dir": folder},
                "test_split": "test",
                "output_type": "multiple_choice",
                "doc_to_text": "{{prompt}}",
                "doc_to_target": "gold",
                "doc_to_choice": list(labels),
                "target_delimiter": delimiter,
                "metric_list": [{"metric": name} for name in READINGS],
            }
        )
        done = evaluate(harness, {"ours": task})
    return sorted(done["samples"]["ours"], key=lambda sample: sample["doc_id"])


def compared(name: str, count: int, k: int) -> dict[str, Any]:
    """Compare both on one data set."""
    dataset = Jsonl(str(DATASETS / name), limit=count).load()
    labels = dataset.task.labels
    asked = ours(dataset, TEMPLATES[name], k)
    samples = theirs(asked, labels)
    right = Accuracy(dataset.task)
    apart, same, figures = 0.0, 0, {}
    for each, sample in zip(asked, samples, strict=True):
        logprobs = [float(reply[0]) for reply in sample["filtered_resps"]]
        apart = max(
            apart,
            *(abs(a - b) for a, b in zip(each.logprobs, logprobs[: len(labels)], strict=True)),
        )
        best = labels[max(range(len(labels)), key=logprobs.__getitem__)]
        same += best == each.chosen["acc"].text
    for reading in READINGS:
        own = [right(each.chosen[reading], each.example) for each in asked]
        their = [float(sample[reading]) for sample in samples]
        figures[reading] = {
            "ours": fmean(own),
            "theirs": fmean(their),
            "agree": sum(a == b for a, b in zip(own, their, strict=True)) / len(own),
            "interval": list(wilson(round(sum(own)), len(own))),
        }
    return {
        "data": name,
        "examples": len(asked),
        "labels": len(labels),
        "apart": apart,
        "same": same / len(asked),
        "figures": figures,
    }


def page(found: Sequence[Mapping[str, Any]]) -> str:
    """Write the table."""
    heads = ["data", "examples", "labels", "log-probabilities apart by at most", "same label"]
    heads += list(READINGS)
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for each in found:
        cells = [each["data"], str(each["examples"]), str(each["labels"])]
        cells += [f"{each['apart']:.1e}", f"{100 * each['same']:.1f} %"]
        for told in each["figures"].values():
            cells.append(f"{told['ours']:.4f}, {told['theirs']:.4f}")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n\nOf each figure: ours, theirs.\n"


def main() -> None:
    """Compare, and keep what came out."""
    options = parser(__doc__)
    options.add_argument("--examples", type=int, default=189)
    options.add_argument("--k", type=int, default=4)
    given = options.parse_args()
    limit_threads()
    found = [compared(name, given.examples, given.k) for name in TEMPLATES]
    table = page(found)
    say(table)
    keep("lm_eval_scores", f"{__doc__}\n{table}", {"machine": machine(), "found": found}, given.out)


if __name__ == "__main__":
    main()
