"""Who and what is named, under which spellings, and which days are talked about."""
