"""The code under test: it has itself authorized by the default credentials, as Google says."""

import google.auth
from google.auth.credentials import Credentials
from google.auth.transport.requests import AuthorizedSession

from tests.beside.asking import GOOGLE, PATH, body

SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]


def default_credentials() -> Credentials:
    credentials: Credentials
    credentials, _ = google.auth.default(scopes=SCOPES)
    return credentials


def ask_with(credentials: Credentials, base: str = GOOGLE) -> int:
    """How many pictures there are, of two that are asked for with a token of these credentials."""
    answer = AuthorizedSession(credentials).post(base + PATH, json=body(), timeout=30)
    answer.raise_for_status()
    return len(answer.json()["predictions"])
