"""A winner that calls tools in a model's own form: saved, loaded, asked, and refused elsewhere."""

import pytest
from runs import node, run, write_data

from promptlab import Chat, Scripted, load
from promptlab.export.to import openai
from promptlab.export.write import drafted, write

CALL = '<tool_call>{"name": "calculator", "arguments": {"input": "3 + 4"}}</tool_call>'


def reply(request):
    """Call once, and take what the tool says for a yes."""
    last = request.prompt.messages[-1]
    return "The answer is yes." if (last.role, last.content) == ("tool", "7") else CALL


@pytest.fixture(scope="module")
def winner(tmp_path_factory):
    folder = tmp_path_factory.mktemp("calling")
    strategy = node("strategy", "react") | {"calls": "own"}
    run(
        folder / "run",
        write_data(folder / "tiny"),
        Scripted(reply),
        strategy=strategy,
        tool="calculator",
        template="chat_v1",
    )
    return write(folder / "run", folder / "winner")


def test_it_is_asked_as_it_was_measured(winner):
    answer = load(winner.folder).answer("Is 7 odd?", model=Scripted(reply))
    assert (answer.text, answer.outcome) == ("yes", "parsed")
    assert '→ calculator {"input": "3 + 4"}\n7' in answer.rationale


def test_a_function_of_messages_cannot_be_asked_and_says_so(winner):
    with pytest.raises(ValueError, match=r"was offered tools; expected a client"):
        load(winner.folder).answer("Is 7 odd?", model=Chat(lambda messages: "yes"))


def test_a_prompt_with_tools_is_no_plain_prompt_of_another_tool(tmp_path):
    """Also where nothing was called, and one prompt was asked."""
    strategy = node("strategy", "react") | {"calls": "own"}
    chosen = {"strategy": strategy, "tool": "calculator", "template": "chat_v1"}
    run(tmp_path / "run", write_data(tmp_path / "tiny"), Scripted("yes"), **chosen)
    with (
        drafted(tmp_path / "run") as (winner, trials),
        pytest.raises(ValueError, match=r"offers tools \(strategy\.calls=own\)"),
    ):
        openai.write(winner, trials, tmp_path / "messages.json")
