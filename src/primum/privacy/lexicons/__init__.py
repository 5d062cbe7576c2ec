"""Words that tell: names, places, and words that only look like them."""
