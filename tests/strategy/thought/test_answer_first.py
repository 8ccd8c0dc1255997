"""Answer first: the reason comes after, and changes nothing."""

from laws import driven

from promptlab.strategy.direct import Direct
from promptlab.strategy.thought.answer_first import AnswerFirst
from promptlab.types import Completion, Question, Task

TASK = Task(answer="number")


def asked(*said, **knobs):
    replies = iter(said)
    program = AnswerFirst(Direct(TASK), TASK, **knobs).solve(Question("1", "3 + 4?"), ())
    batches, answer = driven(program, lambda _: Completion(next(replies)))
    return [request.text for (request,) in batches], answer


def test_the_reason_is_asked_for_after_the_answer_and_does_not_change_it() -> None:
    texts, answer = asked(" 7", " It is 8, so the answer is 8.")
    assert texts == ["Q: 3 + 4?\nA:", "Q: 3 + 4?\nA: 7\nExplanation:"]
    assert (answer.text, answer.rationale) == ("7", "It is 8, so the answer is 8.")


def test_no_reason_is_asked_for_where_there_is_no_answer() -> None:
    texts, answer = asked("Who knows?")
    assert (len(texts), answer.outcome) == (1, "unparsed")


def test_the_words_between_may_be_chinese() -> None:
    assert asked("7", "因为", because="，因为")[0][1] == "Q: 3 + 4?\nA: 7，因为"
