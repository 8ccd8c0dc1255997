"""A promptfoo configuration: its prompts, its tests as records, its assertions as checks.

https://www.promptfoo.dev/docs/configuration/reference. Files that it names are read where they lie
in the folder of the configuration, and nowhere else. Its templates are Nunjucks, of which Jinja
reads what most are made of; those it does not read are left behind.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from promptlab.importing.assertions import check_of
from promptlab.importing.imported import Imported, as_one_text
from promptlab.template.prompt_file import PromptFile
from promptlab.template.source import ROLES

KNOWN = ("description", "prompts", "tests", "providers", "targets", "defaultTest", "$schema")
TEXTS = (".txt", ".md", ".j2", ".json", ".yaml", ".yml")
ASIDE = ("vars", "assert", "description", "metadata", "threshold")
OPENAI = "https://api.openai.com/v1"
EXPECTED = "__expected"
SEPARATOR = "\n---\n"
"""Between the prompts of one text file."""


def read(config: Mapping[str, Any], path: Path) -> Imported:
    """Read a configuration that was parsed from `path`.

    Raises:
        ValueError: a file that it names lies elsewhere, or cannot be read.
    """
    made = Imported()
    made.left += [f"{key}: not read" for key in config if key not in KNOWN]
    _prompts(config.get("prompts"), path.parent, made)
    default = config.get("defaultTest")
    _default_test(default if isinstance(default, Mapping) else {}, made)
    shared = default.get("vars", {}) if isinstance(default, Mapping) else {}
    for number, test in enumerate(_tests(config.get("tests"), path.parent, made), start=1):
        _test(test, f"test {number}", shared, made)
    named = config.get("providers") or config.get("targets") or []
    for provider in [named] if isinstance(named, str | Mapping) else named:
        _provider(provider, made)
    _question(made)
    _only_if_all(made, "answer")
    return made


def _prompts(prompts: Any, folder: Path, made: Imported) -> None:
    listed = [prompts] if isinstance(prompts, str | Mapping) else prompts or []
    for number, prompt in enumerate(listed, start=1):
        name, where = f"prompt_{number}", f"prompt {number}"
        if isinstance(prompt, Mapping):
            name = str(prompt.get("label") or prompt.get("id") or name)
            prompt = prompt.get("raw") or prompt.get("id") or ""  # noqa: PLW2901
        file = _named_file(str(prompt), folder)
        if file is None:
            _prompt(name, str(prompt), where, made)
        elif file.suffix not in TEXTS:
            made.left.append(f"{where}: {file.name} is code, or of a kind that is not read")
        else:
            texts = _text(file, folder).split(SEPARATOR)
            for part, text in enumerate(texts, start=1):
                _prompt(file.stem if len(texts) == 1 else f"{file.stem}_{part}", text, where, made)


def _prompt(name: str, text: str, where: str, made: Imported) -> None:
    """Keep a prompt, a list of turns or one text, if it is a template that Jinja reads too."""
    turns = _turns(text)
    suffix = ".yaml" if turns else ".j2"
    content = yaml.safe_dump(turns, allow_unicode=True, sort_keys=False) if turns else text.strip()
    content = content if turns else as_one_text(content)
    try:
        PromptFile(content, f"{name}{suffix}")
    except ValueError as error:
        made.left.append(f"{where}: {error}")
        return
    made.add_prompt(name, suffix, content)


def _turns(text: str) -> list[dict[str, str]]:
    """Return the turns of a chat that is written as JSON or YAML; none where it is one text."""
    try:
        parsed = json.loads(text) if text.lstrip().startswith("[") else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError, RecursionError):
        return []
    known = isinstance(parsed, list) and all(map(_is_turn, parsed))
    return [{"role": each["role"], "content": each["content"]} for each in parsed] if known else []


def _is_turn(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and value.get("role") in ROLES
        and isinstance(value.get("content"), str)
    )


def _default_test(default: Mapping[str, Any], made: Imported) -> None:
    made.left += [f"defaultTest.{key}: not read" for key in default if key not in ASIDE]
    made.checks += _checks(default.get("assert"), "defaultTest", made)


def _checks(assertions: Any, where: str, made: Imported) -> list[Mapping[str, Any]]:
    found = []
    for assertion in assertions or []:
        try:
            found.append(check_of(assertion, where))
        except (ValueError, TypeError, AttributeError) as error:
            made.left.append(str(error))
    return found


def _tests(tests: Any, folder: Path, made: Imported) -> Iterator[Mapping[str, Any]]:
    """Yield every test, those of files too."""
    for test in [tests] if isinstance(tests, str) else tests or []:
        if isinstance(test, Mapping):
            yield test
            continue
        file = _named_file(str(test), folder)
        if file is None or file.suffix not in (".csv", ".json", ".jsonl", ".yaml", ".yml"):
            made.left.append(f"tests: {str(test)[:60]!r} is no file that is read")
            continue
        yield from _of_file(file, _text(file, folder))


def _of_file(file: Path, text: str) -> Iterator[Mapping[str, Any]]:
    if file.suffix == ".csv":
        for row in csv.DictReader(io.StringIO(text)):
            expected = [row.pop(key) for key in list(row) if key.startswith(EXPECTED)]
            yield {"vars": row, "assert": [_expected(each) for each in expected if each]}
    elif file.suffix == ".jsonl":
        yield from (json.loads(line) for line in text.splitlines() if line.strip())
    else:
        yield from yaml.safe_load(text) or []


def _expected(text: str) -> dict[str, str]:
    """Read what a table expects: `contains: x`, or a text that the reply equals."""
    kind, colon, value = text.partition(":")
    known = colon and kind.replace("-", "").isalpha() and kind.islower()
    return {"type": kind, "value": value.strip()} if known else {"type": "equals", "value": text}


def _test(test: Mapping[str, Any], where: str, shared: Any, made: Imported) -> None:
    """Make a record of a test: its variables, its checks, and its answer where one is expected."""
    made.left += [f"{where}.{key}: not read" for key in test if key not in ASIDE]
    variables = {**(shared or {}), **(test.get("vars") or {})}
    lists = [name for name, value in variables.items() if isinstance(value, list)]
    if lists:
        made.left.append(f"{where}: {', '.join(lists)} hold lists, each item a test of its own")
        return
    record = {str(name): _plain(value) for name, value in variables.items()}
    assertions = test.get("assert") or []
    checks = _checks(assertions, where, made)
    equal = [each["value"] for each in assertions if each.get("type") == "equals"]
    record |= {"answer": str(equal[0])} if equal and "answer" not in record else {}
    made.test.append(record | ({"checks": checks} if checks else {}))


def _plain(value: Any) -> Any:
    """Take promptfoo's quoting of a brace from a text, as its own export writes it."""
    if isinstance(value, Mapping):
        return list(map(_plain, value.values())) if _is_numbered(value) else dict(value)
    return value.replace("{{ '{' }}", "{") if isinstance(value, str) else value


