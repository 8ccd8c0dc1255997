"""OpenAI's messages: a list of turns, the body of a request, or conversations to tune on.

https://platform.openai.com/docs/api-reference/chat. Where the last turn says `{{question}}`, as an
exported prompt does, or the like, it is filled in; else what it says is the first question.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from promptlab.importing.imported import Imported, literal

PLACE = re.compile(r"\{\{ ?(\w+) ?\}\}")
QUESTION = "{{ question }}"
Turn = Mapping[str, Any]


def read_request(body: Any) -> Imported:
    """Read a list of messages, or a request that holds one.

    Raises:
        ValueError: there are no messages, or one is no text.
    """
    made = Imported()
    request = body if isinstance(body, Mapping) else {"messages": body}
    turns = _turns(request["messages"], "messages")
    *before, last = turns
    if last["role"] != "user":
        raise ValueError("messages: the last is no user's turn, so nothing is asked")
    if not PLACE.search(last["content"]):
        made.test.append({"question": last["content"]})
        last = {"role": "user", "content": QUESTION}
    kept = [*({"role": t["role"], "content": literal(t["content"])} for t in before), _filled(last)]
    made.add_prompt("messages", ".yaml", _yaml(kept, request))
    _settings(request, made)
    return made


def read_conversations(lines: Sequence[Any]) -> Imported:
    """Read one conversation a line: the last question and its answer, to be demonstrated.

    Raises:
        ValueError: a line has no messages, or they do not end in an answer.
    """
    made = Imported()
    said = (_conversation(line, number, made) for number, line in enumerate(lines, start=1))
    systems = dict.fromkeys(said)
    if len(systems) > 1:
        made.left.append(f"{len(systems)} different system turns: the prompt has the first")
    system = next(iter(systems), "")
    turns: list[Any] = [{"role": "system", "content": literal(system)}] if system else []
    shown = [
        {"role": "user", "content": "{{ demonstration.question }}"},
        {"role": "assistant", "content": "{{ demonstration.answer }}"},
    ]
    turns += [{"demonstrations": shown}, {"role": "user", "content": QUESTION}]
    made.add_prompt("conversation", ".yaml", _yaml(turns, {}))
    return made


def _conversation(line: Any, number: int, made: Imported) -> str:
    """Keep one conversation as a record; return its system turn."""
    where = f"line {number}"
    given = line.get("messages") if isinstance(line, Mapping) else None
    turns = _turns(given, where)
    system = turns[0]["content"] if turns[0]["role"] == "system" else ""
    turns = turns[1:] if system else turns
    if len(turns) < 2 or [turn["role"] for turn in turns[-2:]] != ["user", "assistant"]:
        raise ValueError(f"{where}: expected a user's turn and its answer at the end")
    if len(turns) > 2:
        made.left.append(f"{where}: {len(turns) - 2} earlier turns")
    made.test.append({"question": turns[-2]["content"], "answer": turns[-1]["content"]})
    return str(system)


def _turns(messages: Any, where: str) -> list[Turn]:
    if not isinstance(messages, Sequence) or isinstance(messages, str) or not messages:
        raise ValueError(f"{where}: expected a list of messages, each with role and content")
    return [_turn(message, f"{where}, message {n}") for n, message in enumerate(messages, 1)]


def _turn(message: Any, where: str) -> Turn:
    role = message.get("role") if isinstance(message, Mapping) else None
    content = message.get("content") if isinstance(message, Mapping) else None
    if isinstance(content, list) and all(
        isinstance(part, Mapping) and part.get("type") == "text" for part in content
    ):
        content = "".join(str(part["text"]) for part in content)
    role = "system" if role == "developer" else role
    if role not in ("system", "user", "assistant") or not isinstance(content, str):
        raise ValueError(f"{where}: expected a role (system, user, assistant) and text as content")
    return {"role": role, "content": content}


def _filled(turn: Turn) -> dict[str, str]:
    """Keep the places of variables, and say everything else as it is."""
    parts = PLACE.split(str(turn["content"]))
    texts = [literal(part) if n % 2 == 0 else f"{{{{ {part} }}}}" for n, part in enumerate(parts)]
    return {"role": str(turn["role"]), "content": "".join(texts)}


def _yaml(turns: Sequence[Any], request: Mapping[str, Any]) -> str:
    stop = request.get("stop")
    said = {"stop": [stop] if isinstance(stop, str) else list(stop)} if stop else {}
    whole = {**said, "messages": list(turns)} if said else list(turns)
    return str(yaml.safe_dump(whole, allow_unicode=True, sort_keys=False))


def _settings(request: Mapping[str, Any], made: Imported) -> None:
    if request.get("model"):
        made.overrides += ["model=openai", f"model.name={request['model']}"]
    names = {"temperature": "temperature", "max_tokens": "max_tokens"}
    names |= {"max_completion_tokens": "max_tokens", "top_p": "top_p", "seed": "seed"}
    for key, name in names.items():
        if request.get(key) is not None:
            made.overrides.append(f"strategy.sampling.{name}={request[key]}")
    known = ("messages", "model", "stop", *names)
    made.left += [f"{key}: not read" for key in request if key not in known]
