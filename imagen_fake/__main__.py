"""`imagen-fake`, and `python -m imagen_fake`: the process of the command line."""

import os
import signal


def main() -> None:
    """Run the command line. An interrupt ends it at once, unless a command has to tidy up."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, lambda number, _: os._exit(128 + number))
    from imagen_fake.cli.main import main
    from imagen_fake.streams import stand_in

    stand_in()
    main(prog_name="imagen-fake")


if __name__ == "__main__":
    main()
