from __future__ import annotations

import re
import zlib
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from fengqiao.search.arrays import np
from fengqiao.search.buckets import encode_counts, encode_lists
from fengqiao.search.fold import HAN, fold, fold_all, is_han
from fengqiao.search.postings import Lists, PartialArea, hashes_of, pairs_of, read_area

# Units of one to three texts of characters that meet in every way.
UNITS = st.lists(
    st.lists(
        st.text(
            st.one_of(
                st.characters(), st.sampled_from("調解会〇12aZ ，-½ﬃ\U00020000\ue000\U00010330")
            ),
            max_size=12,
        ),
        min_size=1,
        max_size=3,
    ),
    min_size=1,
    max_size=6,
)


def read(units: list[list[str]], titles: bool) -> PartialArea:
    texts = [text for unit in units for text in unit]
    numbers = [number for number, unit in enumerate(units) for _ in unit]
    return read_area(fold_all(texts), np.array(numbers), [len(units)], titles)


def postings(area: PartialArea) -> dict[str, list[int]]:
    """Term → units, as plain Python."""
    found: dict[str, list[int]] = {}
    pairs = pairs_of(area.pairs.terms).split("\n")[:-1]
    for lists, names in ((area.pairs, pairs), (area.named, area.names)):
        units = lists.units.tolist()
        end = 0
        for term, count in zip(lists.terms.tolist(), lists.counts.tolist(), strict=True):
            start, end = end, end + count
            name = names[term] if lists is area.named else pairs[lists.terms.tolist().index(term)]
            assert name not in found
            found[name] = units[start:end]
    return found


def expected(units: list[list[str]], titles: bool) -> dict[str, list[int]]:
    """The same by the words of index.py, character by character."""
    found: dict[str, dict[int, None]] = {}

    def add(term: str, unit: int) -> None:
        found.setdefault(term, {})[unit] = None

    for number, texts in enumerate(units):
        for text in map(fold, texts):
            code_units = []
            for char in text:
                data = char.encode("utf-16-le")
                code_units += [(data[at : at + 2], is_han(char)) for at in range(0, len(data), 2)]
            for (one, han), (other, also) in pairwise(code_units):
                if han or also:
                    add((one + other).decode("utf-16-le", "surrogatepass"), number)
            for run in re.findall(rf"[^{HAN} ]+", text):
                add(run, number)
                add(f"{run[0]}*", number)
            if titles and text:
                add(f"^{text[0]}", number)
                add(f"={text}", number)
                for char in text:
                    if is_han(char) and char <= "\uffff":
                        add(char, number)
    return {term: list(numbers) for term, numbers in found.items()}


@given(UNITS, st.booleans())
def test_terms_are_those_of_the_definition(units: list[list[str]], titles: bool) -> None:
    assert postings(read(units, titles)) == expected(units, titles)


def test_of_no_text_there_are_no_terms() -> None:
    for units in ([], [[""]], [["，", ""]]):
        assert postings(read(units, titles=True)) == {}


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF)), max_size=50))
def test_a_hash_is_the_crc_and_leads_back_to_the_pair(pairs: list[tuple[int, int]]) -> None:
    codes = np.array(pairs, np.uint32).reshape(-1, 2)
    hashes = hashes_of(codes[:, 0], codes[:, 1])
    data = [codes[at].astype("<u2").tobytes() for at in range(len(pairs))]
    assert hashes.tolist() == list(map(zlib.crc32, data))
    assert pairs_of(hashes).encode("utf-16-le", "surrogatepass") == b"".join(
        pair + b"\n\0" for pair in data
    )


def decode(text: str) -> list[int]:
    """One list, as the browser reads it."""
    units, last, more = [], -1, 0
    for char in text:
        if char == "!":
            more += 1_000_000
            continue
        code = ord(char)
        assert not 0xD800 <= code < 0xE000
        last += more + code - 0x22 - (0x800 if code >= 0xE000 else 0)
        more = 0
        units.append(last)
    return units


@given(
    st.lists(
        st.sets(st.one_of(st.integers(0, 99), st.integers(0, 2**32 - 1)), min_size=1, max_size=20),
        max_size=8,
    )
)
def test_postings_of_any_size(units_of_terms: list[set[int]]) -> None:
    terms = [term for term, units in enumerate(units_of_terms) for _ in units]
    units = [unit for units in units_of_terms for unit in units]
    text, starts = encode_lists(Lists.gather(np.array(terms, "u4"), np.array(units, "u4")))
    assert starts[-1] == len(text)
    assert len(starts) == len(units_of_terms) + 1
    for (start, end), known in zip(pairwise(starts.tolist()), units_of_terms, strict=True):
        assert decode(text[start : end - 1]) == sorted(known)
        assert text[end - 1] == " "


def test_gaps_at_the_borders() -> None:
    units = [0, 1, 0x39, 0x3A, 0x60, 0x2100, 0xD7DC + 0x2100, 0x20000, 1_131_072, 3_131_073]
    lists = Lists.gather(np.zeros(len(units), np.uint32), np.array(units, np.uint32))
    assert decode(encode_lists(lists)[0][:-1]) == units


def test_counts_of_any_size() -> None:
    counts = [0, 1, 0xD7DC, 0xD7DD, 0xFFFF]
    codes = list(map(ord, encode_counts(counts)))
    assert [code - 0x23 - (0x800 if code >= 0xE000 else 0) for code in codes] == counts


def test_merging_renumbers_and_sorts() -> None:
    one = Lists.gather(np.array([7, 3, 7, 7], np.uint32), np.array([1, 0, 0, 1], np.uint32))
    other = Lists.gather(np.array([7, 9], np.uint32), np.array([0, 0], np.uint32))
    numbers = [np.array([4, 2], np.uint32), np.array([3], np.uint32)]
    merged = Lists.merge(zip([one.compact(), other], numbers, strict=True))
    assert merged.terms.tolist() == [3, 7, 9]
    assert merged.counts.tolist() == [1, 3, 1]
    assert merged.units.tolist() == [4, 2, 3, 4, 3]
