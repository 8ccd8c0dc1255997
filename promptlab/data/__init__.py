"""Where data sets come from: one file for each format, and one for each idea they share."""
