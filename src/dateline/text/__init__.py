"""Foreign text in, spans out: rules of the standard library alone."""
