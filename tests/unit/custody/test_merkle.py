import hashlib

import pytest

from primum.custody import merkle

LEAVES = [
    merkle.leaf_hash(bytes.fromhex(one))
    for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""The known answers of the Certificate Transparency test suite."""


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert merkle.root_of(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert merkle.root_of([]) == hashlib.sha256(b"").digest()


def test_a_leaf_is_never_taken_for_a_node() -> None:
    left, right = LEAVES[:2]
    assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)


def test_an_inclusion_proof_is_the_one_of_certificate_transparency() -> None:
    found = [one.hex() for one in merkle.inclusion_proof(LEAVES, 0)]
    assert found == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


def test_a_consistency_proof_is_the_one_of_certificate_transparency() -> None:
    found = [one.hex() for one in merkle.consistency_proof(LEAVES, 6)]
    assert found == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_proofs_are_as_short_as_the_tree_is_high() -> None:
    leaves = [merkle.leaf_hash(bytes([one])) for one in range(100)]
    assert max(len(merkle.inclusion_proof(leaves, at)) for at in range(100)) == 7


@pytest.mark.parametrize("index", [-1, 8, 100])
def test_there_is_no_proof_for_what_is_not_there(index: int) -> None:
    with pytest.raises(IndexError):
        merkle.inclusion_proof(LEAVES, index)


@pytest.mark.parametrize("size", [-1, 9])
def test_there_is_no_proof_from_a_tree_that_never_was(size: int) -> None:
    with pytest.raises(IndexError):
        merkle.consistency_proof(LEAVES, size)


def test_a_frontier_goes_its_own_way_once_copied() -> None:
    tree = merkle.Frontier()
    tree.append(LEAVES[0])
    other = tree.copy()
    other.append(LEAVES[1])
    assert (tree.size, tree.root.hex()) == (1, ROOTS[0])
    assert (other.size, other.root.hex()) == (2, ROOTS[1])


def test_a_proof_for_the_wrong_place_size_or_root_proves_nothing() -> None:
    proof, root = merkle.inclusion_proof(LEAVES, 2), merkle.root_of(LEAVES)
    assert merkle.is_included(LEAVES[2], 2, 8, proof, root)
    assert not merkle.is_included(LEAVES[2], 3, 8, proof, root)
    assert not merkle.is_included(LEAVES[3], 2, 8, proof, root)
    assert not merkle.is_included(LEAVES[2], 2, 3, proof, root)
    assert not merkle.is_included(LEAVES[2], 2, 8, proof[:-1], root)
    assert not merkle.is_included(LEAVES[2], 2, 8, [*proof, root], root)
    assert not merkle.is_included(LEAVES[2], 2, 8, proof, LEAVES[0])
    assert not merkle.is_included(LEAVES[2], 9, 8, proof, root)
    assert not merkle.is_included(LEAVES[2], -1, 8, proof, root)


def test_a_consistency_proof_for_other_trees_proves_nothing() -> None:
    now = (8, merkle.root_of(LEAVES))
    then = (6, merkle.root_of(LEAVES[:6]))
    proof = merkle.consistency_proof(LEAVES, 6)
    assert merkle.is_consistent(then, now, proof)
    assert not merkle.is_consistent((6, LEAVES[0]), now, proof)
    assert not merkle.is_consistent((5, then[1]), now, proof)
    assert not merkle.is_consistent(then, (8, LEAVES[0]), proof)
    assert not merkle.is_consistent(then, now, proof[:-1])
    assert not merkle.is_consistent(then, now, [])
    assert not merkle.is_consistent(then, now, [*proof, LEAVES[0]])
    assert not merkle.is_consistent(now, then, proof)


def test_every_tree_grew_from_itself_and_from_nothing() -> None:
    now = (8, merkle.root_of(LEAVES))
    assert merkle.is_consistent(now, now, [])
    assert merkle.is_consistent((0, merkle.EMPTY), now, [])
    assert not merkle.is_consistent((8, LEAVES[0]), now, [])
    assert not merkle.is_consistent((0, LEAVES[0]), now, [])
