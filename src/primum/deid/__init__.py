"""The verb deid: a folder of anything, written again without identifiers."""
