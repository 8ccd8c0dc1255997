"""Tools, calls and results where people read them: in a report's line and as MLflow's steps."""

from dataclasses import replace

from tool_templates import CALLED, CALLS, TOOLS

from promptlab.records.trial_json import exchange_line
from promptlab.report.data.reading.answers import completions, prompts
from promptlab.tracking.mlflow.traces.spans import call
from promptlab.types import Completion, Exchange, Generate

SAID = Exchange(Generate(CALLED), Completion("Well.", calls=CALLS))


def test_a_line_is_shown_as_its_prompt_and_its_reply():
    entry = {"exchanges": [exchange_line(SAID)]}
    assert prompts(entry) == [CALLED.text]
    assert completions(entry) == [SAID.reply.shown]
    assert SAID.reply.shown == 'Well.\n→ calculator {"input": "3 * 4"}\n→ now {}'


def test_a_reply_that_only_calls_is_shown_by_its_calls():
    only = replace(SAID, reply=replace(SAID.reply, text=""))
    assert completions({"exchanges": [exchange_line(only)]}) == [only.reply.shown]


def test_a_broken_line_is_no_error():
    odd = {
        "messages": [{"role": "tool", "calls": 3}],
        "tools": [1, {"name": None}],
        "kind": "generate",
    }
    entry = {"exchanges": [{"request": odd, "reply": {"text": None, "calls": [1, {}]}}]}
    assert prompts(entry) == ["[tools]\n: \n    \n\n[tool]\n"]
    assert completions(entry) == ["→ ? "]


def test_a_step_of_mlflow_is_a_conversation_with_tools():
    step = call("generate", SAID)
    assert [tool["function"]["name"] for tool in step.inputs["tools"]] == ["calculator", "now"]
    assert len(TOOLS) == 2
    assert step.inputs["messages"][2]["tool_call_id"] == "call00001"
    (choice,) = step.outputs["choices"]
    assert [made["function"]["name"] for made in choice["message"]["tool_calls"]] == [
        *("calculator", "now")
    ]
