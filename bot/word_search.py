"""Finding things by words of their names, typed without diacritics, in any order, with a slip or two."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

from rapidfuzz import fuzz

from wording.message import folded

_SHORT_FOR = {
    "cchc": "cai cach hanh chinh",
    "tthc": "thu tuc hanh chinh",
    "pakn": "phan anh kien nghi",
    "qppl": "quy pham phap luat",
    "vbqppl": "van ban quy pham phap luat",
}
SURE, LIKELY = 85.0, 50.0
_CLEARLY_BETTER = 12.0


@dataclass(frozen=True)
class Index:
    """Things with their names, and a long text that counts a little less; a word that many have says little."""

    things: Mapping[str, tuple[Sequence[str], str]]

    @cached_property
    def _tokens(self) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
        return {
            key: (_words(" ".join(names)), _words(" ".join([*names, text])))
            for key, (names, text) in self.things.items()
        }

    @cached_property
    def _weights(self) -> dict[str, float]:
        everything = [text for _, text in self._tokens.values()]
        words = frozenset().union(*everything) if everything else frozenset()
        return {word: log(1 + len(everything) / sum(word in each for each in everything)) for word in words}

    def find(self, words: str) -> list[tuple[str, float]]:
        """Keys of the things that the words may mean, the best first, with a score up to 100."""
        wanted = [word for word in folded(words).split() if any(map(str.isalnum, word))]
        wanted = [word for word in (each.strip(".,;:!?()\"'“”/-") for each in wanted) if word][:30]
        if not wanted:
            return []
        scored = [(key, self._score(wanted, key)) for key in self.things]
        return sorted((each for each in scored if each[1] >= LIKELY), key=lambda each: -each[1])

    def is_clear(self, found: Sequence[tuple[str, float]]) -> bool:
        """Whether the best of them is meant beyond doubt."""
        best = found[0][1] if found else 0.0
        return best >= SURE and all(best - score >= _CLEARLY_BETTER for _, score in found[1:])

    def _score(self, wanted: Sequence[str], key: str) -> float:
        names, text = self._tokens[key]
        coverage = max(self._coverage(wanted, names), 0.9 * self._coverage(wanted, text))
        closeness = max(fuzz.token_sort_ratio(" ".join(wanted), folded(name)) for name in self.things[key][0])
        return 90 * coverage + 0.1 * closeness

    def _coverage(self, wanted: Sequence[str], words: frozenset[str]) -> float:
        rare = max(self._weights.values(), default=1.0)
        weights = [self._weights.get(word, rare) for word in wanted]
        found = [weight * _best(word, words) for word, weight in zip(wanted, weights, strict=True)]
        return sum(found) / sum(weights)


def all_of(words: str, names: Sequence[str]) -> bool:
    """Whether each of the words stands in one of the names as it is, or for words of theirs."""
    known = _words(" ".join(names))
    return all(known.issuperset(_SHORT_FOR.get(word, word).split()) for word in re.findall(r"\w+", folded(words)))


def _words(text: str) -> frozenset[str]:
    flat = folded(text)
    longer = [_SHORT_FOR[word] for word in re.findall(r"\w+", flat) if word in _SHORT_FOR]
    return frozenset(re.findall(r"\w+", " ".join([flat, *longer])))


def _best(word: str, words: Iterable[str]) -> float:
    if word in words:
        return 1.0
    if len(word) < 4:
        return 0.0
    best = max((fuzz.ratio(word, each) for each in words if len(each) >= 4), default=0.0)
    return best / 100 if best >= 80 else 0.0
