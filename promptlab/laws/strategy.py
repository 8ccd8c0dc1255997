"""The laws of strategies: they end whatever is said, and raise what they do not catch."""

from collections.abc import Callable, Sequence
from typing import Any

from promptlab.laws.driving import Broken, driven, failing, outcome, saying
from promptlab.laws.examples import DEMOS, QUESTIONS, solved
from promptlab.program import lifted
from promptlab.protocols import Program, Strategy
from promptlab.stages import prepared
from promptlab.types import Answer, AnswerKind, Call, Failed, Reply, Request, RequestFailed

CALLED = '<tool_call>{"name": "nothing", "arguments": {}}</tool_call>'
HOSTILE = (
    *("", "The answer is 3.", "\ufeff\ufffd\x00 ？", "A" * 2000, "Action: nothing["),
    *(CALLED, "<tool_call>{", "<tool_call>" * 200),
)
SAID = ("", "The answer is 3.", CALLED)
"""What leads a strategy on different ways."""
Law = Callable[[Strategy, AnswerKind], None]


def _program(strategy: Strategy, kind: AnswerKind) -> Program[Answer]:
    return prepared(strategy, solved(kind)).solve(QUESTIONS[kind], DEMOS)


def refusal(strategy: Strategy, kind: AnswerKind) -> str:
    """Return why a strategy takes no question of this kind; empty where it asks or answers."""
    program = _program(strategy, kind)
    try:
        next(program)
    except ValueError as error:
        return str(error)
    except StopIteration:
        pass
    program.close()
    return ""


def ends_whatever_is_said(strategy: Strategy, kind: AnswerKind) -> None:
    """Empty, endless and broken replies lead to an answer; where none is found, it is told so."""
    for text in HOSTILE:
        answer = outcome(_program(strategy, kind), saying(text))
        if not isinstance(answer, (Answer, RequestFailed)):
            raise Broken(f"told {text[:20]!r}, it ends with {answer!r}, which is no answer")
        if isinstance(answer, Answer) and (answer.outcome == "parsed") != bool(answer.text):
            raise Broken(f"told {text[:20]!r}, it is {answer.outcome} with {answer.text!r}")


def asks_the_same_when_told_the_same(strategy: Strategy, kind: AnswerKind) -> None:
    """Chance is an argument: two runs ask the same requests."""
    for text in SAID:
        one, other = (driven(_program(strategy, kind), saying(text)) for _ in range(2))
        if one != other:
            raise Broken(f"told {text[:20]!r} twice, it asks or answers otherwise")


def raises_the_failure_of_what_it_asks(strategy: Strategy, kind: AnswerKind) -> None:
    """Where every request fails, that failure ends it."""
    error, asked = RequestFailed("refused"), list[Any]()
    ended = outcome(_program(strategy, kind), failing(error, asked))
    if asked and ended is not error:
        raise Broken(f"every request fails, and it ends with {ended!r}")


def ends_when_every_tool_fails(strategy: Strategy, kind: AnswerKind) -> None:
    """A tool's failure ends it, or is something to go on from."""
    error, said = RequestFailed("no such tool"), saying("The answer is 3.")

    def reply(request: Request) -> Reply:
        return Failed(error) if isinstance(request, Call) else said(request)

    ended = outcome(lifted(_program(strategy, kind)), reply)
    if ended is not error and not isinstance(ended, Answer):
        raise Broken(f"every tool fails, and it ends with {ended!r}")


LAWS: Sequence[Law] = (
    ends_whatever_is_said,
    asks_the_same_when_told_the_same,
    raises_the_failure_of_what_it_asks,
    ends_when_every_tool_fails,
)
