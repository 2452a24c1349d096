#!/usr/bin/env bash
# google-auth 2.62.2 and 2.63.0, a service account whose `token_uri` is a server of ours.
# Best guess: one authorized call is two requests in either version: to `token_uri`, and the call.
# Seen: 2.62.2 asks `iamcredentials.googleapis.com` besides, in a thread of its own, whatever host
# the file names, and hands it the token; 2.63.0 does so only if a variable says so.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet google-auth==2.62.2 requests==2.34.2 cryptography
cat >ask.py <<'PY'
import json
from threading import Event
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth.transport.requests import AuthorizedSession
from google.oauth2.service_account import Credentials

HOSTS, ASKED = [], Event()


def send(adapter, request, **_):
    """Note every request that leaves, of any thread, and answer it with a token."""
    HOSTS.append(urlsplit(request.url).hostname)
    if HOSTS[-1].startswith("iam"):
        assert request.headers["authorization"] == "Bearer ours"
        ASKED.set()
    answer = requests.Response()
    answer.status_code, answer.request, answer.url = 200, request, request.url
    answer._content = json.dumps({"access_token": "ours", "expires_in": 3600}).encode()
    return answer


requests.adapters.HTTPAdapter.send = send
key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
encoding = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
account = {
    "type": "service_account",
    "client_email": "a@p.iam.gserviceaccount.com",
    "private_key": key.private_bytes(*encoding, serialization.NoEncryption()).decode(),
    "private_key_id": "1",
    "token_uri": "https://tokens.example/token",
}
credentials = Credentials.from_service_account_info(account, scopes=["any"])
AuthorizedSession(credentials).get("https://service.example/")
ASKED.wait(5)
print(*sorted(HOSTS))
PY
before=$(venv/bin/python ask.py)
venv/bin/pip install --quiet google-auth==2.63.0
after=$(venv/bin/python ask.py)
printf '2.62.2 asks: %s\n2.63.0 asks: %s\n' "$before" "$after"
[ "$before" = "iamcredentials.googleapis.com service.example tokens.example" ]
[ "$after" = "service.example tokens.example" ]
