"""Laws and guidelines as data: one YAML file a norm."""
