"""JSON, of a schema where one is given.

The answer is the whole JSON, or one property of it: then the others may stand before it, such as a
reasoning that is written first because the schema names it first.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from promptlab.extract import Extract, json_value, read
from promptlab.output.grammar import fault
from promptlab.output.output import Written
from promptlab.types import Answer, AnswerKind, Completion, Dataset, Form, Question, Task

OBJECT = '{"type":"object"}'
SHOWN = 200
"""Most characters of what a schema misses in a reply."""


@dataclass(frozen=True)
class Json:
    """Have replies be JSON.

    Attributes:
        schema: A file with a JSON Schema that they keep to; empty: any object.
        field: The property that holds the answer, which is of the task's kind; empty: the answer
            is the whole JSON, of the kind `json`.
        text: The schema itself, in place of a file.
    """

    schema: str = ""
    field: str = ""
    text: str = ""

    @property
    def answers(self) -> AnswerKind | None:
        """JSON, or what its property holds."""
        return None if self.field else "json"

    @property
    def lines(self) -> bool:
        """JSON may be written over several lines."""
        return True

    def loaded(self) -> "Json":
        """Read the schema.

        Raises:
            ValueError: it is none, or says what replies cannot be held to; names file and line.
        """
        where = self.schema or "output.text"
        text = self.text or (_text(self.schema) if self.schema else OBJECT)
        schema = _parsed(text, where)
        _check_schema(schema, where)
        compact = json.dumps(schema, ensure_ascii=False, separators=(",", ":"))
        if why := fault(Form("json", compact)):
            raise ValueError(
                f"{where}: no reply can be held to this schema ({why}); expected one without that"
            )
        if self.field and isinstance(schema, dict):
            _check_field(self.field, schema.get("properties"), where)
        return replace(self, text=compact)

    def check(self, dataset: Dataset) -> None:
        """Refuse answers of another kind, and gold answers that are no JSON."""
        kind = dataset.task.answer
        if self.field and kind == "json":
            raise ValueError(
                f"output.field={self.field} reads the answer off one property, and "
                "dataset.task.answer is json; expected its kind: number, label, text, …"
            )
        if not self.field and kind != "json":
            raise ValueError(
                f"output=json has JSON for an answer, and dataset.task.answer is {kind}: say "
                "output.field=… for the property that holds the answer, or dataset.task.answer=json"
            )
        for example in (*dataset.pool, *dataset.test) if kind == "json" else ():
            for gold in filter(None, (example.answer, *example.aliases)):
                if json_value.canonical(gold) is None:
                    raise ValueError(
                        f"the answer {gold[:60]!r} of question {example.id!r} is no JSON; mend it, "
                        "or say output.field=… for the property that holds the answer"
                    )

    def form(self, task: Task, question: Question, written: Written, lead: str) -> Form:  # noqa: ARG002
        """The same for every question."""
        return Form("json", self._kept, lead=lead)

    def read(
        self, completion: Completion, task: Task, question: Question, extract: Extract
    ) -> Answer:
        """Take the first JSON of the reply that keeps to the schema, or its property."""
        whole = json_value.read(completion, self._fault)
        if not self.field or whole.outcome != "parsed":
            return whole
        value = json.loads(whole.text).get(self.field, "")
        said = value if isinstance(value, str) else json_value.written(value)
        answer = read(Completion(said), task, question, replace(extract, policy="reply"))
        if answer.outcome == "parsed":
            return replace(answer, rationale=whole.text)
        why = f"{self.field} is {said[:SHOWN]!r}, which is no answer of the kind {task.answer}"
        return Answer("", whole.text, outcome="unparsed", why=why)

    def _fault(self, value: Any) -> str:
        """Say what a value misses; empty where it will do."""
        if self.field and not (isinstance(value, dict) and self.field in value):
            return f"it has no {self.field}"
        error = next(self._validator.iter_errors(value), None)
        return "" if error is None else f"{error.json_path}: {error.message}"[:SHOWN]

    @cached_property
    def _kept(self) -> str:
        """The schema, read now where nobody has read it yet."""
        return self.text or self.loaded().text

    @cached_property
    def _validator(self) -> Any:
        from jsonschema.validators import validator_for  # noqa: PLC0415  heavy

        schema = json.loads(self._kept)
        return validator_for(schema)(schema)


def _text(path: str) -> str:
    """Read a schema's file.

    Raises:
        FileNotFoundError: there is none.
        ValueError: it is not UTF-8.
    """
    try:
        return Path(path).expanduser().read_text("utf-8-sig")
    except (FileNotFoundError, IsADirectoryError):
        raise FileNotFoundError(
            f"output.schema is {path}: no such file; expected one that holds a JSON Schema"
        ) from None
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: {error}; expected UTF-8") from None


def _parsed(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(
            f"{where}, line {error.lineno}, column {error.colno}: {error.msg}; expected a JSON "
            "Schema, which is JSON"
        ) from None
    except (RecursionError, ValueError) as error:
        raise ValueError(f"{where}: {error}; expected a JSON Schema") from None


def _check_schema(schema: Any, where: str) -> None:
    """Refuse what is JSON, and no JSON Schema."""
    from jsonschema import SchemaError  # noqa: PLC0415  heavy
    from jsonschema.validators import validator_for  # noqa: PLC0415  heavy

    if not isinstance(schema, dict):
        raise ValueError(f"{where}: {str(schema)[:60]} is no JSON Schema; expected an object")
    try:
        validator_for(schema).check_schema(schema)
    except SchemaError as error:
        said = f"{error.json_path}: {error.message}"[:SHOWN]
        raise ValueError(f"{where}: no JSON Schema ({said})") from None
    except RecursionError:
        raise ValueError(f"{where}: a JSON Schema nested too deeply to be read") from None


def _check_field(field: str, properties: Any, where: str) -> None:
    """Refuse a field that a schema with properties does not have."""
    known: Sequence[str] = list(properties) if isinstance(properties, dict) else []
    if known and field not in known:
        raise ValueError(
            f"output.field is {field!r}, which {where} does not have; expected one of "
            f"{', '.join(known)}"
        )
