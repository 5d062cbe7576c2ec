"""The verbs: each stage reads and writes through the custodian, and none imports another."""
