"""What other tools' files come to: prompts that say the same, records, checks, and what is left."""

import json
import re

import pytest
import yaml

from promptlab.cli.command.import_file import import_file
from promptlab.importing.assertions import check_of
from promptlab.importing.read import read
from promptlab.importing.write import write
from promptlab.metric.checks.check import checks_of
from promptlab.template import PromptFile
from promptlab.types import Completion, Question, Task

ZIPPED = list(zip("abcdefgh", "bcdefghi", strict=True))
HOSTILE = "{{ 7 * 7 }} {% raw %} {# no #} {x} %s 你好"


def file(folder, name, content):
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    (folder / name).write_text(text, "utf-8")
    return folder / name


def said(made, name, question="q", **fields):
    """What a prompt file of an import asks."""
    asked = Question("q", question, metadata=fields)
    return [m.content for m in PromptFile(made.prompts[name], name).prompt(Task(), asked).messages]


PROMPTFOO = """
prompts:
  - "Sort for a {{ tier }} customer: {{message}}"
  - label: polite one
    raw: "user:\\n{{message}} {{ '{' }}{x}"
  - file://prompts/chat.json
  - file://prompts/two.txt
  - file://code.py
  - "{{ message | nunjucks_only }}"
providers:
  - openai:chat:gpt-4o-mini
  - id: anthropic:messages:x
defaultTest:
  vars: {tier: free}
  assert:
    - {type: not-contains, value: "As an AI"}
    - {type: javascript, value: output.length}
tests:
  - vars: {message: "I want {back} my money", tier: gold}
    assert: [{type: equals, value: billing}, {type: icontains, value: BILL}]
    options: {transform: output.trim()}
  - vars: {message: 登录不了}
    assert: [{type: equals, value: account}]
  - vars: {message: [a, b]}
scenarios: []
"""


@pytest.fixture
def promptfoo(tmp_path):
    (tmp_path / "prompts").mkdir()
    turns = [{"role": "system", "content": "Sort."}, {"role": "user", "content": "{{message}}"}]
    file(tmp_path, "prompts/chat.json", turns)
    file(tmp_path, "prompts/two.txt", "One: {{message}}\n---\nTwo: {{message}}")
    return read(file(tmp_path, "promptfooconfig.yaml", PROMPTFOO))


def test_promptfoo_s_prompts_say_the_same(promptfoo):
    fields = {"message": HOSTILE, "tier": "gold"}
    assert said(promptfoo, "prompt_1.j2", **fields) == [f"Sort for a gold customer: {HOSTILE}"]
    assert said(promptfoo, "polite_one.j2", **fields) == ["user:\n" + HOSTILE + " {{x}"]
    assert said(promptfoo, "chat.yaml", **fields) == ["Sort.", HOSTILE]
    assert said(promptfoo, "two_1.j2", **fields) == [f"One: {HOSTILE}"]
    assert said(promptfoo, "two_2.j2", **fields) == [f"Two: {HOSTILE}"]
    assert len(promptfoo.prompts) == 5


def test_promptfoo_s_tests_are_records_with_their_checks_and_answers(promptfoo):
    first, second = promptfoo.test
    assert first["message"] == "I want {back} my money"
    assert (first["tier"], second["tier"]) == ("gold", "free")
    assert (first["answer"], second["answer"]) == ("billing", "account")
    assert promptfoo.question == "message"
    assert [list(check) for check in first["checks"]] == [["regex"], ["contains"]]
    assert len(promptfoo.checks) == 1


def test_what_promptfoo_has_and_we_have_not_is_named(promptfoo):
    left = "\n".join(promptfoo.left)
    for name in ("scenarios", "code.py", "nunjucks_only", "javascript is code", "options"):
        assert name in left
    assert "anthropic:messages:x" in left
    assert "test 3: message hold lists" in left
    assert "model.name=gpt-4o-mini" in promptfoo.overrides