def _is_numbered(value: Mapping[Any, Any]) -> bool:
    return [str(key) for key in value] == [str(number) for number in range(len(value))]


def _provider(provider: Any, made: Imported) -> None:
    """Name the model, where it is one of OpenAI's protocol, and how it draws."""
    given = provider if isinstance(provider, Mapping) else {"id": provider}
    name, config = str(given.get("id", "")), given.get("config") or {}
    if not name.startswith("openai:"):
        made.left.append(f"provider {name}: name a model yourself, model=openai or model=hf say")
        return
    made.overrides += ["model=openai", f"model.name={name.rpartition(':')[2]}"]
    made.overrides.append(f"model.url={config.get('apiBaseUrl', OPENAI)}")
    drawn = {key: config[key] for key in ("temperature", "max_tokens") if key in config}
    made.overrides += [f"strategy.sampling.{key}={value}" for key, value in drawn.items()]


def _question(made: Imported) -> None:
    """Find which variable is what is asked: `question`, or the first that a prompt names last."""
    fields = dict.fromkeys(name for record in made.test for name in record)
    if "question" in fields or not made.test:
        return
    named = [
        name for name, text in made.prompts.items() for name in PromptFile(text, name).source.fields
    ]
    longest = max(
        (name for name in fields if name in named or not named),
        key=lambda name: max(len(str(record.get(name, ""))) for record in made.test),
        default="",
    )
    made.question = longest or next(iter(fields), "question")


def _only_if_all(made: Imported, name: str) -> None:
    """Take a field away that some records lack: where one has an answer, all must."""
    if any(name not in record for record in made.test):
        for record in made.test:
            record.pop(name, None)


def _named_file(text: str, folder: Path) -> Path | None:
    """Return the file that a text names: by file://, or by being there."""
    if text.startswith("file://"):
        return Path(text.removeprefix("file://"))
    is_name = "\n" not in text and len(text) < 200 and Path(text).suffix in (*TEXTS, ".csv")
    return Path(text) if is_name and (folder / text).is_file() else None


def _text(file: Path, folder: Path) -> str:
    """Read a file of the configuration's folder.

    Raises:
        ValueError: it lies elsewhere, or cannot be read.
    """
    place = (folder / file).resolve()
    if not place.is_relative_to(folder.resolve()):
        raise ValueError(f"{file} lies outside of {folder}, where nothing is read; copy it there")
    try:
        return place.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{place} cannot be read: {error}") from None
