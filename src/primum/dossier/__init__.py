"""The page a board reads: one self-contained HTML file made from evidence."""
