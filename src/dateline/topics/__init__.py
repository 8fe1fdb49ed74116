"""Topics: articles that use the same words."""
