"""Translate first, then ask: for models that know one language best.

Shi et al., Language Models are Multilingual Chain-of-Thought Reasoners (2023).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from promptlab.program import asked_of, generate
from promptlab.protocols import Program, Strategy, Template
from promptlab.template import QA
from promptlab.types import Answer, Example, Generate, Question, Sampling, Task

INSTRUCTION = "Translate the text into {language}. Reply with the translation alone."


@dataclass(frozen=True)
class Translated:
    """Let the role `translator` translate the question, and solve that.

    The translator is the model under test, unless a run names another. Context and choices stay as
    they are, and so do the demonstrations. A reply that is empty leaves the question untranslated.

    Attributes:
        inner: Asks the translated question.
        language: Into which, as an instruction names it.
        template: How the translation is asked for.
        sampling: How it is drawn.
    """

    inner: Strategy
    language: str = "English"
    template: Template = QA
    sampling: Sampling = Sampling(max_tokens=256)

    def __post_init__(self) -> None:
        """Check that a language is named."""
        if not self.language.strip():
            raise ValueError("language is blank; expected the name of a language")

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Ask for the translation, then for the answer."""
        task = Task(INSTRUCTION.format(language=self.language), "text")
        prompt = self.template.prompt(task, Question(question.id, question.text))
        request = Generate(prompt, self.template.stopping(self.sampling, task))
        reply = yield from asked_of("translator", generate(request))
        text = reply.text.strip() or question.text
        return (yield from self.inner.solve(replace(question, text=text), demos))
