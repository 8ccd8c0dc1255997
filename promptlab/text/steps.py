"""The steps of a rationale, as Fu et al., Complexity-Based Prompting (2023), count them."""


def steps(rationale: str) -> int:
    """Count the lines that are not blank: prose without line breaks is one step."""
    return sum(bool(line.strip()) for line in rationale.split("\n"))
