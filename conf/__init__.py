"""The configuration that ships with promptlab: one group for each stage."""
