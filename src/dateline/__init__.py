"""The engine of Dateline: tables in, tables out."""

__version__ = "0.1.0"
