"""A prompt template: an asset with a version, whose every piece is set by name.

A template published with a result is never edited: `qa_v2` is a new file beside `qa_v1`.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from string import Formatter
from typing import Literal, get_args

from promptlab.protocols import By
from promptlab.template.cuts import in_document, in_turns
from promptlab.text.fence import fenced
from promptlab.text.spelling import meaning
from promptlab.types import (
    AnswerKind,
    Example,
    Message,
    Passage,
    Prompt,
    Question,
    Sampling,
    Task,
)

Layout = Literal["text", "one_turn", "turns"]
Part = Literal["passages", "turns", "context", "question", "choices"]

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CONCLUDE: Mapping[AnswerKind, str] = {
    "number": "Therefore, the answer (arabic numerals) is",
    "choice": "Therefore, among the answer choices, the answer is",
    "label": "Therefore, the answer is",
    "yes_no": "Therefore, the answer (Yes or No) is",
    "text": "Therefore, the answer is",
    "code": "Therefore, the program is",
}

ROLES = {"system": "System", "user": "User", "assistant": "Assistant"}
"""What the roles of a conversation are called in a text."""

PLACEHOLDERS: Mapping[str, tuple[str, ...]] = {
    "instruction": ("instruction",),
    "context": ("context",),
    "question": ("question",),
    "choices": ("choices",),
    "choice": ("letter", "text"),
    "answer": ("answer",),
    "reasoned": ("rationale", "trigger", "answer"),
    "turn": ("role", "content"),
    "passages": ("passages",),
    "passage": ("number", "text"),
}
"""What each formatted piece is filled in with; the others are text as they stand."""
WITH_FIELDS = ("context", "question", "passage")
"""The pieces that may name a record's other fields, too."""


