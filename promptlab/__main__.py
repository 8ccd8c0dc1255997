"""`python -m promptlab key=value …` runs an experiment, `python -m promptlab ui` a command."""

from promptlab.cli.main import main

if __name__ == "__main__":
    main()
