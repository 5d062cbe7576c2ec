"""The ground: where data is kept, by whom it may be opened, and the log of it. Enter by the custodian."""
