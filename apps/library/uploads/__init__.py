"""Files on their way in: the protocol they come by, and where their bytes lie meanwhile."""
