"""The laws of every strategy that a yaml names."""

import pytest
from laws import built, driven, options, outcome, saying

from promptlab.laws.check import check
from promptlab.laws.examples import solved
from promptlab.laws.strategy import LAWS
from promptlab.protocols import ContextOverflow
from promptlab.stages import prepared
from promptlab.types import Answer, Call, Example, Failed, Question, RequestFailed

STRATEGIES = options("strategy")
TASKS = {
    "number": Question("q", "六加一是多少？ What is ６ + 1?"),
    "label": Question("q", "Who is she?"),
    "choice": Question("q", "Where?", choices=("here", "there", "那里")),
    "yes_no": Question("q", "Is it so?"),
    "text": Question("q", "Say something."),
}
DEMOS = (
    Example(Question("d1", "1 + 1?", choices=("2", "3")), "A", "1 + 1 = 2."),
    Example(Question("d2", "Where to?", choices=("in", "out")), "B"),
)
SCORED = ("choose", "calibrated", "abstaining")
"""Those that read probabilities of possible answers, and know none of other tasks."""
ALSO_ASKED = ("calibrated", "abstaining")
"""Those that ask other questions beside the one that is asked, which comes first."""
OTHERWISE_ASKED = {
    "translated": slice(1),  # whose translation is what is asked from then on
    "step_back": slice(None, None, 2),  # whose second question is one of the model's own
}
OF_CHOICES = ("circular", "shuffled")
"""Those that show the choices of a question in other orders."""
CASES = [
    (strategy, answer)
    for strategy in STRATEGIES
    for answer in TASKS
    if strategy not in SCORED or answer not in ("number", "text")
    if strategy not in OF_CHOICES or answer == "choice"
]


def program(strategy, answer, demos=DEMOS):
    asking = prepared(built("strategy", strategy, answer), solved(answer))
    return asking.solve(TASKS[answer], demos)


@pytest.mark.parametrize(("strategy", "answer"), CASES)
@pytest.mark.parametrize("demos", [(), DEMOS], ids=["no demos", "demos"])
def test_it_ends_when_every_completion_is_empty(strategy, answer, demos) -> None:
    _, said = driven(program(strategy, answer, demos), saying(""))
    assert isinstance(said, Answer)
    if strategy not in SCORED:
        assert (said.text, said.outcome) == ("", "unparsed")


@pytest.mark.parametrize(("strategy", "answer"), CASES)
def test_it_keeps_the_laws_that_those_of_others_are_held_against(strategy, answer) -> None:
    """Told nothing, the same for ever, broken markup, and a call of a tool that there is not."""
    verdicts = list(check("strategy", built("strategy", strategy, answer), answer))
    assert len(verdicts) == len(LAWS)
    assert [verdict for verdict in verdicts if verdict.broken or verdict.aside] == []


@pytest.mark.parametrize(("strategy", "answer"), CASES)
def test_the_question_asked_is_always_in_the_prompt(strategy, answer) -> None:
    batches, _ = driven(program(strategy, answer, ()), saying("The answer is 3."))
    batches = batches[OTHERWISE_ASKED.get(strategy, slice(None))]
    every = [request for batch in batches for request in batch if not isinstance(request, Call)]
    asked = [request.prompt.text for request in every]
    if strategy in ALSO_ASKED:
        asked = asked[:1]
    assert asked
    assert all(TASKS[answer].text in prompt for prompt in asked)


@pytest.mark.parametrize(("strategy", "answer"), CASES)
@pytest.mark.parametrize("error", [RequestFailed("refused"), ContextOverflow(9, 8)], ids=repr)
def test_it_ends_when_every_request_fails_with_that_failure(strategy, answer, error) -> None:
    assert outcome(program(strategy, answer), lambda request: Failed(error)) is error


@pytest.mark.parametrize(("strategy", "answer"), CASES)
@pytest.mark.parametrize("answered", [1, 2, 3])
def test_it_ends_when_later_requests_fail(strategy, answer, answered) -> None:
    """A failure of the second stage, or of a later draw, is no other than one of the first."""
    error, said, asked = RequestFailed("refused"), saying("The answer is 3."), []

    def reply(request):
        asked.append(request)
        return said(request) if len(asked) <= answered else Failed(error)

    ended = outcome(program(strategy, answer), reply)
    # A tool that fails may leave its question unparsed.
    failed = len(asked) > answered and not isinstance(asked[-1], Call)
    assert ended is error if failed else ended is error or isinstance(ended, Answer)


@pytest.mark.parametrize(("strategy", "answer"), CASES)
def test_it_ends_when_every_tool_fails(strategy, answer) -> None:
    error, said = RequestFailed("no such corpus"), saying("The answer is 3.")

    def reply(request):
        return Failed(error) if isinstance(request, Call) else said(request)

    ended = outcome(program(strategy, answer), reply)
    assert ended is error or isinstance(ended, Answer)
