"""The Merkle tree of RFC 6962: hashes, roots, and proofs that fit in a few lines.

A root stands for all leaves in their order. An inclusion proof shows that one leaf is in a tree, a
consistency proof that a larger tree begins with all of a smaller one.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()


def hash_leaf(content: bytes) -> bytes:
    """Return the hash of a leaf (RFC 6962, section 2.1)."""
    return sha256(b"\x00" + content).digest()


def hash_children(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node with two children."""
    return sha256(b"\x01" + left + right).digest()


class Peaks:
    """The roots of the full subtrees of a growing tree, largest first: all that growing needs."""

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if len(hashes) != size.bit_count():
            raise ValueError("a tree has one peak for each bit of its size")
        self.size = size
        self.hashes = list(hashes)

    @classmethod
    def from_bytes(cls, size: int, joined: bytes) -> Peaks:
        """Read peaks as `to_bytes` wrote them; raises ValueError if they do not fit the size."""
        parts = [joined[at : at + HASH_SIZE] for at in range(0, len(joined), HASH_SIZE)]
        if len(joined) % HASH_SIZE:
            raise ValueError("a peak is cut short")
        return cls(size, parts)

    def to_bytes(self) -> bytes:
        """Return the peaks as one run of bytes."""
        return b"".join(self.hashes)

    def append(self, leaf: bytes) -> None:
        """Add the hash of a leaf: subtrees of equal size become one."""
        node, size = leaf, self.size
        while size & 1:
            node = hash_children(self.hashes.pop(), node)
            size >>= 1
        self.hashes.append(node)
        self.size += 1

    def root(self) -> bytes:
        """Return the root of the whole tree."""
        if not self.hashes:
            return EMPTY_ROOT
        node = self.hashes[-1]
        for peak in reversed(self.hashes[:-1]):
            node = hash_children(peak, node)
        return node


def compute_root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over the hashes of leaves."""
    peaks = Peaks()
    for leaf in leaves:
        peaks.append(leaf)
    return peaks.root()


def build_inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the proof that the leaf at an index, from 0, is in the tree (section 2.1.1)."""
    if not 0 <= index < len(leaves):
        raise ValueError("there is no such leaf")
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*build_inclusion_proof(leaves[:split], index), compute_root(leaves[split:])]
    return [*build_inclusion_proof(leaves[split:], index - split), compute_root(leaves[:split])]


def check_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Return whether a proof shows the leaf at an index in the tree of this size and root."""
    if not 0 <= index < size:
        return False
    node, place, last, rest = leaf, index, size - 1, list(proof)
    while last:
        if place & 1 or place < last:
            if not rest:
                return False
            beside = rest.pop(0)
            node = hash_children(beside, node) if place & 1 else hash_children(node, beside)
        # where there is nothing to the right, the node rises unchanged
        place, last = place >> 1, last >> 1
    return not rest and node == root


def build_consistency_proof(leaves: Sequence[bytes], size: int) -> list[bytes]:
    """Return the proof that the tree begins with its first `size` leaves (section 2.1.2)."""
    if not 0 < size <= len(leaves):
        raise ValueError("there is no such smaller tree")
    return _consistency(leaves, size, whole=True)


def _consistency(leaves: Sequence[bytes], size: int, *, whole: bool) -> list[bytes]:
    if size == len(leaves):
        return [] if whole else [compute_root(leaves)]
    split = _split(len(leaves))
    if size <= split:
        left = _consistency(leaves[:split], size, whole=whole)
        return [*left, compute_root(leaves[split:])]
    right = _consistency(leaves[split:], size - split, whole=False)
    return [*right, compute_root(leaves[:split])]


def check_consistency(
    old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Return whether a proof shows that the larger tree begins with all of the smaller one."""
    if not 0 < old_size <= size:
        return False
    if old_size == size:
        return not proof and old_root == root
    place, last, rest = old_size - 1, size - 1, list(proof)
    while place & 1:
        place, last = place >> 1, last >> 1
    if place and not rest:
        return False
    old_node = new_node = rest.pop(0) if place else old_root
    for beside in rest:
        if not last:
            return False
        if place & 1 or place == last:
            old_node, new_node = hash_children(beside, old_node), hash_children(beside, new_node)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            new_node = hash_children(new_node, beside)
        place, last = place >> 1, last >> 1
    return not last and old_node == old_root and new_node == root


def _split(size: int) -> int:
    """Return the largest power of two below a size: where its tree parts."""
    return 1 << ((size - 1).bit_length() - 1)
