"""A format by which nothing of a question is read is refused: all questions would be the same."""

import re
import shlex

import pytest

from promptlab.cli.config.compose import build, compose
from promptlab.selection.text import check_formats

READ = ["bm25", "tfidf", "ngram_overlap", "knn", "epr"]
BOTH = ["mmr", "dpp", "rerank"]


def composed(*told):
    return build(compose(["tracking=none", *told]))


@pytest.mark.parametrize("selection", READ)
def test_the_answer_alone_searches_for_nothing_and_the_message_says_what_to_write(selection):
    told = [f"selection={selection}", "selection.text='{answer}'"]
    with pytest.raises(ValueError, match="has no answer.*no query|no query.*has no answer") as no:
        composed(*told)
    written = re.search(r"\"selection.text='.*", str(no.value).partition(" (config")[0])[0]
    assert composed(told[0], *shlex.split(written)).selection.query == "{question}"


@pytest.mark.parametrize("selection", READ)
@pytest.mark.parametrize("query", ["''", "'{answer}'", "'words'"])
def test_a_query_that_reads_nothing_is_refused(selection, query):
    with pytest.raises(ValueError, match=r"expected \{question\}, \{context\} or \{choices\}"):
        composed(f"selection={selection}", f"selection.query={query}")


@pytest.mark.parametrize("selection", BOTH)
def test_a_format_of_members_and_questions_reads_both(selection):
    with pytest.raises(ValueError, match="by which questions are read, too"):
        composed(f"selection={selection}", "selection.text='{answer}'")
    composed(f"selection={selection}", "selection.text='{question} {answer}'")


def test_where_no_question_is_read_the_answer_may_be_all():
    composed("selection=mmr", "selection.relevance=inner", "selection.text='{answer}'")
    composed("selection=cluster", "selection.text='{answer}'")


@pytest.mark.parametrize("query", ["{choices}", "{context}", "问：{question}"])
def test_any_field_of_a_question_will_do(query):
    check_formats("{answer}", query)
    check_formats(query, None)
