"""Write the word problems of this data set: `python datasets/arithmetic/generate.py [folder]`.

The stories in `stories.txt` were written by hand for promptlab. Their numbers, names and things are
drawn by a seed, so that the same files come out every time.
"""

import json
import random
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SEED = 20
POOL = 360
TEST = 240
GIRLS = "Amina Beth Carla Dilys Elena Farah Grace Hana Ines Joyce Kirsi Lucia Mei Nadia Olga Priya"
BOYS = "Adam Boris Chen Diego Emeka Felix Gareth Hugo Ivan Jamal Kofi Liam Marco Nils Omar Pablo"
EQUATIONS = "rsq"
SIGNS = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "/": lambda x, y: x // y if x % y == 0 else 0,
}


@dataclass(frozen=True)
class Story:
    """A situation: the ranges of its numbers, the steps that solve it, and two ways to tell it.

    The pool has one telling and the test the other, so that no test question is told as one of the
    pool is.
    """

    draws: list[str]
    steps: list[str]
    things: list[str]
    tellings: list[tuple[str, str]]


def stories(text: str) -> list[Story]:
    """Read the stories."""
    return [_story(block.split("\n")) for block in text.strip().split("\n\n")[1:]]


def _story(lines: list[str]) -> Story:
    """Read one story: a line of numbers, steps and things, then questions and solutions."""
    draws, steps, things = lines[0].split(" | ")
    tellings = [
        (ask, why.removeprefix("= ")) for ask, why in zip(lines[1::2], lines[2::2], strict=True)
    ]
    return Story(draws.split(), steps.split("; "), things.split(", "), tellings)


def split(name: str, size: int) -> list[dict[str, Any]]:
    """Tell story after story, with other numbers, names and things, and never the same words."""
    rng = random.Random(f"{SEED}:{name}")
    told_so_far: dict[frozenset[str], dict[str, Any]] = {}
    numbered = list(enumerate(stories((HERE / "stories.txt").read_text(encoding="utf-8"))))
    while len(told_so_far) < size:
        for number, story in rng.sample(numbered, len(numbered)):
            problem = told(story, (number + (name == "test")) % 2, rng)
            told_so_far.setdefault(frozenset(problem["question"].split()), problem)
    return list(told_so_far.values())[:size]


def told(story: Story, telling: int, rng: random.Random) -> dict[str, Any]:
    """Write a problem and its solution."""
    numbers, equations = solved(story, rng)
    words = {**people(rng), "t": rng.choice(story.things)}
    question, why = story.tellings[telling]
    return {
        "question": _begun(question.format(**words, **numbers)),
        "answer": str(list(numbers.values())[-1]),
        "rationale": _begun(why.format(**(words | numbers | equations))),
        "steps": len(equations),
    }


def people(rng: random.Random) -> dict[str, str]:
    """Draw a girl and a boy, in either order, and the words that speak of the first."""
    girl, boy = rng.choice(GIRLS.split()), rng.choice(BOYS.split())
    first, second = (girl, boy) if rng.random() < 0.5 else (boy, girl)
    speaking = "she her her" if first == girl else "he his him"
    she, her, her_ = speaking.split()
    both = {"A": first, "B": second, "she": she, "her": her, "her_": her_}
    return both | {"She": she.capitalize(), "Her": her.capitalize()}


def solved(story: Story, rng: random.Random) -> tuple[dict[str, int], dict[str, str]]:
    """Draw numbers, none twice, that bring every step to between 2 and 100.

    Returns the numbers, the answer last, and the equations by the names of their steps.
    """
    while True:
        numbers = {}
        for draw in story.draws:
            name, low, high = re.split("[:-]", draw)
            numbers[name] = rng.randint(int(low), int(high))
        drawn = list(numbers.values())
        equations = _solve(story.steps, numbers)
        if len(set(drawn)) == len(drawn) and all(1 < value <= 100 for value in numbers.values()):
            return numbers, equations


def _solve(steps: list[str], numbers: dict[str, int]) -> dict[str, str]:
    """Do the steps, adding what they compute to the numbers; return the equations."""
    equations = {}
    for step in steps:
        name, _, left, sign, right = step.split()
        one, other = (numbers[side] if side in numbers else int(side) for side in (left, right))
        numbers.pop(name, None)
        numbers[name] = SIGNS[sign](one, other)
        if name in EQUATIONS:
            equations[name] = f"{one} {sign} {other} = {numbers[name]}"
    return equations


def _begun(text: str) -> str:
    """Begin a text with a capital."""
    return text[0].upper() + text[1:]


def main(folder: Path) -> None:
    """Write both files."""
    for name, size in (("train", POOL), ("test", TEST)):
        lines = [
            json.dumps({"id": f"arithmetic-{name}-{number}", **problem}, ensure_ascii=False)
            for number, problem in enumerate(split(name, size), 1)
        ]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