@dataclass(frozen=True)
class Template:
    """The pieces of a prompt, each a `str.format` text.

    Attributes:
        name: The version, such as `qa_v1`; recorded with every result.
        layout: `text` is one document to continue, for base models and for most in-context
            learning; `one_turn` puts it into one user turn; `turns` makes every demonstration a
            user turn and an assistant turn. Both leave the instruction to the system turn.
        instruction: Around `{instruction}`, the task's; it may name its `{labels}`.
        context: Around `{context}`, where a question has one; it may name a record's other fields.
        question: Around `{question}`; it may name a record's other fields, too: `{tier}`.
        choices: Around `{choices}`, where a question has some and they are shown.
        choice: One choice, of `{letter}` and `{text}`.
        choice_separator: Between two choices.
        cue: What asks for the answer.
        answer: How a demonstration gives `{answer}`, and what `choose` scores.
        yes_no: How yes and no are written wherever one of them is shown or scored, whatever words
            the data have for them; `template.yes_no=[true,false]` writes those.
        reasoned: How a demonstration gives `{rationale}` and, after the `{trigger}`, `{answer}`.
        trigger: What comes before the answer of a reasoned reply.
        separator: Between demonstrations.
        reason: The beginning of a reply that makes a model reason (Kojima et al., 2022).
        conclude: What asks for the answer after the reasoning, by the task's kind of answer.
        stop: Where a reasoned reply, or one of several lines, ends in layout `text`.
        short_stop: Where a reply of one line ends in layout `text`.
        parts: What a question is made of, in this order; one may come twice. What was retrieved
            stands first; `[turns, context, question, choices, passages]` puts it last.
        passages: Around `{passages}`, what was retrieved.
        passage: One passage, of `{number}` and `{text}`; it may name fields of its record, too.
        turn: A turn of the conversation before a question, of `{role}` and `{content}`; in layout
            `turns` it is a turn of its own.
        roles: What the roles of such turns are called.
    """

    name: str
    layout: Layout = "text"
    instruction: str = "{instruction}\n\n"
    context: str = "{context}\n"
    question: str = "Q: {question}\n"
    choices: str = "Answer choices: {choices}\n"
    choice: str = "({letter}) {text}"
    choice_separator: str = " "
    cue: str = "A:"
    answer: str = " {answer}"
    yes_no: tuple[str, str] = ("yes", "no")
    reasoned: str = " {rationale} {trigger} {answer}."
    trigger: str = "The answer is"
    separator: str = "\n\n"
    reason: str = " Let's think step by step."
    conclude: Mapping[AnswerKind, str] = field(default_factory=lambda: dict(CONCLUDE))
    stop: tuple[str, ...] = ("\nQ:",)
    short_stop: tuple[str, ...] = ("\n",)
    parts: tuple[Part, ...] = ("passages", "turns", "context", "question", "choices")
    passages: str = "{passages}\n"
    passage: str = "[{number}] {text}\n"
    turn: str = "{role}: {content}\n"
    roles: Mapping[str, str] = field(default_factory=lambda: dict(ROLES))

    def __post_init__(self) -> None:
        """Take yaml's lists and mappings as the types above."""
        if self.layout not in ("text", "one_turn", "turns"):
            raise ValueError(f"layout is {self.layout!r}; expected text, one_turn or turns")
        object.__setattr__(self, "yes_no", _two_words(self.yes_no))
        object.__setattr__(self, "stop", tuple(self.stop))
        object.__setattr__(self, "short_stop", tuple(self.short_stop))
        object.__setattr__(self, "conclude", dict(self.conclude))
        object.__setattr__(self, "roles", dict(self.roles))
        object.__setattr__(self, "parts", tuple(self.parts))
        if not {"question"} <= set(self.parts) <= set(get_args(Part)):
            raise ValueError(
                f"parts is {list(self.parts)}; expected question, and context and choices if wanted"
            )
        for piece, names in PLACEHOLDERS.items():
            text = getattr(self, piece)
            fields = field_names(text) if piece in WITH_FIELDS else []
            _check_placeholders(piece, text, (*names, *fields))

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
        """Write the prompt that asks `question`, after `demos` in this order.

        Args:
            task: Gives the instruction.
            question: The question asked.
            demos: The solved questions shown before it.
            with_rationale: Show how each demonstration was solved, where it says so.
            reasoning: Let every answer begin with the template's `reason`.
            by: Whether a choice is answered by its letter, or by its text with no list of choices.
            reply: The beginning of the model's reply.
        """
        opening = self.reason if reasoning else ""
        shown = [
            (self.body(demo.question, by), opening + self.shown(demo, task, with_rationale, by))
            for demo in demos
        ]
        asked = (self.body(question, by), opening + reply)
        head = self._instruction(task)
        if self.layout == "turns":
            pairs = [(body, self._reply(each)) for body, each in shown]
            before = [demo.question.turns for demo in demos]
            return _chat(head, list(zip(before, pairs, strict=True)), question.turns, asked)
        solved = [body + self.cue + solution for body, solution in shown]
        document = self.separator.join([*solved, asked[0] + self.cue])
        if self.layout == "one_turn":
            trimmed = len(document.lstrip()) - len(document)
            number = 1 if head.strip() else 0
            cuts = in_document(number, trimmed, solved, self.separator)
            return Prompt(_turns(head, (), (document, asked[1])), cuts)
        cuts = in_document(0, len(head), solved, self.separator)
        return Prompt((Message("text", head + document + asked[1]),), cuts)

    def body(self, question: Question, by: By = "letter") -> str:
        """Write a question: its context, itself, its choices."""
        context = self._filled("context", question, question.context) if question.context else ""
        choices = self._choices(question) if question.choices and by == "letter" else ""
        text = self._filled("question", question, question.text)
        turns = "" if self.layout == "turns" else self.said(question)
        written = {"turns": turns, "context": context, "question": text, "choices": choices}
        written["passages"] = self.retrieved(question)
        return "".join(written[part] for part in self.parts)

    def retrieved(self, question: Question) -> str:
        """Write what was retrieved for a question; nothing where that is nothing."""
        written = [
            self._filled("passage", passage, passage.text, number=number)
            for number, passage in enumerate(question.passages, 1)
        ]
        return self.passages.format(passages="".join(written)) if written else ""

    def said(self, question: Question) -> str:
        """Write what was said before the question."""
        return "".join(
            self.turn.format(
                role=self.roles.get(each["role"], each["role"]), content=each["content"]
            )
            for each in question.turns
        )

    def _filled(self, piece: str, of: Question | Passage, text: str, **further: object) -> str:
        """Fill in a piece that may name the record's fields, too.

        Raises:
            ValueError: the record has no such field.
        """
        names = {str(name): _plain(value) for name, value in of.metadata.items()}
        own = {"text" if piece == "passage" else piece: text, **further}
        try:
            return str(getattr(self, piece)).format_map({**names, **own})
        except KeyError as error:
            kind = "passage" if isinstance(of, Passage) else "question"
            raise ValueError(
                f"template.{piece} names {{{error.args[0]}}}, which {kind} {of.id!r} has "
                f"not; it has {', '.join([*own, *names])}"
            ) from None

    def shown(
        self, example: Example, task: Task = Task(), with_rationale: bool = False, by: By = "letter"
    ) -> str:
        """Write an example's solution as a demonstration gives it."""
        answer = self.written(example.answer, example.question, task, by)
        if not with_rationale:
            return self.answer.format(answer=answer)
        if task.answer == "code":
            return self._reasoned_code(example.rationale, answer)
        pieces = {"trigger": self.trigger, "answer": answer}
        if not example.rationale:
            return self.reasoned.format(rationale="", **pieces).replace("  ", " ")
        return self.reasoned.format(rationale=example.rationale, **pieces)

    def _reasoned_code(self, rationale: str, program: str) -> str:
        """Write a reasoned solution that is a program: after the trigger, in a fence."""
        lead = self.reasoned.partition("{rationale}")[0] if rationale else ""
        return f"{self.announcing(lead + rationale)[0]}\n{fenced(program)}"

    def written(
        self, answer: str, question: Question, task: Task = Task(), by: By = "letter"
    ) -> str:
        """Write an answer: yes or no in this template's words, a choice by its letter or text."""
        if task.answer == "yes_no":
            meant = meaning(answer)
            return self.yes_no[meant == "no"] if meant else answer
        letters = list(LETTERS[: len(question.choices)])
        return (
            question.choices[letters.index(answer)]
            if by == "text" and answer in letters
            else answer
        )

    def continuation(self, answer: str) -> str:
        """Write an answer as it would continue the prompt, for its probability."""
        text = self.answer.format(answer=answer)
        return text if self.layout == "text" else text.lstrip()

    @property
    def lead(self) -> str:
        """What comes before the answer in a reply that is nothing else."""
        lead = self.answer.partition("{answer}")[0]
        return lead if self.layout == "text" else lead.lstrip()

    def announcing(self, reasoning: str) -> tuple[str, str]:
        """Write the reply so far that leads up to its answer, as demonstrations do.

        Returns:
            The reply, and the blanks between it and the answer.
        """
        marks = {"rationale": "\ufdd2", "answer": "\ufdd3"}
        text = self.reasoned.format(trigger=self.trigger, **marks)
        between = text.partition(marks["rationale"])[2].partition(marks["answer"])[0]
        bare = between.rstrip()
        return reasoning.rstrip() + bare, between[len(bare) :]

    def begun(self, reply: str) -> str:
        """Take from a reply of several lines the white space that comes before every answer.

        A model that goes on as the demonstrations do writes it, and it is no indentation.
        """
        lead = self.answer.partition("{answer}")[0]
        if lead.strip() or not reply.startswith(lead):
            return reply
        indent = reply[: len(reply) - len(reply.lstrip(" \t"))].removeprefix(lead)
        return reply.removeprefix(lead) if len(indent) % 2 == 0 or "\t" in indent else reply

    def concluding(self, reasoning: str, task: Task) -> str:
        """Write the reply so far that asks for the answer after the reasoning."""
        return reasoning.rstrip() + "\n" + self.conclude.get(task.answer, self.trigger)

    def stopping(self, sampling: Sampling, task: Task, reasoned: bool = False) -> Sampling:
        """Let a completion end where this template's reply does, if nothing else was said."""
        if sampling.stop or self.layout != "text":
            return sampling
        return replace(sampling, stop=self.stop if reasoned or task.lines else self.short_stop)

    def _reply(self, solution: str) -> str:
        """Write a solution as a turn: without the white space before it, unless it indents."""
        if "\n" not in solution.strip():
            return solution.strip()
        lead = self.answer.partition("{answer}")[0]
        return (solution if lead.strip() else solution.removeprefix(lead)).strip("\r\n").rstrip()

    def _instruction(self, task: Task) -> str:
        if not task.instruction:
            return ""
        instruction = task.instruction.replace("{labels}", ", ".join(task.labels))
        return self.instruction.format(instruction=instruction)

    def _choices(self, question: Question) -> str:
        return self.choices.format(choices=self.listed(question.choices))

    def listed(self, choices: Sequence[str]) -> str:
        """Write a list of choices."""
        shown = [
            self.choice.format(letter=letter, text=text)
            for letter, text in zip(LETTERS, choices, strict=False)
        ]
        return self.choice_separator.join(shown)


