"""Word forms: the light inflection that `forms: true` adds to a word.

Only endings, and a short list of irregular words: no derivation ("killer" is not a form of "kill"), so that a
form never leads to another word. What is generated too much ("saded") is never written and harms nobody.

English: plural and third person (-s, -es, -ies), past (-ed, doubled consonants, -ied), -ing. A possessive
needs
no form, since an apostrophe ends a word. German: the endings of nouns and adjectives (-e, -en, -em, -er, -es,
-n, -s, -in, -innen), and of regular verbs (-e, -st, -t, -te, -ten, ge-...-t); umlauts also as ae, oe, ue.
Other languages have no forms: prefixes (`word*`) serve there.
"""

from __future__ import annotations

_ENGLISH_IRREGULAR = (
    ("man", "men"), ("woman", "women"), ("child", "children"), ("person", "people"), ("foot", "feet"),
    ("be", "am", "is", "are", "was", "were", "been", "being"), ("have", "has", "had", "having"),
    ("go", "goes", "went", "gone", "going"), ("do", "does", "did", "done", "doing"),
    ("get", "gets", "got", "gotten", "getting"), ("give", "gives", "gave", "given", "giving"),
    ("take", "takes", "took", "taken", "taking"), ("make", "makes", "made", "making"),
    ("say", "says", "said", "saying"), ("see", "sees", "saw", "seen", "seeing"),
    ("seek", "seeks", "sought", "seeking"), ("hang", "hangs", "hung", "hanged", "hanging"),
    ("shoot", "shoots", "shot", "shooting"), ("die", "dies", "died", "dying"), ("lie", "lies", "lied",
    "lying"),
    ("leave", "leaves", "left", "leaving"), ("fight", "fights", "fought", "fighting"),
    ("buy", "buys", "bought", "buying"), ("sell", "sells", "sold", "selling"),
    ("write", "writes", "wrote", "written", "writing"), ("speak", "speaks", "spoke", "spoken", "speaking"),
    ("fuck", "fucks", "fucked", "fucking", "fuckin"),
)  # fmt: skip
_IRREGULAR = {row[0]: row for row in _ENGLISH_IRREGULAR}
_VOWELS = "aeiou"
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_MOST = 64
"""Forms of one phrase at most: only its first or its last word is bent."""


def forms(term: str, languages: frozenset[str]) -> tuple[str, ...]:
    """A folded word or phrase and its forms in the given languages (`en`, `de`; others add none)."""
    words = term.split(" ")
    found = {term: None}
    for place, word in enumerate(words):
        if 0 < place < len(words) - 1:
            continue
        # In a German phrase only the last word is bent: the verb at its head is often an order.
        bendable = languages if place == len(words) - 1 else languages - {"de"}
        for bent in word_forms(word, bendable):
            found.setdefault(" ".join([*words[:place], bent, *words[place + 1 :]]))
    return tuple(found)[:_MOST]


def word_forms(word: str, languages: frozenset[str]) -> tuple[str, ...]:
    """The forms of one folded word without itself."""
    if not word.isalpha() or len(word) < 2:
        return ()
    found: dict[str, None] = {}
    if "en" in languages and word.isascii():
        found |= dict.fromkeys(_IRREGULAR.get(word) or _english(word))
    if "de" in languages:
        german = _german(word)
        found |= dict.fromkeys(german)
        found |= dict.fromkeys(each.translate(_SPELLED_OUT) for each in (word, *german))
    found.pop(word, None)
    return tuple(found)


def _english(word: str) -> tuple[str, ...]:
    last, stem = word[-1], word
    if len(word) < 3:
        return (word + "s",)
    if last == "y" and word[-2] not in _VOWELS:
        return (word[:-1] + "ies", word[:-1] + "ied", word + "ing")
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return (word + "es", word + "ed", word + "ing")
    if last == "e":
        return (word + "s", word + "d", word[:-1] + "ing")
    doubled = last not in _VOWELS + "wxy" and word[-2] in _VOWELS and word[-3] not in _VOWELS
    bent = [stem + "s", stem + "ed", stem + "ing"]
    if doubled:
        bent += [stem + last + "ed", stem + last + "ing"]
    if last == "o":
        bent.append(stem + "es")
    return tuple(bent)


def _german(word: str) -> tuple[str, ...]:
    if len(word) < 3:
        return ()
    endings = ["e", "en", "em", "er", "es", "n", "s", "in", "innen"]
    bent = [word + ending for ending in endings if not (word.endswith("e") and ending.startswith("e"))]
    if word.endswith("e"):
        bent += [word + ending for ending in ("m", "r")]
        if len(word) > 4:
            bent += [word[:-1] + "in", word[:-1] + "innen"]
    if word.endswith("en") and len(word) > 4:
        stem = word[:-2]
        link = "e" if stem.endswith(("t", "d")) else ""
        verb = [stem + "e", stem + link + "st", stem + link + "t", stem + link + "te", stem + link + "ten",
                stem + link + "test", stem + link + "tet", stem + "end"]  # fmt: skip
        bent += [*verb, f"ge{stem}{link}t"]
    return tuple(bent)
