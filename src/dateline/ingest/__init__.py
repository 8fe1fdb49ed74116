"""Any input in, clean and dated articles out."""
