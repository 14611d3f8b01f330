"""The providers that need no key and no network. They are basic, and say so."""
