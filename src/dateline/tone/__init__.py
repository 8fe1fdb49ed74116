"""Sentence scores, whose they are, and how sure."""
