"""Control tokens: those that a chat template is written with, and that no text may become.

A tokenizer looks for its added tokens in whatever it is given, so `<|im_end|>` in a question would
end the turn. Here a text with such words in it is read as any other text is. Two things do it:

- While a template is filled in, the first letter of such a word is veiled by a character that
  stands nowhere in the messages; the control tokens that are then found are the template's own.
- The whole is read by the tokenizer's twin, which differs in the spelling of the control tokens
  alone: they are written in a character that the text does not have. So the template's tokens are
  found, the messages' are not, and all else, white space and merges, is as the tokenizer has it.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any, TypeAlias

from tokenizers import Tokenizer

Ids: TypeAlias = list[int]
Span: TypeAlias = tuple[int, int]

BRACKETED = re.compile(r"[<\[{|｜].*[>\]}|｜]", re.DOTALL)
"""How an added token looks that is not flagged special and yet no mere word or white space."""

PRIVATE = (range(0xF0000, 0xFFFFE), range(0x100000, 0x10FFFE))
"""Unicode's planes for private use: most texts have none of these characters."""


@dataclass(frozen=True, slots=True)
class Controls:
    """A tokenizer's control tokens.

    Attributes:
        ids: By their text.
        numbers: The same without the texts, less that for the unknown, which any text may have.
        own: Those that a template may look for in an assistant's turn (`</think>`, say): not
            flagged special, and named in the template.
        first: Finds a character that one of them begins with.
        lengths: By that character, how long they are, longest first.
    """

    ids: Mapping[str, int]
    numbers: frozenset[int]
    own: frozenset[str]
    first: re.Pattern[str]
    lengths: Mapping[str, Sequence[int]]

    def spans(self, text: str) -> tuple[Span, ...]:
        """Where control tokens stand in a text, as a tokenizer finds them: leftmost, longest."""
        spans: list[Span] = []
        for start, word in self._words(text):
            if not spans or start >= spans[-1][1]:
                spans.append((start, start + len(word)))
        return tuple(spans)

    def count(self, ids: Iterable[int]) -> int:
        """How many of the ids are control tokens."""
        return sum(map(self.numbers.__contains__, ids))

    def veils(self, texts: Sequence[str]) -> dict[str, str]:
        """A stand-in for each first character of a control token; none of them is in the texts.

        Nothing is veiled in texts that have no control tokens.
        """
        if not any(any(self._words(text)) for text in texts):
            return {}
        free = unused("".join(texts))
        return {char: next(free) for char in self.lengths}

    def veiled(self, text: str, veils: Mapping[str, str], kept: Collection[str] = ()) -> str:
        """Veil the first letter of every control token in a message, overlapping ones too."""
        starts = [start for start, word in self._words(text) if word not in kept]
        if not starts:
            return text
        letters = list(text)
        for start in starts:
            letters[start] = veils[letters[start]]
        return "".join(letters)

    def _words(self, text: str) -> Iterator[tuple[int, str]]:
        """The longest control token at every place where one begins."""
        for match in self.first.finditer(text):
            start = match.start()
            words = (text[start : start + length] for length in self.lengths[match[0]])
            if word := next((word for word in words if word in self.ids), ""):
                yield start, word


@lru_cache(maxsize=8)
def controls(tokenizer: Any) -> Controls:
    """The control tokens of a tokenizer.

    They are the added tokens that are flagged special, and those in brackets; not white space,
    words and letters, which some tokenizers add to their vocabulary so.
    """
    added = {token.content: number for number, token in tokenizer.added_tokens_decoder.items()}
    special = {token.content for token in tokenizer.added_tokens_decoder.values() if token.special}
    ids = {
        word: number
        for word, number in added.items()
        if word.strip() and (word in special or BRACKETED.fullmatch(word))
    }
    lengths: dict[str, set[int]] = {}
    for word in ids:
        lengths.setdefault(word[0], set()).add(len(word))
    template = json.dumps(tokenizer.chat_template or "", ensure_ascii=False)
    return Controls(
        ids,
        frozenset(ids.values()) - {tokenizer.unk_token_id},
        frozenset(word for word in ids if word not in special and word in template),
        re.compile(f"[{re.escape(''.join(lengths))}]" if lengths else r"(?!)"),
        {char: sorted(each, reverse=True) for char, each in lengths.items()},
    )


