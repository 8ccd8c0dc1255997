"""Replies held to a form: what that costs a token, and whether it changes what is written anyway.

    python benchmarks/structured_answers.py

Cost: the tokens of the replies that were held are followed through their form again, by itself, in
processor time: finding the tokens that lead on, and taking one. Beside it stands the processor time
that the engine takes for all replies, free and held, the prompts' reading included: held replies
may be shorter, since they end where their form does.
Parity: of the free replies that are of the form, how many are the same text when they are held.
Three forms, each with four demonstrations of it in the prompt: JSON that repeats the question and
labels it, one of the labels, and a number.
"""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from materials import completed, fresh, model, sums
from sidebyside import HERE, keep, limit_threads, machine, parser, say

from promptlab import HuggingFace, Jsonl
from promptlab.engine.guide import Guide, allowed, guide
from promptlab.ordering.as_selected import AsSelected
from promptlab.output.choice import Choice
from promptlab.output.grammar import matches
from promptlab.output.json import Json
from promptlab.output.output import Output
from promptlab.output.regex import Regex
from promptlab.selection.random import Random
from promptlab.strategy.direct import Direct
from promptlab.template import Template
from promptlab.types import Dataset, Example, Form, Generate, Task

TYPES = HERE.parent / "datasets" / "question_types"
TEMPLATE = Template("qa_v1")


@dataclass(frozen=True)
class Held:
    """A form and the requests that are held to it."""

    name: str
    requests: Sequence[Generate]


def work(count: int) -> list[Held]:
    """The three forms, `count` questions each."""
    types, numbers = Jsonl(str(TYPES), limit=count).load(), sums(count)
    labels = list(types.task.labels)
    properties = {"question": {"type": "string"}, "asks_for": {"enum": labels}}
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return [
        Held("json", asked(as_json(types), Json(text=json.dumps(schema)).loaded())),
        Held("choice", asked(types, Choice())),
        Held("regex", asked(numbers, Regex(r"-?[0-9]+(\.[0-9]+)?").loaded())),
    ]


def as_json(types: Dataset) -> Dataset:
    """The same questions, with an object for an answer."""

    def changed(example: Example) -> Example:
        answer = {"question": example.question.text, "asks_for": example.answer}
        return replace(example, answer=json.dumps(answer, ensure_ascii=False))

    pool, test = (tuple(map(changed, part)) for part in (types.pool, types.test))
    return replace(types, task=Task(answer="json"), pool=pool, test=test)


def asked(dataset: Dataset, output: Output) -> list[Generate]:
    """What few-shot prompting asks for every test example."""
    select, strategy = Random(4, seed=0).fit(dataset.pool), Direct(dataset.task, output=output)
    programs = (
        strategy.solve(e.question, AsSelected()(select(e.question), e.question))
        for e in dataset.test
    )
    # A line is an answer, also of JSON: so free replies end where they should.
    return [
        replace(request, sampling=replace(request.sampling, max_tokens=64, stop=("\n",)))
        for program in programs
        for request in next(program)  # type: ignore[misc]
    ]


def took(act: Callable[[], object]) -> float:
    """Seconds of processor time."""
    before = time.process_time()
    act()
    return time.process_time() - before


def followed(asked_of: HuggingFace, request: Generate, text: str) -> tuple[float, int]:
    """Seconds to follow a reply's tokens through its form, and how many they are."""
    tokenizer = asked_of._tokenizer  # noqa: SLF001  what the engine gives the guide
    width = asked_of._model.config.vocab_size  # noqa: SLF001
    assert request.form is not None  # noqa: S101
    begun: Guide = guide(tokenizer, width, request.form)
    tokens = tokenizer(text, add_special_tokens=False).input_ids

    def follow() -> None:
        for token in tokens:
            allowed([begun], width)
            begun.take(token)

    return took(follow), len(tokens)


def kept(form: Form | None, text: str) -> bool:
    """Whether a free reply is of the form of itself."""
    return form is not None and matches(form, text)


def measured(asked_of: HuggingFace, held: Held) -> dict[str, float | int]:
    """One form's figures."""
    frees = [replace(request, form=None) for request in held.requests]
    own = fresh(asked_of)
    replies: dict[str, list] = {}
    seconds = {
        "free": took(lambda: replies.update(free=list(map(completed, own.answer(frees))))),
        "held": took(
            lambda: replies.update(held=list(map(completed, fresh(own).answer(held.requests))))
        ),
    }
    written = {side: sum(r.completion_tokens for r in each) for side, each in replies.items()}
    rows = list(zip(held.requests, replies["free"], replies["held"], strict=True))
    of_itself = [(f.text, h.text) for request, f, h in rows if kept(request.form, f.text)]
    times = [followed(own, request, h.text) for request, _, h in rows]
    return {
        "prompts": len(rows),
        "ms to follow a token": 1000 * sum(t for t, _ in times) / sum(n for _, n in times),
        "s, free": seconds["free"],
        "tokens, free": written["free"],
        "s, held": seconds["held"],
        "tokens, held": written["held"],
        "of the form when free": len(of_itself),
        "the same when held": sum(free == held for free, held in of_itself),
        "of the form when held": sum(kept(request.form, h.text) for request, _, h in rows),
    }


def main() -> None:
    """Measure every form."""
    options = parser(__doc__)
    options.add_argument("--examples", type=int, default=60, help="questions of a form")
    told = options.parse_args()
    limit_threads()
    asked_of, found = model(), {}
    fresh(asked_of)
    for held in work(told.examples):
        begun = took(lambda held=held: followed(asked_of, held.requests[0], ""))  # type: ignore[misc]
        found[held.name] = {"s to begin": begun, **measured(asked_of, held)}
        say(f"  {held.name}: {found[held.name]}")
    names = list(next(iter(found.values())))
    lines = [f"| form | {' | '.join(names)} |", f"|{'---|' * (len(names) + 1)}"]
    for name, figures in found.items():
        cells = [f"{v:.3g}" if isinstance(v, float) else str(v) for v in figures.values()]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    page = "\n\n".join([(__doc__ or "").strip(), "\n".join(lines)]) + "\n"
    record = {"name": "structured_answers", "machine": machine(), "forms": found}
    keep("structured_answers", page, record, told.out)


if __name__ == "__main__":
    main()
