"""How fast the fake is: `python -m tests.bench` measures it beside plain servers, in one run."""
