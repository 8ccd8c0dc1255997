"""Checks look at the reply as it stands, and each is a score of its own."""

import pytest

from promptlab.metric.checks.check import checks_of
from promptlab.metric.checks.checks import Checks
from promptlab.metric.effort import Effort
from promptlab.program import lifted, solve
from promptlab.types import Answer, Completion, Example, Failed, Question, RequestFailed

NO_GOLD = Example(Question("q", "Where is my parcel?"), "")


class Silent:
    """Nobody to ask."""

    identity = {"name": "silent"}

    def answer(self, requests):
        return [Failed(RequestFailed("nobody is here")) for _ in requests]


class Says(Silent):
    def __init__(self, text):
        self.text, self.asked = text, []

    def answer(self, requests):
        self.asked += requests
        return [Completion(self.text) for _ in requests]


def scored(checks, text, example=NO_GOLD, answerer=None, outcome="unparsed", **how):
    reply = Completion(text, completion_tokens=len(text.split()))
    metric = Checks(checks, **how)
    return solve(lifted(metric(Answer("", outcome=outcome), example, reply)), answerer or Silent())


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        ({"contains": "Refund"}, "a refund!", "a return"),
        ({"contains": ["退款", "今天"]}, "今天退款", "退款"),
        ({"not_contains": ["sorry", "抱歉"]}, "Of course", "很抱歉"),
        ({"equals": "yes"}, " yes\n", "yes."),
        ({"starts_with": "Dear"}, "\nDear all", "My Dear"),
        ({"one_of": ["billing", "物流"]}, "Billing.", "billing and more"),
        ({"one_of": ["billing", "物流"]}, "物流。", "物"),
        ({"regex": r"^\d{3}$"}, "123", "1234"),
        ({"regex": "(a+)+$"}, "aaaa", "a" * 60 + "b"),
        ({"json": True}, "null", "{"),
        ({"json": False}, "{", "null"),
        ({"json_schema": {"type": "object", "required": ["a"]}}, '{"a": 1}', "{}"),
        ({"json_schema": {"type": "object"}}, "{}", "[" * 100_000),
        ({"words": {"min": 2, "max": 3}}, "well-known, it's", "one"),
        ({"words": {"max": 3}}, "三个字", "四个字了"),
        ({"characters": {"max": 3}}, " 三个字 ", "四个字了"),
        ({"tokens": {"max": 2}}, "two tokens", "three of them"),
        ({"number": {"min": 0, "max": 10}}, "It is 7.5.", "11"),
        ({"number": {"min": 0}}, "7", "7 or 8"),
        ({"function": "builtins.bool"}, "x", ""),
    ],
)
def test_a_check_holds_or_does_not(check, good, bad):
    (kind,) = check
    assert scored([check], good) == {kind: 1.0, "passed": 1.0}
    assert scored([check], bad) == {kind: 0.0, "passed": 0.0}


def test_each_is_a_score_of_its_own_and_passed_is_all_of_them():
    checks = [{"contains": "a"}, {"contains": "z"}, {"name": "short", "words": {"max": 2}}]
    assert scored(checks, "a b") == {"contains": 1, "contains_2": 0, "short": 1, "passed": 0}
    assert scored([], "a") == {}


def test_a_record_brings_checks_of_its_own_as_a_list_or_as_json():
    for field in ([{"contains": "b"}], '[{"contains": "b"}]', {"contains": "b"}):
        example = Example(Question("q", "?", metadata={"checks": field}), "")
        assert scored([{"json": False}], "a b", example)["contains"] == 1.0
        assert scored([{"contains": "z"}], "a b", example)["contains_2"] == 1.0


def test_no_check_is_passed_by_a_question_that_failed():
    metric = Checks([{"not_contains": "x"}])
    failed = metric(Answer("", outcome="failed"), NO_GOLD, None)
    assert solve(lifted(failed), Silent()) == {"not_contains": 0.0, "passed": 0.0}


