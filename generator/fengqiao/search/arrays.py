"""numpy, imported in one place: by itself it starts a thread per processor for linear algebra,
which nobody here uses and which makes forking unsafe."""

from __future__ import annotations

import os
from typing import TypeAlias

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np  # reads the variable above
from numpy.typing import NDArray

Codes: TypeAlias = NDArray[np.uint32]
"""Code points, code units, hashes or numbers of units."""
Places: TypeAlias = NDArray[np.intp]
"""Indices into another array."""
Mask: TypeAlias = NDArray[np.bool_]

__all__ = ["Codes", "Mask", "NDArray", "Places", "codes_of", "np", "starts_of", "text_of"]


def codes_of(text: str) -> Codes:
    """The code points of a text, lone surrogates too."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def text_of(codes: Codes) -> str:
    """The text of some code points, none of them a surrogate."""
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le")


def starts_of(lengths: Places) -> Places:
    """Where each of some stretches that stand end to end begins."""
    return np.cumsum(lengths) - lengths
