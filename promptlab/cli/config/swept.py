"""Keys beneath an option that a sweep varies: Hydra composes the sweep itself without that option.

`-m strategy=cot,self_consistency strategy.sampling.max_tokens=80` names a key that the default
strategy need not have. Written as a choice of one, it waits until a variant is composed.
"""

from collections.abc import Sequence

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException

PARSER = OverridesParser.create()


def wait_for_variants(words: Sequence[str]) -> list[str]:
    """Write the overrides beneath what is swept as choices of one; leave the others as they are."""
    read = [_read(word) for word in words]
    swept = {place for each in read if each and each.is_sweep_override() for place in _places(each)}
    return [
        _choice(word, each) if each and _is_beneath(each, swept) else word
        for word, each in zip(words, read, strict=True)
    ]


def _read(word: str) -> Override | None:
    """Read an override; None for what is none, as an option of the command is."""
    if word.startswith("-") or "=" not in word:
        return None
    try:
        return PARSER.parse_override(word)
    except HydraException:
        return None


def _places(swept: Override) -> set[str]:
    """Where in the config an option lies: its package, or its group."""
    return {swept.package or swept.key_or_group.replace("/", ".")}


def _is_beneath(override: Override, swept: set[str]) -> bool:
    plain = not (override.is_sweep_override() or override.is_add() or override.is_delete())
    return plain and any(override.key_or_group.startswith(f"{place}.") for place in swept)


def _choice(word: str, override: Override) -> str:
    """Write a choice of one, unless Hydra would take marks from what it hands on."""
    key, _, value = word.partition("=")
    chosen = _read(f"{key}=choice({value})")
    alike = chosen and list(chosen.sweep_string_iterator()) == [value]
    return str(chosen.input_line) if chosen and alike else str(override.input_line)
