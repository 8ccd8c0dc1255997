"""What a data set says is text: the config is resolved without it."""

import json
from pathlib import Path

import pytest
from omegaconf import OmegaConf

from promptlab.cli.config.compose import build, compose
from promptlab.cli.config.overrides import rewrite_overrides
from promptlab.cli.config.stand_in import StandIns, literal

FORMS = (
    *("${oc.env:A_KEY}", "${hydra:runtime.cwd}", "${nope}", "${k}", "${", "$${k}", "???"),
    *(r"\${x}", r"\\${x}", "${oc.decode:'1+1'}", "${dataset.path}", "_target_", "{labels}"),
    *("${oc.create:{_target_: os.getcwd}}", "\ufdd00\ufdd1", "\ufdd077\ufdd1"),
)
"""What OmegaConf, Hydra, or a template would make something of."""


def lines(part: str) -> str:
    """A record for every form, which stands in every field of it."""
    return "".join(
        json.dumps(
            {
                "id": f"{part} {form}",
                "question": f"{part} {form}?",
                "label": form,
                "context": form,
                "rationale": form,
                "note": form,
                "_target_": form,
                "answers": [form],
                form: form,
            },
            ensure_ascii=False,
        )
        + "\n"
        for form in FORMS
    )


@pytest.mark.parametrize(("strategy", "tracking"), [("choose", "mlflow"), ("cot", "none")])
def test_text_of_a_data_set_is_never_resolved(
    promptlab, monkeypatch, strategy: str, tracking: str
) -> None:
    monkeypatch.setenv("A_KEY", "hunter2")
    Path("hostile").mkdir()
    for part in ("train", "test"):
        Path(f"hostile/{part}.jsonl").write_text(lines(part), "utf-8")
    status, out, err = promptlab(
        *("model=scripted", "dataset=jsonl", "dataset.path=hostile", f"strategy={strategy}"),
        *(
            "selection=first",
            f"tracking={tracking}",
            "dataset.fields.metadata=[note]",
            "hydra.run.dir=here",
        ),
    )
    assert status == 0, err
    trials = list(map(json.loads, Path("here/trials.jsonl").read_text("utf-8").splitlines()))
    assert [trial["target"] for trial in trials] == list(FORMS)
    for trial, form in zip(trials, FORMS, strict=True):
        asked = trial["exchanges"][0]["request"]["text"]
        assert f"{form}\nQ: test {form}?\n" in asked
        assert "Q: train ${oc.env:A_KEY}?" in asked or form == FORMS[0]
    if strategy == "choose":
        told = trials[0]["exchanges"][0]["request"]["continuations"]
        assert told == [f" {form}" for form in sorted(FORMS)]
    task = json.loads(Path("here/result.json").read_text("utf-8"))["config"]["dataset"]["task"]
    assert task["labels"] == sorted(FORMS)
    everything = b"".join(path.read_bytes() for path in Path().rglob("*") if path.is_file())
    assert b"hunter2" not in everything
    assert "hunter2" not in out


def test_what_a_user_writes_in_yaml_is_resolved_once(promptlab, monkeypatch) -> None:
    monkeypatch.setenv("GREETING", "Dear ${k}")
    Path("mine/dataset").mkdir(parents=True)
    Path("mine/dataset/own.yaml").write_text(
        "defaults: [question_types, _self_]\n"
        "task:\n  instruction: ${oc.env:GREETING}, ${k} of \\${price}, by {labels}\n",
        "utf-8",
    )
    status, out, err = promptlab(
        *("show", "--config-dir", "mine", "dataset=own", "k=2", "model=scripted")
    )
    assert status == 0, err
    assert "Dear ${k}, 2 of ${price}, by definition, " in out


def test_yaml_may_refer_to_what_is_found_in_the_data() -> None:
    cfg = compose(["strategy=choose", "dataset.limit=1"])
    OmegaConf.set_struct(cfg, False)
    cfg.own = {
        "one": "${dataset.task.labels.1}",
        "all": "${dataset.task.labels}",
        "said": "a ${dataset.task.answer}: ${dataset.task.labels.0}",
    }
    experiment = build(cfg)
    labels = list(experiment.dataset.task.labels)
    assert experiment.config["own"] == {
        "one": labels[1],
        "all": labels,
        "said": f"a label: {labels[0]}",
    }


def test_a_key_that_is_missing_is_named_only_where_it_is_used(promptlab) -> None:
    quick = ("model=scripted", "tracking=none", "dataset.limit=2", "encoder=hub")
    assert promptlab(*quick, "selection=random")[0] == 0
    status, _, err = promptlab(*quick, "selection=knn")
    assert status == 1
    assert "encoder.inner.name is missing" in err


@pytest.mark.parametrize("form", FORMS)
def test_a_hidden_text_comes_back_as_it_was(form: str) -> None:
    hidden = StandIns()
    cfg = OmegaConf.create({"task": hidden.hide({"labels": (form, "x"), "n": 1}), "own": "${task}"})
    plain = hidden.show(OmegaConf.to_container(cfg, resolve=True))
    assert plain["own"] == {"labels": [form, "x"], "n": 1}


@pytest.mark.parametrize("form", [form for form in FORMS if form != "???"])
def test_a_literal_text_says_itself(form: str) -> None:
    assert OmegaConf.create({"name": literal(form)}).name == form


@pytest.mark.parametrize(
    ("words", "place", "found"),
    [
        (["retrieval=bm25", "retrieval.where={tenant: customer}"], "retrieval.where", "customer"),
        (["retrieval=dense", "retrieval.fields={text: body}"], "retrieval.fields", "body"),
        (["selection=filtered", "selection.where={topic: tax}"], "selection.where", "tax"),
        (["tracking.tags={team: search}"], "tracking.tags", "search"),
        (
            ["tool=search", "tool.search.retrieval.where={tenant: customer}"],
            "tool.search.retrieval.where",
            "customer",
        ),
    ],
)
def test_mappings_of_ones_own_keys_are_taken_as_the_pages_write_them(words, place, found):
    cfg = compose(rewrite_overrides(words))
    assert list(OmegaConf.select(cfg, place).values()) == [found]