@pytest.mark.parametrize(
    ("assertion", "passes", "fails"),
    [
        ({"type": "equals", "value": "a.c"}, "a.c", "abc"),
        ({"type": "contains", "value": "(x)"}, "an (x)", "an (X)"),
        ({"type": "icontains", "value": "Yes"}, "oh YES", "no"),
        ({"type": "contains-any", "value": ["a", "b"]}, "xb", "xB"),
        ({"type": "icontains-any", "value": "a, b"}, "xB", "x"),
        ({"type": "contains-all", "value": ["a", "b"]}, "b\na", "b"),
        ({"type": "not-contains", "value": "AI"}, "an ai", "I\nam an AI"),
        ({"type": "not-icontains", "value": "AI"}, "me", "ai"),
        ({"type": "starts-with", "value": "{"}, '{"a"', 'x{"a"'),
        ({"type": "regex", "value": r"\d+"}, "a 12", "a"),
        ({"type": "is-json"}, "[1]", "[1"),
        ({"type": "is-json", "value": {"required": ["a"]}}, '{"a": 1}', "{}"),
        ({"type": "word-count", "value": {"max": 2}}, "one two", "one two three"),
        ({"type": "word-count", "value": 2}, "one two", "one"),
    ],
)
def test_an_assertion_holds_where_its_check_does(assertion, passes, fails):
    (check,) = checks_of([check_of(assertion, "here")], "here", trusted=False)
    assert check.score(Completion(passes)) == 1
    assert check.score(Completion(fails)) == 0


@pytest.mark.parametrize(
    ("assertion", "message"),
    [
        ({"type": "python", "value": "exit()"}, "python is code, and code is not run"),
        ({"type": "moderation"}, "nothing here checks 'moderation'"),
        ({"type": "cost", "threshold": 0.01}, "cost asks for a price"),
        ({"type": "equals", "value": "{{name}}"}, "fills variables"),
        ({"type": "regex", "value": "("}, "regex"),
        ({"type": "equals", "value": "file://x.txt"}, "reads file://x.txt"),
    ],
)
def test_an_assertion_that_is_no_check_is_named(assertion, message):
    with pytest.raises(ValueError, match=message):
        check_of(assertion, "here")


def test_a_rubric_and_a_likeness_keep_their_words_and_threshold():
    assert check_of({"type": "llm-rubric", "value": "kind"}, "") == {"rubric": "kind"}
    assert check_of({"type": "latency", "threshold": 500}, "") == {"latency": {"max": 0.5}}
    made = check_of({"type": "similar", "value": "x", "threshold": 0.9, "metric": "like"}, "")
    assert made == {"similar": {"to": "x", "at_least": 0.9}, "name": "like"}


def test_tests_of_a_table_are_read_and_files_elsewhere_are_not(tmp_path):
    file(tmp_path, "t.csv", "question,__expected\nWhat?,this\nWho?,contains: me\n")
    made = read(file(tmp_path, "c.yaml", "prompts: ['{{question}}']\ntests: file://t.csv\n"))
    assert [record["question"] for record in made.test] == ["What?", "Who?"]
    assert [list(record["checks"][0].values()) for record in made.test] == [[r"\Athis\Z"], ["me"]]
    away = file(tmp_path, "d.yaml", "prompts: ['x']\ntests: file://../../etc/passwd.csv\n")
    with pytest.raises(ValueError, match=r"d.yaml: .*lies outside of"):
        read(away)


def test_openai_s_messages_are_a_prompt_whose_texts_stay_as_they_are(tmp_path):
    turns = [
        {"role": "developer", "content": HOSTILE},
        {"role": "user", "content": [{"type": "text", "text": "one"}]},
        {"role": "assistant", "content": "two"},
        {"role": "user", "content": "Q: {{question}} {% x"},
    ]
    body = {"model": "m", "messages": turns, "temperature": 0.5, "stop": "\n", "tools": []}
    made = read(file(tmp_path, "m.json", body))
    asked = said(made, "messages.yaml", "What?")
    assert asked == [HOSTILE, "one", "two", "Q: What? {% x"]
    assert made.overrides == ["model=openai", "model.name=m", "strategy.sampling.temperature=0.5"]
    assert made.left == ["tools: not read"]
    assert "stop:" in made.prompts["messages.yaml"]


def test_messages_that_name_nothing_ask_their_own_question(tmp_path):
    made = read(file(tmp_path, "m.json", [{"role": "user", "content": HOSTILE}]))
    assert made.test == [{"question": HOSTILE}]
    assert said(made, "messages.yaml", HOSTILE) == [HOSTILE]


