import pytest
import torch

from primum.privacy.tagger.features import GROUPS
from primum.privacy.tagger.network import Network, Shape, grouped_looks
from primum.privacy.tagger.tokens import SETTINGS

SHAPE = Shape(features=50, labels=5, looks=8, width=8, dilations=(1, 2))


@pytest.fixture
def network():
    torch.manual_seed(3)
    return Network(SHAPE, dropout=0.5).eval()


@pytest.fixture
def read():
    dice = torch.Generator().manual_seed(4)
    return torch.randn(20, 8, generator=dice)


def test_each_token_gets_a_logit_for_each_label(network, read):
    assert network(read).shape == (20, 5)


def test_a_token_is_seen_as_far_as_the_reach_and_no_farther(network, read):
    before = network(read)
    changed = read.clone()
    changed[10] += 1
    moved = (network(changed) - before).abs().amax(dim=1) > 1e-7
    assert moved.nonzero().ravel().tolist() == list(range(10 - SHAPE.reach, 10 + SHAPE.reach + 1))


def test_texts_of_a_batch_do_not_see_each_other(network, read):
    is_text = torch.ones(20, 1)
    is_text[8:10] = 0
    together = network(read, is_text)
    assert torch.allclose(together[:8], network(read[:8]), atol=1e-6)
    assert torch.allclose(together[10:], network(read[10:]), atol=1e-6)


def test_a_way_to_stand_in_a_line_is_the_sum_of_its_flags(network):
    assert network.placed().shape == (len(SETTINGS), 8)
    assert torch.allclose(network.placed()[-1], network.flags[SETTINGS[-1]].sum(dim=0), atol=1e-6)


def test_a_word_is_the_sum_of_its_features_and_nothing_counts_nothing(network):
    sums = network.words(torch.tensor([1, 2, 0, 3]), torch.tensor([0, 2, 4]))
    table = network.table
    assert torch.allclose(sums[0], table[1] + table[2])
    assert torch.allclose(sums[1], table[3])
    assert torch.equal(sums[2], torch.zeros(8))


def test_looks_in_training_are_those_in_use_where_nothing_is_left_out(network):
    nothing = (torch.tensor([], dtype=torch.int64), torch.tensor([0, 0]))
    grouped = [(torch.tensor([1, 2, 4]), torch.tensor([0, 2])), (torch.tensor([3]), torch.tensor([0, 1]))]
    grouped += [nothing] * (len(GROUPS) - 2)
    words = torch.tensor([1, 0, 0])
    looks = grouped_looks(network, grouped, words, torch.ones(3, len(GROUPS)))
    whole = network.norm(network.words(torch.tensor([1, 2, 3, 4]), torch.tensor([0, 3])))
    assert torch.allclose(looks, whole[words], atol=1e-6)


def test_what_is_left_out_does_not_bear_on_a_token(network):
    grouped = [(torch.tensor([at + 1]), torch.tensor([0])) for at in range(len(GROUPS))]
    kept = torch.ones(1, len(GROUPS))
    kept[0, 1] = 0
    looks = grouped_looks(network, grouped, torch.tensor([0]), kept)
    alone = network.norm(network.words(torch.tensor([1, 3, 4, 5]), torch.tensor([0])))
    assert torch.allclose(looks, alone, atol=1e-6)


def test_numbers_are_left_out_in_training_only(network, read):
    assert torch.equal(network(read), network(read))
    network.train()
    torch.manual_seed(1)
    assert not torch.equal(network(read), network(read))
