"""Figures, findings and the report."""
