"""By meaning: what an encoder's vectors say is near.

`knn.py` first; `space.py` holds a pool's vectors for every selection that measures distances.
"""
