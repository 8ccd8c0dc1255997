"""The README of a winner: what it is, what was measured, and ten lines that use it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from promptlab.text.escaping import code, fenced, in_line, in_markdown

TEXT = """\
# {name}

A prompt that promptlab measured, as data: {measured}.
{comparison}
## Use it

Install promptlab first: `{install}`.

{code}

`model` is any model of promptlab; or a client of OpenAI's library,
`promptlab.Chat(openai.OpenAI(), name="…")`; or a function from messages,
`[{{"role": "user", "content": "…"}}]`, to text; asynchronous ones too. `await winner.aanswer(…)`
answers in an event loop, `winner.batch([…])` many questions at once, and on the command line it is
`python -m promptlab ask winner/ "…"`.

`winner.json` holds the components, the measured figures and the versions; the other files are what
they need. It is data alone: nothing in it runs, and what was changed is refused.
"""
INSTALL = "pip install promptlab"
CODE = """\
import promptlab

winner = promptlab.load("winner/")            # this folder
asked = {asked}
print(winner.prompt(**asked).text)            # the prompt, as it was measured
model = {model}
print(winner.answer(**asked, model=model))    # Answer(text=…, rationale=…, votes=…, outcome=…)"""
MODELS = {
    "promptlab.model.embedded.Embedded": ("promptlab.Embedded", ("name",)),
    "promptlab.model.huggingface.HuggingFace": ("promptlab.HuggingFace", ("name",)),
    "promptlab.model.server.openai.OpenAI": ("promptlab.OpenAI", ("name", "url")),
}
"""Models that a line can make, with the fields that say which."""


def readme(about: Mapping[str, Any], asked: Mapping[str, Any], extras: Collection[str]) -> str:
    """Write the README of a winner.

    Args:
        about: The content of `winner.json`.
        asked: What a question of its data set has, each with a text that stands for it.
        extras: Of promptlab, that it needs.
    """
    return TEXT.format(
        name=in_markdown(str(about["name"])),
        measured=_measured(about),
        comparison="".join(f"\n- {in_markdown(each)}" for each in _said(about)) + "\n",
        install=f'pip install "promptlab[{",".join(extras)}]"'
        if extras
        else "pip install promptlab",
        code=fenced(CODE.format(asked=dict(asked), model=_model(about["model"])), "python"),
    )


def _said(about: Mapping[str, Any]) -> Sequence[str]:
    said: Sequence[str] = about.get("comparison") or []
    return [*said, *_of_model(about["model"]["identity"])]


def _of_model(identity: Mapping[str, Any]) -> list[str]:
    """Say what the model had that no file of the winner holds, and that its answers depend on."""
    read, adapter = identity.get("demonstrations"), identity.get("adapter")
    said = []
    if read:
        said.append(
            f"the model read its demonstrations apart ({read}); give the model demonstrations=… "
            "again, or it reads each after those before it"
        )
    if adapter:
        said.append(
            f"the model had an adapter ({adapter}), which is not in this folder; give the model "
            "adapter=FOLDER again, or the answers are those of the model without it"
        )
    return said


def _measured(about: Mapping[str, Any]) -> str:
    """Say the score with its interval, on how many questions, of what, by which model."""
    metrics = about.get("metrics", {})
    model = code(str(about["model"]["identity"].get("name") or "a model"))
    data = f"{metrics.get('n', 0)} questions of {code(str(about['dataset']['name']))}"
    if "accuracy" not in metrics:
        return f"{data}, answered by {model}"
    low, high = metrics.get("accuracy_low", 0.0), metrics.get("accuracy_high", 1.0)
    score = f"accuracy {metrics['accuracy']:.1%}, 95 % interval {low:.1%} to {high:.1%}"
    return f"{score}, on {data}, answered by {model}"


def _model(model: Mapping[str, Any]) -> str:
    """Write the line that makes the model it was measured with, where one line does."""
    source = model.get("source") or {}
    name, fields = MODELS.get(str(source.get("_target_")), ("", ()))
    given = ", ".join(f"{field}={in_line(str(source[field]))!r}" for field in fields)
    return f"{name}({given})" if name else 'lambda messages: "…"'
