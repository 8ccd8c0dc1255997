"""A prompt that a person wrote in a file: a template like any other.

Its suffix says how it is written (see `source.py`), and its variables are those of `variables.py`.
What the data hold is filled in as it stands, and never read as a template or as a turn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from promptlab.protocols import By
from promptlab.template.pieces import Layout, Template
from promptlab.template.source import Source, parse
from promptlab.template.variables import variables
from promptlab.types import Example, Message, Prompt, Question, Sampling, Task

REGISTRY = "prompts:/"
"""Begins the address of a prompt in MLflow's registry."""


@dataclass(frozen=True)
class PromptFile:
    """A prompt as its file says it.

    Attributes:
        text: What the file holds, front matter and all.
        path: Where it was: its suffix says how it is written, and messages name it.
    """

    text: str
    path: str = "prompt.j2"

    def __post_init__(self) -> None:
        """Refuse what is no template, with its line."""
        self.source.check()

    @property
    def name(self) -> str:
        """The file's name without its suffix."""
        if self.path.startswith(REGISTRY):
            return self.path.removeprefix(REGISTRY).replace("/", "-")
        return Path(self.path).stem

    @property
    def trigger(self) -> str:
        """What comes before the answer of a reasoned reply."""
        return self.pieces.trigger

    @property
    def shows_demonstrations(self) -> bool:
        """Whether the file has a place for them."""
        return "demonstrations" in self.source.names

    @property
    def shows_passages(self) -> bool:
        """Whether the file has a place for what is retrieved."""
        return "passages" in self.source.names

    @cached_property
    def source(self) -> Source:
        """The file, parsed."""
        return parse(self.text, self.path)

    @cached_property
    def pieces(self) -> Template:
        """What the file's front matter sets, and what every template has by default."""
        layout: Layout = "turns" if self.source.is_chat else "text"
        settings = dict(self.source.settings)
        if "stop" in settings:
            settings.setdefault("short_stop", settings["stop"])
        try:
            return Template(self.name, layout=layout, **settings)
        except (ValueError, TypeError) as error:
            raise ValueError(f"{self.path}, front matter: {error}") from None

    def prompt(
        self,
        task: Task,
        question: Question,
        demos: Sequence[Example] = (),
        *,
        with_rationale: bool = False,
        reasoning: bool = False,
        by: By = "letter",
        reply: str = "",
    ) -> Prompt:
        """Write the prompt that asks `question`; the arguments are those of `Template.prompt`.

        Raises:
            ValueError: the file names what is not there, or cannot be filled in; says where.
        """
        known = variables(
            self.pieces,
            task,
            question,
            demos,
            with_rationale=with_rationale,
            reasoning=reasoning,
            by=by,
        )
        opening = self.pieces.reason if reasoning and "reasoning" not in self.source.names else ""
        messages = self.source.render(known)
        return Prompt(_continued(messages, opening + reply))

    def written(
        self, answer: str, question: Question, task: Task = Task(), by: By = "letter"
    ) -> str:
        """Write an answer: yes or no in this file's words, a choice by its letter or text."""
        return self.pieces.written(answer, question, task, by)

    def continuation(self, answer: str) -> str:
        """Write an answer as it would continue the prompt, for its probability."""
        text = self.pieces.continuation(answer)
        return text.lstrip() if self.source.ends_in_space else text

    @property
    def lead(self) -> str:
        """What comes before the answer in a reply that is nothing else."""
        lead = self.pieces.lead
        return lead.lstrip() if self.source.ends_in_space else lead

    def announcing(self, reasoning: str) -> tuple[str, str]:
        """Write the reply so far that leads up to its answer, and the blanks before that."""
        return self.pieces.announcing(reasoning)

    def begun(self, reply: str) -> str:
        """Take from a reply of several lines the white space that comes before every answer."""
        return self.pieces.begun(reply)

    def concluding(self, reasoning: str, task: Task) -> str:
        """Write the reply so far that asks for the answer after the reasoning."""
        return self.pieces.concluding(reasoning, task)

    def stopping(self, sampling: Sampling, task: Task, reasoned: bool = False) -> Sampling:
        """Let a completion end where the file says, if nothing else was said."""
        return self.pieces.stopping(sampling, task, reasoned)


def read_prompt_file(path: str | Path) -> PromptFile:
    """Read a prompt file.

    Raises:
        OSError: there is no such file, or it cannot be read.
        ValueError: it is no text, or no template.
    """
    try:
        return PromptFile(Path(path).read_text("utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        line = Path(path).read_bytes()[: error.start].count(b"\n") + 1
        raise ValueError(f"{path}, line {line}: not UTF-8; save the file as UTF-8") from None


def _continued(messages: tuple[Message, ...], reply: str) -> tuple[Message, ...]:
    """Add the beginning of the model's reply."""
    *before, last = messages
    if last.role == "text":
        return (Message("text", last.content + reply),)
    if not reply.strip():
        return messages
    if last.role == "assistant":
        return (*before, Message("assistant", last.content + reply))
    return (*messages, Message("assistant", reply.lstrip()))
