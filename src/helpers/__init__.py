"""What the notebooks read, draw and write with, on the tables of the engine `dateline`."""
