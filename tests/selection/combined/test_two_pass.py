from promptlab.model.scripted import Scripted
from promptlab.program import lifted, solve
from promptlab.selection.combined.two_pass import TwoPass
from promptlab.selection.lexical.bm25 import BM25
from promptlab.strategy.direct import Direct
from promptlab.types import Example, Question, Task

TEXTS = ["who wrote the red book", "the sea is blue", "a fish swims in the sea", "one", "two"]
POOL = [Example(Question(f"pool-{n}", text), "x") for n, text in enumerate(TEXTS)]
ASKED = Question("q", "who wrote it")


def chosen(reply, question=ASKED, k=2):
    select = TwoPass(k, BM25(k), Direct(Task(answer="text"))).fit(POOL)
    return [demo.id for demo in solve(lifted(select(question)), Scripted(reply))]


def test_the_answer_is_searched_for_together_with_the_question():
    assert chosen("nobody") == ["pool-0", "pool-1"]
    assert chosen("a fish in the sea swims") == ["pool-2", "pool-0"]


def test_the_first_pass_is_what_the_answer_was_found_with():
    asked = []

    def reply(request):
        asked.append(request.prompt.text)
        return "blue sea"

    chosen(reply, k=1)
    assert len(asked) == 1
    assert TEXTS[0] in asked[0]
    assert TEXTS[1] not in asked[0]


def test_an_answer_that_cannot_be_read_leaves_the_question_alone():
    assert chosen("") == ["pool-0", "pool-1"]


def test_the_question_itself_is_left_out_of_the_second_pass_too():
    itself = Question("other", TEXTS[2])
    assert "pool-2" not in chosen("a fish swims in the sea", itself)
