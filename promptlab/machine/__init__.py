"""This machine and what is installed on it.

`cache_folder.py`: where things computed once are kept. `network_disk.py`: where they must not be.
`hub_connection.py`: a hub that cannot be reached. `extras.py`: what a light installation lacks.
`turns.py`: threads that share a model. `quiet.py`: what libraries say that nobody asked for.
"""
