"""`python -m gelombang` is the command `gelombang`."""

if __name__ == "__main__":
    # Processes that a worker starts load this file by another name, and need no command.
    from gelombang.cli.main import main

    main()
