"""What prompts share, and when it is read once."""

from hypothesis import given
from hypothesis import strategies as st

from promptlab.engine.sharing.prefix_tree import Group, plan

PROMPTS = st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=12), max_size=24)


@given(PROMPTS, st.integers(0, 20))
def test_every_prompt_is_in_one_group_begins_with_what_it_shares_and_goes_on(prompts, overhead):
    groups = plan(prompts, overhead=overhead)
    assert sorted(n for group in groups for n in group.members) == list(range(len(prompts)))
    for group in groups:
        shared = [token for piece in group.pieces for token in piece]
        assert len(shared) == group.shared
        assert all(group.pieces)
        for member in group.members:
            assert prompts[member][: group.shared] == shared
            assert len(prompts[member]) > group.shared


@given(PROMPTS, st.integers(0, 20))
def test_no_plan_reads_more_than_one_at_a_time_would(prompts, overhead):
    groups = plan(prompts, overhead=overhead)
    trunks = {group.pieces[:n] for group in groups for n in range(1, len(group.pieces) + 1)}
    read = sum(len(pieces[-1]) for pieces in trunks)
    read += sum(len(prompts[n]) - group.shared for group in groups for n in group.members)
    assert read + overhead * len(trunks) <= sum(map(len, prompts))


@given(PROMPTS, st.integers(0, 20))
def test_a_plan_names_the_same_groups_in_whatever_order_prompts_come(prompts, overhead):
    def named(prompts):
        groups = plan(prompts, overhead=overhead)
        return {group.pieces: sorted(prompts[n] for n in group.members) for group in groups}

    assert named(prompts) == named(prompts[::-1])


def test_beginnings_nest():
    instruction, one, two = [7] * 50, [1] * 40, [2] * 40
    prompts = [
        *([*instruction, *one, n] for n in range(10, 13)),
        *([*instruction, *two, n] for n in range(10, 13)),
        [*instruction, 3],
    ]
    groups = {group.members: group.pieces for group in plan(prompts, overhead=20)}
    assert groups == {
        (0, 1, 2): (tuple(instruction), tuple(one)),
        (3, 4, 5): (tuple(instruction), tuple(two)),
        (6,): (tuple(instruction),),
    }


def test_many_draws_of_one_prompt_read_it_once_but_for_its_last_token():
    assert plan([[1, 2, 3, 4]] * 9, overhead=16) == [Group(((1, 2, 3),), tuple(range(9)))]


def test_a_prompt_that_is_the_beginning_of_others_keeps_a_token_to_read():
    groups = plan([[1] * 30, [1] * 40, [*[1] * 30, 2]], overhead=20)
    assert groups == [Group(((1,) * 29,), (0, 1, 2))]


def test_what_saves_too_little_is_not_shared():
    assert plan([[1, 2, 3], [1, 2, 4]], overhead=5) == [Group((), (0, 1))]
    assert plan([], overhead=5) == []