def field_names(text: str) -> list[str]:
    """List the plain names in a piece's braces; none where it cannot be read."""
    with suppress(ValueError):
        names = [name for _, name, _, _ in Formatter().parse(text) if name]
        return [name for name in names if name.isidentifier()]
    return []


def _plain(value: object) -> str:
    return "" if value is None else str(value)


def _check_placeholders(piece: str, text: str, names: Sequence[str]) -> None:
    """Refuse a piece that names what it is not filled in with, or has a lone brace."""
    try:
        text.format(**dict.fromkeys(names, ""))
    except (KeyError, IndexError, ValueError, AttributeError, TypeError) as error:
        known = ", ".join(f"{{{name}}}" for name in names)
        raise ValueError(
            f"{piece} is {text!r}, which cannot be filled in ({error}); expected {known} in it and "
            "no other braces: a brace that is meant as such is written twice, {{ or }}"
        ) from None


def _two_words(given: Sequence[object]) -> tuple[str, ...]:
    """Take yaml's true and false as the words they are written as."""
    words = tuple(str(word).lower() if isinstance(word, bool) else str(word) for word in given)
    if len(words) != 2 or not all(word.strip() for word in words):
        raise ValueError(f"yes_no is {given!r}; expected two words, such as [yes, no]")
    return words


