#!/usr/bin/env bash
# google-genai 3.6.1 under respx 0.23.1 and pytest-httpx 0.36.2, with httpx 0.28.1 installed as both need it.
# Best guess: its calls are httpx's, as in 1.x and 2.x, so that both mocks answer them, or refuse
# what nobody mocked.
# Seen: it asks by httpx2 whenever that is installed, and it always is. Neither mock notices: the
# call goes out to the real address, and nothing fails. GOOGLE_GENAI_HTTP_CLIENT=httpx leads it back.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet google-genai==3.6.1 httpx==0.28.1 httpx2==2.16.2 respx==0.23.1 \
  pytest-httpx==0.36.2 pytest==9.2.0
cat >test_it.py <<'PY'
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from google import genai


def text(by):
    return {"candidates": [{"content": {"role": "model", "parts": [{"text": by}]}}]}


class Real(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(text("the real address")).encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def url():
    with HTTPServer(("127.0.0.1", 0), Real) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def ask(url):
    with genai.Client(api_key="any", http_options={"base_url": url}) as client:
        return client.models.generate_content(model="gemini-2.5-pro", contents="a").text


def test_respx(url, respx_mock):
    respx_mock.post().respond(json=text("the mock"))
    print("respx:", ask(url))
    respx_mock.reset()


def test_pytest_httpx(url, httpx_mock):
    httpx_mock.add_response(json=text("the mock"), is_optional=True)
    print("pytest-httpx:", ask(url))
PY
run() { venv/bin/python -m pytest -q -s -W ignore -p no:cacheprovider test_it.py | grep -o "^\.*[a-z-]*: the .*" | tr -d . || true; }
sed -i 's/def test_respx/@pytest.mark.respx(assert_all_called=False)\ndef test_respx/' test_it.py
seen=$(echo "as installed"; run; echo "with GOOGLE_GENAI_HTTP_CLIENT=httpx"; GOOGLE_GENAI_HTTP_CLIENT=httpx run)
printf '%s\n' "$seen"
[ "$seen" = "as installed
respx: the real address
pytest-httpx: the real address
with GOOGLE_GENAI_HTTP_CLIENT=httpx
respx: the mock
pytest-httpx: the mock" ] || { echo "changed"; exit 1; }
