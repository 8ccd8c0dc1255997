"""What every tool that a yaml names keeps to."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from laws import built, options

from promptlab.route import called
from promptlab.types import Call, Failed, RequestFailed, Result

TOOLS = [(option, name) for option in options("tool") for name in built("tool", option)]
every_tool = pytest.mark.parametrize(("option", "name"), TOOLS)
written = st.text(max_size=60) | st.text("0123456789.+-*/%()^ ,$=×÷３", max_size=30)


def answered(tool, text):
    """Call a tool; return its result, or the failure that it says."""
    try:
        return tool(text)
    except RequestFailed as failure:
        return f"failed: {failure}"


@every_tool
def test_a_tool_says_what_it_does_and_whether_it_is_pure(option, name):
    tool = built("tool", option)[name]
    assert isinstance(tool.pure, bool)
    assert tool.description.strip()


@every_tool
@settings(deadline=None, max_examples=300)
@given(text=written)
@example("")
@example("9**9**9**9")
@example("1" * 5000)
@example("(" * 500)
@example("\ud800\x00")
def test_a_tool_gives_a_text_or_says_why_there_is_none(option, name, text):
    assert isinstance(answered(built("tool", option)[name], text), str)


@every_tool
@settings(deadline=None, max_examples=100)
@given(text=written)
def test_a_pure_tool_gives_the_same_twice(option, name, text):
    tool = built("tool", option)[name]
    assert not tool.pure or answered(tool, text) == answered(tool, text)


@every_tool
def test_what_a_tool_cannot_do_is_a_failed_request(option, name):
    tool = built("tool", option)[name]
    reply = called(tool, Call(name, "\x00 no input of any tool \x00"))
    assert isinstance(reply, (Result, Failed))
    assert reply.text
