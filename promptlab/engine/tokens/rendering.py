"""From a prompt to the exact text and tokens that the model reads.

A `text` prompt is a document: the tokenizer's own opening token (BOS), where it has one, and then
the text. Chat turns go through the tokenizer's own template, which writes every special token
itself, so nothing is added to what it says and no prompt ever opens with BOS twice.

A message is text, whatever stands in it: no word of it becomes a special token, and the template
cannot tell it from one that it writes itself (`control.py`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any, TypeAlias

from jinja2.exceptions import TemplateError

from promptlab.engine.tokens.control import Controls, Ids, Span, controls, encode_as_text
from promptlab.engine.tokens.tools import (
    as_text,
    changed,
    check_tools,
    leaves_calls_out,
    one_by_one,
    strings,
)
from promptlab.engine.tokens.wellformed import wellformed
from promptlab.tool_calls import functions, turns
from promptlab.types import Message, Prompt

Turn: TypeAlias = Mapping[str, Any]
Tools: TypeAlias = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A prompt as text.

    Attributes:
        text: What is read.
        opening: The special tokens that open it but are not written in the text.
        template: Where in the text the chat template's own control tokens stand.
    """

    text: str
    opening: tuple[int, ...] = ()
    template: tuple[Span, ...] = ()


def render(tokenizer: Any, prompt: Prompt) -> Rendered:
    """Write a prompt as this tokenizer's model reads it.

    Raises:
        ValueError: there is nothing in the prompt, text and turns are mixed, turns are asked of a
            tokenizer that has no chat template, or the template refuses them.
    """
    roles = [message.role for message in prompt.messages]
    if roles == ["text"]:
        return Rendered(wellformed(prompt.messages[0].content), _opening(tokenizer))
    if not roles or "text" in roles:
        raise ValueError(
            f"a prompt has the roles {roles}; expected one message of role text, or turns of the "
            "roles system, user and assistant"
        )
    return _chat(tokenizer, prompt)


def encode(tokenizer: Any, rendered: Sequence[Rendered]) -> list[Ids]:
    """Tokenise rendered prompts to at least one token each: something must precede the reply."""
    if not rendered:
        return []
    pieces = [replace(piece, text=wellformed(piece.text)) for piece in rendered]
    encoded = _as_they_stand(tokenizer, [piece.text for piece in pieces])
    return [
        _opened(tokenizer, piece, ids if _honest(tokenizer, piece, ids) else None)
        for piece, ids in zip(pieces, encoded, strict=True)
    ]


@lru_cache(maxsize=2048)  # every draw of a prompt asks
def forges(tokenizer: Any, rendered: Rendered) -> bool:
    """Whether one who tokenises the text would find control tokens in a message."""
    (ids,) = _as_they_stand(tokenizer, [rendered.text])
    return not _honest(tokenizer, rendered, ids)


def _as_they_stand(tokenizer: Any, texts: Sequence[str]) -> list[Ids]:
    ids: list[Ids] = tokenizer(
        list(texts),
        add_special_tokens=False,
        return_attention_mask=False,
        return_token_type_ids=False,
        verbose=False,
    ).input_ids
    return ids


def _honest(tokenizer: Any, rendered: Rendered, ids: Ids) -> bool:
    """Whether the control tokens are the template's alone, as words and as tokens.

    A tokenizer may find fewer than there are words, and more: where it folds letters, say.
    """
    known = controls(tokenizer)
    alone = known.spans(rendered.text) == rendered.template
    return alone and known.count(ids) <= len(rendered.template)


@lru_cache(maxsize=2048)  # who plans, who stores and who reads the prompt all ask
def ids_of(tokenizer: Any, prompt: Prompt) -> Ids:
    """Render and tokenise a prompt.

    Raises:
        ValueError: as `render`.
    """
    (ids,) = encode(tokenizer, [render(tokenizer, prompt)])
    return ids


def written(tokenizer: Any, rendered: Rendered) -> str:
    """The text of a rendered prompt with its opening tokens written out, for a person to read."""
    return "".join(tokenizer.convert_ids_to_tokens(list(rendered.opening))) + rendered.text


@lru_cache(maxsize=8)
def _opening(tokenizer: Any) -> tuple[int, ...]:
    """The tokens that the tokenizer puts before a text: BOS, mostly, or nothing.

    Whatever it puts after a text (EOS) is left out: the text is to be continued.
    """
    bare = tokenizer("a", add_special_tokens=False).input_ids
    full = tokenizer("a").input_ids
    for start in range(len(full) - len(bare) + 1):
        if full[start : start + len(bare)] == bare:
            return tuple(full[:start])
    return ()


def _opened(tokenizer: Any, rendered: Rendered, ids: Ids | None) -> Ids:
    """Put the opening before the ids, which are made with care where there are none yet."""
    if ids is None:
        ids = encode_as_text(tokenizer, rendered.text, rendered.template)
    if rendered.opening or ids:
        return [*rendered.opening, *ids]
    return [_first_known(tokenizer.bos_token_id, tokenizer.eos_token_id)]


