"""OpenAI's messages: the body of a request to /chat/completions, as JSON.

`{{question}}` and the like stand where a question says something of its own.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from promptlab.export.to.plain import plain
from promptlab.export.verify import Asked
from promptlab.export.winner import Winner
from promptlab.types import Sampling


def write(winner: Winner, trials: Sequence[Asked], out: Path) -> list[str]:
    """Write the messages; return what they leave out."""
    prompt = plain(winner, trials)
    messages = prompt.written(lambda name: f"{{{{{name}}}}}")
    body = {"model": model(winner), "messages": messages, **drawn(prompt.sampling)}
    out.write_text(json.dumps(body, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return left_out(winner, is_text=prompt.messages[0].role == "text")


def model(winner: Winner) -> str:
    """Return the name of the model that was measured with."""
    return str(winner.about["model"]["identity"].get("name", ""))


def drawn(sampling: Sampling) -> dict[str, Any]:
    """Say how a reply is drawn, in OpenAI's words."""
    said = {"temperature": sampling.temperature, "max_tokens": sampling.max_tokens}
    if sampling.temperature > 0:
        said |= {"top_p": sampling.top_p}
    return said | ({"stop": list(sampling.stop)} if sampling.stop else {})


def left_out(winner: Winner, *, is_text: bool) -> list[str]:
    """Say what a prompt that another tool asks has no more of what was measured."""
    said = ["how the answer is read in the reply: promptlab.read(…) does so"]
    if hasattr(winner.strategy, "inner"):
        said.append("the vote of several draws: this is the prompt of one")
    if is_text:
        said.append("that the prompt is one text to continue: here it is a user's turn")
    return said
