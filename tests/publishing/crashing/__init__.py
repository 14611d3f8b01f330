"""Ends worker processes at named moments of a publication. Only the settings of the crash suite install it."""
