"""When things are named and talked about, and who stands beside whom."""
