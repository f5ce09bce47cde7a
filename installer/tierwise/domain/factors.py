"""By how much another model's tokens for the same task may differ: two measured factors.  No imports: hooks use them.

- **Tokenizers.**  Models from 4.7 on count about 30 % more tokens for the same text than those before (the
  platform's documentation of Haiku 5.5).  Across that line the factor is 1 to 1.35, or its inverse.
- **Turns.**  A cheaper model takes more turns for the same task: measured over 500 public tasks, Haiku 4.5 at a
  fifth of Opus 4.5's price cost 0.44 of it per task, so it used 2.2 times the tokens over two tiers, and Sonnet 4.5 at
  three fifths cost 0.87, 1.45 times over one.  A tier is 1 to 1.48 (the square root of 2.2) either way.
"""

TOKENIZER = "1.35"
TURNS_PER_TIER = "1.48"
"""Decimal fractions as text: read them as the kind of number that is reckoned in."""
