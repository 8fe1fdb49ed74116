"""Dateline: from a folder of news articles to an analysis that a reader can check."""

__version__ = "0.1.0"
