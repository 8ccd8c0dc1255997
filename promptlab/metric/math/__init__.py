"""Whether two mathematical expressions are equal, found out in a process that may be ended."""
