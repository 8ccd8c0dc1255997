"""How probable each word makes the question: a noisy channel.

Min et al., Noisy Channel Language Model Prompting for Few-Shot Text Classification, 2022. Question
and answer change places, in the demonstrations too: a template that asks a word is answered by the
question. The same tokens are scored after every word, so that their number decides nothing.
"""

from promptlab.program import parallel, score
from promptlab.protocols import Program, Template
from promptlab.strategy.scoring.normalise import Normalise, normalised
from promptlab.strategy.scoring.posed import Posed
from promptlab.template import Template as Pieces
from promptlab.types import Example, Question, Score, Task

FLIPPED = Pieces(
    "channel_v1", question="{question}\n", cue="", answer="{answer}", separator="\n\n\n"
)
"""A word, and below it what it is said of."""
TASK = Task()


def channel(posed: Posed, normalise: Normalise, template: Template) -> Program[list[float]]:
    """Ask once for each word, for the question after it; in nats.

    Args:
        posed: The question and the words.
        normalise: By what length of the question.
        template: Asks with a word in the question's place, and has the question for an answer.
    """
    demos = [_flipped(demo.question, _word(posed, demo)) for demo in posed.demos]
    asked = [_flipped(posed.question, word) for word in posed.words]
    said = asked[0].answer if asked else ""
    continuation = (template.continuation(said),)
    requests = [
        Score(template.prompt(TASK, example.question, demos), continuation) for example in asked
    ]
    scores = yield from parallel(map(score, requests))
    return [normalised(each, (said,), normalise)[0] for each in scores]


def _word(posed: Posed, demo: Example) -> str:
    return posed.template.written(demo.answer, demo.question, posed.task, posed.by)


def _flipped(question: Question, word: str) -> Example:
    said = "\n".join(filter(None, (question.context, question.text)))
    fields = dict.fromkeys(question.metadata, "")
    return Example(Question(question.id, word, metadata=fields), said)
