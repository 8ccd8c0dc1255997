"""What lm-evaluation-harness writes with `--log_samples`: a line for each question and filter.

`doc` is the record that was asked about, `arguments` what the model read, `resps` what it said, as
a list of repeats for every request. https://github.com/EleutherAI/lm-evaluation-harness
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from promptlab.model.recordings.recording import Draw

QUESTIONS = ("question", "problem", "query", "input", "prompt", "text", "sentence")
"""Where the harness's tasks have the question, by how surely it is one."""


def is_sample(line: Mapping[str, Any]) -> bool:
    """Whether a line is of such a file."""
    return "resps" in line and "doc" in line


def question(line: Mapping[str, Any]) -> str:
    """The question of a line: a field of its document; else the longest text that was asked.

    Raises:
        ValueError: the document has none.
    """
    doc = line["doc"] if isinstance(line["doc"], Mapping) else {}
    texts = {name: text for name, text in doc.items() if isinstance(text, str) and text.strip()}
    if named := next((texts[name] for name in QUESTIONS if name in texts), ""):
        return named
    asked = json.dumps(line.get("arguments"), ensure_ascii=False)
    shown = (text for text in texts.values() if json.dumps(text, ensure_ascii=False)[1:-1] in asked)
    if longest := max(shown, key=len, default=""):
        return longest
    raise ValueError(
        f"`doc` has the fields {', '.join(doc) or 'none'}; expected the question in one of "
        f"{', '.join(QUESTIONS)}"
    )


def draws(line: Mapping[str, Any]) -> list[Draw]:
    """The outputs of a line.

    Raises:
        ValueError: they are not texts.
    """
    outputs = [output for repeats in line["resps"] for output in repeats]
    if not outputs or not all(isinstance(output, str) for output in outputs):
        raise ValueError(
            f"`resps` is {str(line['resps'])[:80]}, which holds no texts; expected the samples of "
            "a task whose output_type is generate_until"
        )
    return [Draw(output) for output in outputs]


def told_once(lines: Iterable[tuple[int, dict[str, Any]]]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Leave out what is written again for another filter, which reads the same outputs anew."""
    filters: dict[str, Any] = {}
    for number, line in lines:
        if is_sample(line):
            said = json.dumps([line.get(name) for name in ("doc_id", "doc", "arguments", "resps")])
            if filters.setdefault(said, line.get("filter")) != line.get("filter"):
                continue
        yield number, line
