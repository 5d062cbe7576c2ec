"""The tree over the audit log: hashes, roots, and the two kinds of proof that let anyone check it."""

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Return SHA-256(0x00 || entry).

    Source: RFC 6962, section 2.1.
    """
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 || left || right).

    Source: RFC 6962, section 2.1.
    """
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """What must be remembered to append to a tree and know its root: one hash for each one-bit of its size.

    Args:
        size: Leaves so far.
        peaks: Roots of the perfect subtrees from left to right.

    Source: RFC 6962, section 2.1; known as a compact range.
    """

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        self.size = size
        self._peaks = list(peaks)

    def append(self, leaf: bytes) -> None:
        """Add the hash of a leaf: at most log2(size) hashes, nothing is read again."""
        self._peaks.append(leaf)
        self.size += 1
        merge = self.size
        while merge % 2 == 0:
            right = self._peaks.pop()
            self._peaks.append(node_hash(self._peaks.pop(), right))
            merge //= 2

    def copy(self) -> "Frontier":
        """Return an equal one that goes its own way."""
        return Frontier(self.size, self._peaks)

    @property
    def root(self) -> bytes:
        """Return the Merkle tree hash."""
        if not self._peaks:
            return EMPTY
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the Merkle tree hash of leaf hashes.

    Source: RFC 6962, section 2.1.
    """
    tree = Frontier()
    for one in leaves:
        tree.append(one)
    return tree.root


def _split(size: int) -> int:
    """Return the largest power of two below a size of two or more."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the hashes by which leaf ``index`` leads to the root of ``leaves``, lowest first.

    Raises:
        IndexError: There is no such leaf.

    Source: RFC 6962, section 2.1.1.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return []
    at = _split(len(leaves))
    if index < at:
        return [*inclusion_proof(leaves[:at], index), root_of(leaves[at:])]
    return [*inclusion_proof(leaves[at:], index - at), root_of(leaves[:at])]


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Return whether a proof shows that ``leaf`` stands at ``index`` of the tree of this size and root.

    Source: RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for one in proof:
        if last == 0:
            return False
        if at % 2 or at == last:
            found = node_hash(one, found)
            while at % 2 == 0 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, one)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def consistency_proof(leaves: Sequence[bytes], earlier: int) -> list[bytes]:
    """Return the hashes that show that the tree of the first ``earlier`` leaves is a beginning of the tree of all.

    Raises:
        IndexError: ``earlier`` is more than there are.

    Source: RFC 6962, section 2.1.2.
    """
    if not 0 <= earlier <= len(leaves):
        raise IndexError(earlier)
    return [] if earlier == 0 else _subproof(leaves, earlier, whole=True)


def _subproof(leaves: Sequence[bytes], earlier: int, *, whole: bool) -> list[bytes]:
    if earlier == len(leaves):
        return [] if whole else [root_of(leaves)]
    at = _split(len(leaves))
    if earlier <= at:
        return [*_subproof(leaves[:at], earlier, whole=whole), root_of(leaves[at:])]
    return [*_subproof(leaves[at:], earlier - at, whole=False), root_of(leaves[:at])]


def is_consistent(earlier: tuple[int, bytes], later: tuple[int, bytes], proof: Sequence[bytes]) -> bool:
    """Return whether a proof shows that the later tree only grew from the earlier.

    Args:
        earlier: Size and root.
        later: Size and root.
        proof: As ``consistency_proof`` made it.

    Source: RFC 9162, section 2.1.4.2.
    """
    (size, root), (now_size, now_root) = earlier, later
    if size == 0 or size >= now_size:
        return not proof and size <= now_size and root == (now_root if size else EMPTY)
    path = [root, *proof] if size & (size - 1) == 0 else list(proof)
    if not path:
        return False
    at, last = size - 1, now_size - 1
    while at % 2:
        at, last = at >> 1, last >> 1
    return _climb(path, (at, last), (root, now_root))


def _climb(path: Sequence[bytes], place: tuple[int, int], roots: tuple[bytes, bytes]) -> bool:
    """Return whether a consistency path leads to both roots."""
    at, last = place
    old = new = path[0]
    for one in path[1:]:
        if last == 0:
            return False
        if at % 2 or at == last:
            old, new = node_hash(one, old), node_hash(one, new)
            while at % 2 == 0 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, one)
        at, last = at >> 1, last >> 1
    return last == 0 and (old, new) == roots