def test_conversations_to_tune_on_are_examples(tmp_path):
    def line(system, *texts):
        roles = ["user", "assistant"] * len(texts)
        turns = [{"role": role, "content": text} for role, text in zip(roles, texts, strict=False)]
        return json.dumps({"messages": [{"role": "system", "content": system}, *turns]})

    lines = [line("Sort {{x}}.", "q1", "a1"), line("Sort {{x}}.", "q0", "a0", "q2", "a2")]
    made = read(file(tmp_path, "t.jsonl", "\n".join(lines)))
    assert [(r["question"], r["answer"]) for r in made.test] == [("q1", "a1"), ("q2", "a2")]
    assert said(made, "conversation.yaml", "q") == ["Sort {{x}}.", "q"]
    assert made.left == ["line 2: 2 earlier turns"]
    assert "dataset.pool_size=0.5" in write(made, tmp_path / "out", "t.jsonl")


def test_a_dspy_program_keeps_its_instruction_and_demonstrations(tmp_path):
    import dspy

    program = dspy.ChainOfThought(dspy.Signature("question, context -> answer", HOSTILE))
    demo = {"question": "q", "context": "c", "reasoning": "r", "answer": "a"}
    program.predict.demos = [dspy.Example(**demo)]
    program.save(str(tmp_path / "p.json"))
    made = read(tmp_path / "p.json")
    expected = {"question": "q", "context": "c", "answer": "a", "rationale": "r"}
    assert made.pool == [expected]
    assert said(made, "predict.j2", "What?")[0].startswith(HOSTILE)
    assert "adapters" in made.left[0]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("c.yaml", "prompts: [\n", "c.yaml, line 2: not YAML"),
        ("c.json", '{"a": }', "c.json, line 1: not JSON"),
        ("c.json", "{}", "c.json: expected a promptfoo configuration"),
        ("t.jsonl", '{"messages": []}', "t.jsonl: line 1: expected a list of messages"),
        ("t.jsonl", "{}\n{x", "t.jsonl, line 2: not JSON"),
        ("t.jsonl", "", "t.jsonl is empty"),
        ("m.json", [{"role": "tool", "content": "x"}], "message 1: expected a role"),
        ("m.json", [{"role": "assistant", "content": "x"}], "no user's turn"),
        ("c.yaml", "prompts: ['{{x}}']\ntests: [7]\n", ""),
    ],
)
def test_what_cannot_be_read_is_told_in_one_message(name, content, message, tmp_path):
    path = file(tmp_path, name, content)
    if not message:
        assert any("no file that is read" in each for each in read(path).left)
        return
    with pytest.raises(ValueError, match=re.escape(message)):
        read(path)


def test_what_is_written_runs_and_a_folder_that_is_in_use_is_left_alone(
    tmp_path, capsys, monkeypatch
):
    import shlex

    from promptlab.cli.config.compose import add_search_path, build, compose, variants
    from promptlab.cli.config.overrides import rewrite_overrides

    monkeypatch.chdir(tmp_path)
    config = {
        "prompts": ["A {{message}}", "B {{message}}"],
        "tests": [{"vars": {"message": "x"}, "assert": [{"type": "equals", "value": "y"}]}],
    }
    import_file([str(file(tmp_path, "c.yaml", yaml.safe_dump(config)))])
    line = capsys.readouterr().out.strip().splitlines()[-1]
    words = shlex.split(line)[4:]
    assert (words[0], words[1]) == ("--config-dir", "imported/conf")
    told = add_search_path([*rewrite_overrides(words[2:]), "model=scripted", "folder=x"], words[1])
    experiments = [build(compose(each)) for each in variants(told)]
    assert [each.dataset.test[0].answer for each in experiments] == ["y", "y"]
    assert "checks" in experiments[0].metric
    with pytest.raises(FileExistsError, match="imported: there already, and not empty"):
        import_file([str(tmp_path / "c.yaml")])


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [1, 1]\n" + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in ZIPPED),
        "a: &a [*a]\n",
    ],
)
def test_aliases_that_unfold_without_end_are_refused(text, tmp_path):
    with pytest.raises(ValueError, match=r"bomb.yaml: its aliases unfold to more than"):
        read(file(tmp_path, "bomb.yaml", text + "prompts: [x]\n"))


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no file"):
        read(tmp_path / "none.yaml")
