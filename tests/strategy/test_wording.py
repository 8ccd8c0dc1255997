"""What a strategy says is in its yaml as the class has it, so that both ask the same."""

from dataclasses import fields

import pytest
from laws import composed, options, target


@pytest.mark.parametrize("strategy", options("strategy"))
def test_a_yaml_says_what_the_class_says_by_default(strategy) -> None:
    config = composed("strategy", strategy)["strategy"]
    words = {each.name: each.default for each in fields(target(config)) if each.name in config}
    said = {name: text for name, text in words.items() if isinstance(text, str) and " " in text}
    assert {name: config[name] for name in said} == said
