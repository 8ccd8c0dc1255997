"""What a reply must be: anything, JSON of a schema, one of some texts, what a pattern matches."""
