"""Which variant is better: finished runs compared with each other, example by example."""
