"""The client matrix: real clients, each in an environment of its own, against a fake on a socket.

`python -m tests.clients [NAME ...]` runs it. A client is a folder here: pinned versions in
`requirements.txt`, its pytest settings in `pytest.ini`, and tests that only its environment can
import.
"""
