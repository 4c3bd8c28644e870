"""How an association's name is recognised again."""

import re
import unicodedata

LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "&": " og "})


def search_name(name: str) -> str:
    """The name folded: case, æ/ae, accents, punctuation and repeated spaces make no difference.

    >>> search_name("Kvindenetværket  Kanelblomst") == search_name("kvindenetvaerket kanelblomst ")
    True
    """
    folded = name.casefold().translate(LETTERS)
    bare = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w]+", " ", bare).split())
