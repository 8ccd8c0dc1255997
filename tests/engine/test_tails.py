"""Continuations as a tree: each beginning that some share is one node."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from promptlab.engine.sharing.continuation_tree import seen, trees

TAILS = st.lists(st.lists(st.integers(0, 3), max_size=6).map(tuple), max_size=12).map(tuple)


def test_what_is_shared_is_one_node():
    (tree,) = trees(((5, 1, 2), (5, 1, 3), (5, 4), (9,)), 512)
    assert tree.tokens == (5, 1)
    assert tree.parents == (-1, 0)
    assert tree.following == ((1, 4), (2, 3))
    assert tree.paths == ((0, ((0, 0), (1, 0))), (1, ((0, 0), (1, 1))), (2, ((0, 1),)))
    assert tree.straight


def test_a_node_sees_what_it_stands_after():
    (tree,) = trees(((1, 2, 0), (1, 3, 0), (4, 5, 0)), 512)
    assert tree.tokens == (1, 2, 3, 4, 5)
    assert not tree.straight
    after, depths = seen(tree)
    assert after.int().tolist() == [
        [1, 0, 0, 0, 0],
        [1, 1, 0, 0, 0],
        [1, 0, 1, 0, 0],
        [0, 0, 0, 1, 0],
        [0, 0, 0, 1, 1],
    ]
    assert depths.tolist() == [0, 1, 1, 0, 1]


@given(TAILS, st.sampled_from([1, 3, 512]))
def test_every_continuation_is_found_in_one_tree(tails, most):
    grown = trees(tails, most)
    read = {}
    for tree in grown:
        assert (
            len(tree.tokens) <= most
            or len({tails[n][:-1] for n, _ in tree.paths}) == 1
            or (most == 1 and tree.straight)
        )
        for number, path in tree.paths:
            assert number not in read
            read[number] = [tree.tokens[node] for node, _ in path]
            read[number].append(tree.following[path[-1][0]][path[-1][1]])
            (nodes,) = torch.where(seen(tree)[0][path[-1][0]])
            assert nodes.tolist() == [node for node, _ in path]
    assert read == {n: list(tail) for n, tail in enumerate(tails) if len(tail) > 1}


@given(TAILS)
def test_one_tree_has_a_node_for_each_beginning(tails):
    grown = trees(tails, 1 << 20)
    beginnings = {tail[:end] for tail in tails for end in range(1, len(tail))}
    assert sum(len(tree.tokens) for tree in grown) == len(beginnings)
    assert len(grown) == bool(beginnings)
    steps = {tail[:end] for tail in tails for end in range(2, len(tail) + 1)}
    assert sum(map(len, (some for tree in grown for some in tree.following))) == len(steps)


@given(TAILS)
def test_trees_of_one_node_at_most_do_not_branch(tails):
    assert all(tree.straight for tree in trees(tails, 1))
