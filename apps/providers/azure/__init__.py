"""Azure Speech: neural voices of a region, asked for in SSML."""