def encode_as_text(tokenizer: Any, text: str, template: Sequence[Span]) -> Ids:
    """Tokenise a text in which only the control tokens at these places are control tokens.

    Raises:
        ValueError: the tokenizer is of a kind that reads control tokens in any text.
    """
    if isinstance(getattr(tokenizer, "backend_tokenizer", None), Tokenizer):
        return _by_twin(tokenizer, text, template)
    return _in_pieces(tokenizer, text, template)


def _by_twin(tokenizer: Any, text: str, template: Sequence[Span]) -> Ids:
    known, mark = controls(tokenizer), next(unused(text))
    pieces, end = [], 0
    for start, stop in template:
        pieces += [text[end:start], _spelled(mark, known.ids[text[start:stop]])]
        end = stop
    whole = "".join([*pieces, text[end:]])
    ids: Ids = _twin(tokenizer, mark).encode(whole, add_special_tokens=False).ids
    return ids


def _in_pieces(tokenizer: Any, text: str, template: Sequence[Span]) -> Ids:
    """As a tokenizer that is written in Python does it: what stands between is read apart."""
    known, ids, end = controls(tokenizer), list[int](), 0
    for start, stop in [*template, (len(text), len(text))]:
        between = text[end:start]
        ids += tokenizer.encode(between, add_special_tokens=False, split_special_tokens=True)
        ids += [known.ids[word] for word in [text[start:stop]] if word]
        end = stop
    if known.count(ids) != len(template):
        raise ValueError(_unknown(tokenizer))
    return ids


def unused(text: str) -> Iterator[str]:
    """Characters that a text does not have."""
    used = set(text)
    return (char for char in map(chr, chain(*PRIVATE)) if char not in used)


def _spelled(mark: str, number: int) -> str:
    return f"{mark}{number}{mark}"


@lru_cache(maxsize=4)
def _twin(tokenizer: Any, mark: str) -> Tokenizer:
    """The same tokenizer, with its control tokens spelled by their numbers, between marks.

    Raises:
        ValueError: the tokenizer numbers its tokens anew when it is read.
    """
    names = {word: _spelled(mark, number) for word, number in controls(tokenizer).ids.items()}
    content = json.loads(tokenizer.backend_tokenizer.to_str())
    content |= {"truncation": None, "padding": None, "post_processor": None}
    for token in content["added_tokens"]:
        if token["content"] in names:
            token |= {"content": names[token["content"]], "normalized": False}
    _rename(content["model"], names)
    twin = Tokenizer.from_str(json.dumps(content))
    if any(twin.token_to_id(names[word]) != n for word, n in controls(tokenizer).ids.items()):
        raise ValueError(_unknown(tokenizer))
    return twin


def _rename(model: dict[str, Any], names: Mapping[str, str]) -> None:
    """Respell control tokens that are in the model's own vocabulary too, as in most they are."""
    vocabulary = model["vocab"]
    if isinstance(vocabulary, dict):
        model["vocab"] = {names.get(word, word): number for word, number in vocabulary.items()}
    else:
        model["vocab"] = [[names.get(word, word), score] for word, score in vocabulary]
    if model.get("unk_token") in names:
        model["unk_token"] = names[model["unk_token"]]
    if "merges" in model:
        pairs = (pair if isinstance(pair, list) else pair.split(" ") for pair in model["merges"])
        model["merges"] = [pair for pair in pairs if not {*pair, "".join(pair)} & names.keys()]


def _unknown(tokenizer: Any) -> str:
    return (
        f"the tokenizer of {tokenizer.name_or_path} is of a kind that reads control tokens "
        f"({', '.join(list(controls(tokenizer).ids)[:3])} …) in any text, and one stands in a "
        "message: take that text out of the data, or use a model with a tokenizer.json"
    )