def _first_known(*ids: int | None) -> int:
    return next((number for number in ids if number is not None), 0)


def _chat(tokenizer: Any, prompt: Prompt) -> Rendered:
    """The turns in the model's own template, and where in them its own tokens stand."""
    if prompt.tools:
        check_tools(tokenizer)
    known = controls(tokenizer)
    veils = known.veils(_texts(prompt))
    veil = partial(_veiled, known, veils)
    kept = partial(_kept, known, bool(prompt.tools))
    said = [replace(turn, content=veil(turn.content, kept(turn))) for turn in prompt.messages]
    told = turns(said, lambda call: changed(call.given or {}, veil))
    if prompt.tools and leaves_calls_out(tokenizer):
        told = list(map(as_text, told))
    veiled = _written(tokenizer, told, changed(functions(prompt.tools), veil))
    unveiled = str.maketrans({veil: char for char, veil in veils.items()})
    return Rendered(veiled.translate(unveiled), template=known.spans(veiled))


def _texts(prompt: Prompt) -> list[str]:
    """All texts that the template is filled in with."""
    calls = [call.given for message in prompt.messages for call in message.calls]
    contents = [message.content for message in prompt.messages]
    return [*contents, *strings(calls), *strings(functions(prompt.tools))]


def _veiled(
    known: Controls, veils: Mapping[str, str], text: str, kept: Collection[str] = ()
) -> str:
    return known.veiled(wellformed(text), veils, kept)


def _kept(known: Controls, has_tools: bool, message: Message) -> Collection[str]:
    """The control tokens that a template may look for in a turn; what calls a tool is none there.

    A call is written by the template, of what the model's own reply was read as.
    """
    if message.role != "assistant":
        return ()
    return {word for word in known.own if "tool" not in word} if has_tools else known.own


def _written(tokenizer: Any, turns: Sequence[Turn], tools: Tools = ()) -> str:
    """Fill in the template; a system turn that it refuses joins the first user turn."""
    if not tokenizer.chat_template:
        raise ValueError(
            f"{tokenizer.name_or_path} has no chat template (a base model?) and was given chat "
            "turns; use a prompt template with layout=text, or an instruct model"
        )
    try:
        text = _templated(tokenizer, turns, tools)
        lost = any(turn["content"].strip() not in text for turn in turns if _is_system(turn))
    except TemplateError as error:
        if not any(map(_is_system, turns)):
            raise _refusal(tokenizer, turns, error) from error
        lost = True
    return _without_system(tokenizer, turns, tools) if lost else text


def _without_system(tokenizer: Any, turns: Sequence[Turn], tools: Tools) -> str:
    """Render with the system's words at the head of the first user turn."""
    merged = _merged(turns)
    try:
        return _templated(tokenizer, merged, tools)
    except TemplateError as error:
        raise _refusal(tokenizer, merged, error) from error


def _refusal(tokenizer: Any, turns: Sequence[Turn], error: Exception) -> ValueError:
    roles = [turn["role"] for turn in turns]
    return ValueError(
        f"the chat template of {tokenizer.name_or_path} refuses turns of the roles {roles}: "
        f"{error}; use a prompt template with another layout"
        + (", or strategy.calls=text" if "tool" in roles else "")
    )


def _templated(tokenizer: Any, turns: Sequence[Turn], tools: Tools) -> str:
    """Apply the tokenizer's template; one that takes a single call a turn is given them so."""
    try:
        return _filled(tokenizer, turns, tools)
    except TemplateError:
        apart = one_by_one(turns)
        if apart == turns:
            raise
        return _filled(tokenizer, apart, tools)


def _filled(tokenizer: Any, turns: Sequence[Turn], tools: Tools) -> str:
    """Fill in the tokenizer's template, up to where the reply begins or goes on."""
    *before, last = turns
    goes_on = last["role"] == "assistant" and bool(last["content"].strip())
    kept = list(before) if last["role"] == "assistant" and not goes_on else list(turns)
    text: str = tokenizer.apply_chat_template(
        kept,
        tokenize=False,
        add_generation_prompt=not goes_on,
        continue_final_message=goes_on,
        **({"tools": list(tools)} if tools else {}),
    )
    return _with_tail(text, last["content"]) if goes_on else text


def _with_tail(text: str, beginning: str) -> str:
    """Give a reply's beginning back the white space at its end that many templates trim."""
    return text if text.endswith(beginning) else text + beginning[len(beginning.rstrip()) :]


def _is_system(turn: Turn) -> bool:
    return bool(turn["role"] == "system")


def _merged(turns: Sequence[Turn]) -> list[Turn]:
    """Move the system turns' words to the head of the first user turn."""
    words = [turn["content"] for turn in turns if _is_system(turn)]
    others = [turn for turn in turns if not _is_system(turn)]
    for index, turn in enumerate(others):
        if turn["role"] == "user":
            content = "\n\n".join([*words, turn["content"]])
            return [*others[:index], {"role": "user", "content": content}, *others[index + 1 :]]
    return [{"role": "user", "content": "\n\n".join(words)}, *others]
