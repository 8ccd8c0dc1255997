"""Ways to look at a sweep: each file finds what one picture, or one table, of the report shows.

All begin with the standings of one data set, or with its answers. What draws them is in `figures/`
and `html/`.
"""
