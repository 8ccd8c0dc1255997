"""A DSPy program, as `program.save("program.json")` writes it: instructions and demonstrations.

https://dspy.ai/tutorials/saving. The words around them are DSPy's own, which its adapters write
when they ask: here the demonstrations are written as `qa_v1` has them.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from promptlab.importing.imported import Imported, as_one_text, literal

REASONS = ("reasoning", "rationale")


def is_program(parsed: Any) -> bool:
    """Tell whether a parsed file is DSPy's."""
    return isinstance(parsed, Mapping) and any(True for _ in predictors(parsed))


def predictors(parsed: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each predictor of a program with its name."""
    if _is_predictor(parsed):
        yield "program", parsed
    for name, value in parsed.items():
        if isinstance(value, Mapping) and _is_predictor(value):
            yield str(name), value


def _is_predictor(value: Mapping[str, Any]) -> bool:
    return "demos" in value and isinstance(value.get("signature"), Mapping)


def read(parsed: Mapping[str, Any]) -> Imported:
    """Read a program; of several predictors the first one's demonstrations are the pool."""
    made = Imported()
    made.left.append("the words around instruction and demonstrations: DSPy's adapters write those")
    for number, (name, predictor) in enumerate(predictors(parsed)):
        fields = _fields(predictor)
        asked, answer = _roles(fields)
        instruction = literal(str(predictor["signature"].get("instructions", "")))
        text = f"{instruction}\n\n{{{{ demonstrations }}}}\n\nQ: {{{{ question }}}}\nA:"
        made.add_prompt(name, ".j2", as_one_text(text))
        records = [_record(demo, asked, answer) for demo in predictor["demos"]]
        if number == 0:
            made.pool = records
        elif records:
            made.left.append(f"{name}: its {len(records)} demonstrations")
        if predictor.get("lm"):
            made.left.append(f"{name}: the model it names; name one yourself")
    return made


def _fields(predictor: Mapping[str, Any]) -> list[str]:
    """Return the names of a signature's fields, and of what its demonstrations hold."""
    named = [_name(field) for field in predictor["signature"].get("fields", [])]
    shown = [name for demo in predictor["demos"] for name in demo if name != "augmented"]
    return list(dict.fromkeys([*named, *shown]))


def _name(field: Mapping[str, Any]) -> str:
    described = re.fullmatch(r"\$\{(\w+)\}", str(field.get("description", "")))
    prefix = str(field.get("prefix", "")).strip().rstrip(":")
    return described[1] if described else re.sub(r"\W+", "_", prefix).lower()


def _roles(fields: list[str]) -> tuple[list[str], str]:
    """Return the fields that are asked, and the one that is answered: the last."""
    plain = [name for name in fields if name not in REASONS]
    answer = "answer" if "answer" in plain else plain[-1]
    return [name for name in plain if name != answer], answer


def _record(demo: Mapping[str, Any], asked: list[str], answer: str) -> dict[str, Any]:
    """Make a record of a demonstration; what is asked beside `question` is said by its name."""
    known = {name: str(demo[name]) for name in asked if demo.get(name) is not None}
    question = known.pop("question", "") or known.pop(next(iter(known), ""), "")
    context = known.pop("context", "")
    others = "".join(f"{name}: {value}\n" for name, value in known.items())
    rationale = next((str(demo[name]) for name in REASONS if demo.get(name)), "")
    record = {"question": f"{others}{question}", "answer": str(demo.get(answer, ""))}
    record |= {"context": context} if context else {}
    return record | ({"rationale": rationale} if rationale else {})
