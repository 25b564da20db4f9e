"""The tree gives the roots and proofs of RFC 6962, and no false proof passes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from auditor.records.merkle import (
    EMPTY_ROOT,
    Peaks,
    build_consistency_proof,
    build_inclusion_proof,
    check_consistency,
    check_inclusion,
    compute_root,
    hash_leaf,
)

# The leaves and roots of the Certificate Transparency project's own test of RFC 6962.
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
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
LEAVES = [hash_leaf(bytes([n])) for n in range(40)]
SIZES = some.integers(1, len(LEAVES))


def test_an_empty_tree_has_the_root_of_the_standard() -> None:
    assert Peaks().root() == EMPTY_ROOT
    assert EMPTY_ROOT.hex().startswith("e3b0c44298fc1c14")


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_standard(size: int) -> None:
    root = compute_root([hash_leaf(content) for content in INPUTS[:size]])
    assert root.hex() == ROOTS[size - 1]


@given(SIZES)
def test_peaks_survive_being_written_down(size: int) -> None:
    peaks = Peaks()
    for leaf in LEAVES[:size]:
        peaks.append(leaf)
    again = Peaks.from_bytes(size, peaks.to_bytes())
    assert again.root() == compute_root(LEAVES[:size])


@pytest.mark.parametrize(("size", "joined"), [(2, b""), (1, b"x" * 31), (3, b"x" * 32)])
def test_peaks_that_do_not_fit_their_size_are_refused(size: int, joined: bytes) -> None:
    with pytest.raises(ValueError, match="peak"):
        Peaks.from_bytes(size, joined)


@given(some.data(), SIZES)
def test_a_leaf_is_proved_to_be_where_it_is_and_nowhere_else(
    data: some.DataObject, size: int
) -> None:
    index = data.draw(some.integers(0, size - 1))
    leaves, root = LEAVES[:size], compute_root(LEAVES[:size])
    proof = build_inclusion_proof(leaves, index)
    assert check_inclusion(leaves[index], index, size, proof, root)
    assert not check_inclusion(LEAVES[-1] + b"", index, size, proof, b"\0" * 32)
    assert not check_inclusion(hash_leaf(b"other"), index, size, proof, root)
    assert not check_inclusion(leaves[index], index, size, [*proof, root], root)
    assert not check_inclusion(leaves[index], size, size, proof, root)
    if proof:
        assert not check_inclusion(leaves[index], index, size, proof[:-1], root)


@given(some.data(), SIZES)
def test_a_larger_tree_is_proved_to_begin_with_a_smaller_one(
    data: some.DataObject, size: int
) -> None:
    small = data.draw(some.integers(1, size))
    old, new = compute_root(LEAVES[:small]), compute_root(LEAVES[:size])
    proof = build_consistency_proof(LEAVES[:size], small)
    assert check_consistency(small, old, size, new, proof)
    assert not check_consistency(small, old, size, new, [*proof, old])
    rewritten = compute_root([hash_leaf(b"rewritten"), *LEAVES[1:small]])
    assert not check_consistency(small, rewritten, size, new, proof)
    if proof:
        assert not check_consistency(small, old, size, new, proof[:-1])
        assert not check_consistency(small, old, size, hash_leaf(b"other"), proof)


def test_there_are_no_proofs_of_what_is_not_there() -> None:
    with pytest.raises(ValueError, match="no such leaf"):
        build_inclusion_proof(LEAVES[:3], 3)
    with pytest.raises(ValueError, match="no such smaller tree"):
        build_consistency_proof(LEAVES[:3], 4)
    assert not check_consistency(0, EMPTY_ROOT, 3, compute_root(LEAVES[:3]), [])