def _turns(
    system: str, shown: Sequence[tuple[str, str]], asked: tuple[str, str]
) -> tuple[Message, ...]:
    """Make chat turns of an instruction, solved questions and the question asked."""
    turns = [Message("system", system.strip())] if system.strip() else []
    for body, solution in shown:
        turns += [Message("user", body.strip()), Message("assistant", solution)]
    turns.append(Message("user", asked[0].strip()))
    if asked[1].strip():
        turns.append(Message("assistant", asked[1].lstrip()))
    return tuple(turns)


def _chat(
    system: str,
    shown: Sequence[tuple[Sequence[Mapping[str, str]], tuple[str, str]]],
    before: Sequence[Mapping[str, str]],
    asked: tuple[str, str],
) -> Prompt:
    """Make chat turns, with what was said before each question; the system's come first."""
    head, said_before = _split(before)
    system = "\n\n".join(filter(None, (system.strip(), head)))
    first = [Message("system", system)] if system else []
    solved = [
        [*_split(said)[1], Message("user", body.strip()), Message("assistant", solution)]
        for said, (body, solution) in shown
    ]
    turns = [*first, *(turn for some in solved for turn in some), *said_before]
    return Prompt((*turns, *_turns("", (), asked)), in_turns(len(first), solved))


def _split(turns: Sequence[Mapping[str, str]]) -> tuple[str, list[Message]]:
    """Part what the system said from the turns of user and assistant."""
    said = [each["content"] for each in turns if each["role"] == "system"]
    others = [
        Message("user" if each["role"] == "user" else "assistant", each["content"])
        for each in turns
        if each["role"] != "system"
    ]
    return "\n\n".join(said), others


QA = Template("qa_v1")
"""The plain format of most in-context learning."""
