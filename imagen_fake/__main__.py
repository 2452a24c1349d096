"""`python -m imagen_fake`: the command line."""

from imagen_fake.cli import main

main(prog_name="imagen-fake")