def test_latency_and_cost_are_bounded_where_they_are_known():
    bounds = [{"latency": {"max": 2}}, {"name": "cheap", "cost": {"max": 0.001}}, {"json": False}]
    checks, said = Checks(bounds), (Answer("x"), NO_GOLD, Completion("x"))
    scores = solve(lifted(checks(*said, Effort(1.5, 0.002))), Silent())
    assert scores == {"latency_bound": 1.0, "cheap": 0.0, "json": 1.0, "passed": 0.0}
    scores = solve(lifted(checks(*said, Effort(2.5, 0.001))), Silent())
    assert scores == {"latency_bound": 0.0, "cheap": 1.0, "json": 1.0, "passed": 0.0}
    assert solve(lifted(checks(*said, Effort())), Silent()) == {"json": 1.0, "passed": 1.0}
    own = Example(Question("q", "?", metadata={"checks": [{"cost": {"max": 1}}]}), "")
    assert Checks().bounds_cost([NO_GOLD, own])
    assert not Checks([{"latency": {"max": 2}}]).bounds_cost([NO_GOLD])


def test_a_rubric_is_put_to_the_judge():
    judge = Says("Yes, it does.")
    assert scored([{"rubric": "It is polite."}], "Dear sir", answerer=judge)["passed"] == 1.0
    (request,) = judge.asked
    assert request.to == "judge"
    assert "It is polite." in request.text
    assert "Dear sir" in request.text
    assert scored([{"rubric": "It is polite."}], "x", answerer=Says("No"))["passed"] == 0.0
    with pytest.raises(RequestFailed, match="nobody is here"):
        scored([{"rubric": "It is polite."}], "x")


def test_likeness_is_the_encoder_s_cosine():
    import numpy as np

    class Letters:
        identity = "letters"

        def encode(self, texts):
            counts = np.array([[text.count("a"), text.count("b")] for text in texts], "float32")
            return counts / np.linalg.norm(counts, axis=1, keepdims=True)

    check = {"similar": {"to": "aa", "at_least": 0.9}}
    assert scored([check], "aaa", encoder=Letters())["similar"] == 1.0
    assert scored([check], "b", encoder=Letters())["similar"] == 0.0


@pytest.mark.parametrize(
    ("checks", "said"),
    [
        (
            [{"contain": "x"}],
            "metric.checks.checks, check 1: no check 'contain'; did you mean contains",
        ),
        ([{"contains": []}], "contains: .*expected a text, or a list"),
        ([{"contains": "x"}, 3], "check 2: 3; expected a kind"),
        ([{"contains": "x", "json": True}], "expected one kind"),
        ([{"regex": "("}], "is no regular expression"),
        ([{"json_schema": {"type": 3}}], "is no JSON schema"),
        ([{"json_schema": "nowhere.json"}], "nowhere.json"),
        ([{"json_schema": {"$ref": "http://127.0.0.1:9/x"}}], "nothing is read from elsewhere"),
        ([{"json_schema": {"items": [{"$ref": "file:///etc/passwd"}]}}], "nothing is read from el"),
        ([{"words": {"most": 3}}], r"expected \{min: …, max: …\}"),
        ([{"words": {"min": 3, "max": 2}}], "min is more than max"),
        ([{"function": "nowhere.at_all"}], "cannot be imported"),
        ([{"name": "accuracy", "json": True}], "the name 'accuracy' is taken"),
        ([{"similar": {"to": "x", "at_least": 0.5}}], "there is no encoder"),
        ([{"latency": 2}], r"expected \{min: …, max: …\}"),
        ([{"name": "cost", "cost": {"max": 2}}], "the name 'cost' is taken"),
    ],
)
def test_what_is_no_check_is_one_message_before_anything_is_asked(checks, said):
    with pytest.raises((ValueError, OSError), match=said):
        Checks(checks)


def test_a_record_names_no_function():
    example = Example(Question("q1", "?", metadata={"checks": [{"function": "os.getcwd"}]}), "")
    with pytest.raises(
        ValueError, match="question 'q1', field checks, check 1: a function is named"
    ):
        scored([], "x", example)


def test_a_record_s_schema_is_its_own_and_names_no_file(tmp_path):
    (tmp_path / "s.json").write_text("{}")
    item = {"json_schema": str(tmp_path / "s.json")}
    assert checks_of([item], "yaml", trusted=True)
    with pytest.raises(ValueError, match="a schema's file is named; data names none"):
        checks_of([item], "a record", trusted=False)


def test_a_schema_may_refer_to_its_own_parts():
    schema = {"$defs": {"n": {"type": "integer"}}, "items": {"$ref": "#/$defs/n"}}
    (check,) = checks_of([{"json_schema": schema}], "yaml", trusted=True)
    assert (check.score(Completion("[1]")), check.score(Completion('["a"]'))) == (1, 0)
