"""Who and what is named, under which spellings, and who speaks."""
