"""`python -m gelombang` is the command `gelombang`."""

from gelombang.cli.main import main

if __name__ == "__main__":
    main()
