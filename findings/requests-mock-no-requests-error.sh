#!/usr/bin/env bash
# requests-mock 1.12.1 with requests 2.34.2: a call that nobody has registered.
# Best guess: NoMockAddress is one of requests' own errors, a ConnectionError, as responses raises
# one, so that code under test handles it as it handles an unreachable host.
# Seen: it is none; `except requests.RequestException` lets it through.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet requests==2.34.2 requests-mock==1.12.1 responses==0.26.3
cat >ask.py <<'PY'
import requests
import requests_mock
import responses


def outcome(mock):
    with mock:
        try:
            requests.get("https://any.example/", timeout=5)
        except requests.RequestException as error:
            return f"a RequestException, {type(error).__name__}"
        except Exception as error:
            return f"no RequestException, {type(error).__name__}"


print("responses:", outcome(responses.RequestsMock()))
print("requests-mock:", outcome(requests_mock.Mocker()))
PY
seen=$(venv/bin/python ask.py)
printf '%s\n' "$seen"
[ "$seen" = "responses: a RequestException, ConnectionError
requests-mock: no RequestException, NoMockAddress" ] || { echo "changed"; exit 1; }
