"""An experiment in plain Python, all of it in sight; `python examples/loop.py` runs it.

For every question demonstrations are chosen, put in order and shown; the model is asked, and its
answer is scored: `python -m promptlab selection=bm25 strategy=cot`, but for the records.
"""

from promptlab import BM25, ChainOfThought, Embedded, Example, Question, SimilarLast, Task
from promptlab.metric.accuracy import Accuracy
from promptlab.program import parallel, solve

POOL = [
    Example(Question("p1", "Tom has 3 pens and buys 4. How many has he?"), "7", "3 + 4 = 7."),
    Example(Question("p2", "Ann had 9 figs and ate 2. How many are left?"), "7", "9 - 2 = 7."),
    Example(Question("p3", "A box holds 6 eggs. How many do 2 boxes hold?"), "12", "6 * 2 = 12."),
]
TEST = [
    Example(Question("t1", "Eva has 5 pens and buys 2. How many has she?"), "7"),
    Example(Question("t2", "Max had 8 figs and ate 3. How many are left?"), "5"),
]


def run(model):
    """Answer all questions side by side; return the answers and their mean accuracy."""
    task = Task(answer="number")
    select, order = BM25(k=2).fit(POOL), SimilarLast()
    strategy, metric = ChainOfThought(task), Accuracy(task)

    def attempt(example):
        demos = order(select(example.question), example.question)
        return (yield from strategy.solve(example.question, demos))

    answers = solve(parallel(attempt(example) for example in TEST), model)
    scores = [metric(answer, example) for answer, example in zip(answers, TEST, strict=True)]
    return answers, sum(scores) / len(scores)


if __name__ == "__main__":
    print(*run(Embedded()), sep="\n")
