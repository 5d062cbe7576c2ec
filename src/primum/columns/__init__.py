"""What every kind of data does with declared columns: reading them out of exports, and protecting them."""
