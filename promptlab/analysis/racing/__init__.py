"""Races: the best of many variants, found with fewer answers than a full sweep takes."""
