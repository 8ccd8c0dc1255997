"""A winner behind HTTP: WINNER=winner/ uvicorn service:app, in this folder.

    curl localhost:8000/answer -H 'Content-Type: application/json' -d '{"question": "…"}'

The winner is loaded once, and whoever answers is made here: any model of promptlab, a client such
as `promptlab.Chat(openai.AsyncOpenAI(), name="…")`, or a function from messages to text.
"""

import os

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, Field

import promptlab
from promptlab.types import RequestFailed


class Asked(BaseModel):
    """What a question is asked with."""

    question: str = Field(min_length=1, max_length=20_000)
    context: str = Field("", max_length=100_000)
    choices: list[str] = Field([], max_length=26)


class Answered(BaseModel):
    """`text` is empty unless the outcome is `parsed`."""

    text: str
    outcome: str
    rationale: str


def service(folder, model):
    """Make an application that answers by the winner in a folder."""
    app, winner = FastAPI(title="promptlab"), promptlab.load(folder, model=model)

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok", "winner": winner.about["name"]}

    @app.post("/answer")
    async def answer(asked: Asked) -> Answered:
        try:
            said = await winner.aanswer(**asked.model_dump())
        except RequestFailed as error:  # this question alone: its prompt does not fit, say
            raise HTTPException(422, str(error)) from error
        return Answered(text=said.text, outcome=said.outcome, rationale=said.rationale)

    return app


if "WINNER" in os.environ:
    app = service(os.environ["WINNER"], promptlab.Embedded())
