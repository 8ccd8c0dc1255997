"""`show`: what would be asked first, or why nothing would."""

from promptlab.cli.command.show import show

TOLD = ["dataset=question_types", "model=scripted", "tracking=none", "selection=bm25"]


def test_a_question_that_fails_before_it_is_asked_says_why(capsys):
    show([*TOLD, "k=3", "ordering=exhaustive", "ordering.permutation=6"])
    said = capsys.readouterr().out
    assert "nothing is asked: permutation is 6, and 3 demonstrations have 6 orders" in said


def test_a_question_that_is_asked_shows_its_prompt_alone(capsys):
    show([*TOLD, "k=3", "ordering=exhaustive", "ordering.permutation=5"])
    said = capsys.readouterr().out
    assert "nothing is asked" not in said
    assert "A:" in said
