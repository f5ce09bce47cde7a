"""The words that tell a kind of work, in fourteen languages.  Data only; standard library only.

How to read a line: ``(weight, "phrase, phrase, …")``.  Weights: 7 and more decide alone, 4 to 6 are strong, 2 and 3
need company, 1 hints.  A phrase is a row of words after small words (the, a, der, la …) were dropped and accents
folded, with a blank for a hyphen or an apostrophe (``can t``); a test holds the data to that.  A word of four
letters or more matches as a stem (`migrat` matches migrate, migration, migrieren); shorter ones, and those written
`=word`, match exactly.  `~word` may come up to six words later in the same sentence.  `drop/remove` stands for either.

light.py, mid.py, frontier.py, guarded.py and the files named by a language are for people; after an edit run
``python -m tierwise.classify.vocabulary``, which writes sorted.py, what the router loads.  Chinese, Japanese (both in
ideographs.py), Korean and Hindi are loaded as they stand, where a text is written so.

Of security, weights of 8 and more are acts and attacks; lower ones are only what is guarded (a login, a payment).
"""

from __future__ import annotations

from tierwise.classify.words import word_set

# Work whose product is prose, labels or layout: that it speaks of passwords does not make it security work.
TEXT_KINDS = word_set(
    "docs changelog imports formatting commit-message docstring naming classification search summary handoff"
)
# What the seeds call mechanical (the lightest tier does it) and reasoning-intensive.
MECHANICAL = TEXT_KINDS | {"config", "boilerplate", "rename"}
REASONING = word_set(
    "planning research architecture validation audit debugging migration schema security performance concurrency "
    "multi-file-refactor orchestration"
)
