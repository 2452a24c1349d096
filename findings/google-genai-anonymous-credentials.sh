#!/usr/bin/env bash
# google-genai 3.6.1 and google-cloud-storage 3.17.1, both with google-auth's AnonymousCredentials,
# which stand for "send no token", as emulators want it.
# Best guess: both send their call without an Authorization header.
# Seen: the storage client does; google-genai on Vertex asks them to refresh, which they refuse, and
# sends nothing.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet google-genai==3.6.1 google-cloud-storage==3.17.1 google-auth==2.62.2
cat >ask.py <<'PY'
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from google import genai
from google.auth.credentials import AnonymousCredentials
from google.cloud import storage

asked = []


class Service(BaseHTTPRequestHandler):
    def answer(self):
        asked.append("Authorization" in self.headers)
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b'{"kind": "storage#bucket", "name": "b"}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Service)
Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}"
nobody = AnonymousCredentials()


def told(name, call):
    asked.clear()
    try:
        call()
        outcome = "answered"
    except Exception as error:
        outcome = type(error).__name__
    print(f"{name}: {outcome}, Authorization sent: {asked}")


bucket = storage.Client("p", nobody, client_options={"api_endpoint": url})
told("google-cloud-storage", lambda: bucket.get_bucket("b"))
client = genai.Client(
    vertexai=True, project="p", location="us-central1", credentials=nobody,
    http_options={"base_url": url},
)
told("google-genai", lambda: client.models.generate_content(model="m", contents="a"))
server.shutdown()
PY
seen=$(venv/bin/python -W ignore ask.py)
printf '%s\n' "$seen"
[ "$seen" = "google-cloud-storage: answered, Authorization sent: [False]
google-genai: InvalidOperation, Authorization sent: []" ] || { echo "changed"; exit 1; }
