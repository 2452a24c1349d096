#!/usr/bin/env bash
# litellm 1.102.4, image_generation of one model of Gemini by its two routes, with one size.
# Best guess: 1536x1024 becomes the same aspect ratio on both, 3:2.
# Seen: gemini/ asks for 3:2 (and for the size 1K), vertex_ai/ for a square. Neither warns.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet litellm==1.102.4 google-auth==2.62.2
cat >ask.py <<'PY'
import base64
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import litellm

asked = []


class Service(BaseHTTPRequestHandler):
    def do_POST(self):
        asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        data = base64.b64encode(b"picture").decode()
        part = {"inlineData": {"mimeType": "image/png", "data": data}}
        answer = {"candidates": [{"content": {"role": "model", "parts": [part]}}]}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Service)
Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}"
model = "gemini-3-pro-image"
place = f"projects/p/locations/global/publishers/google/models/{model}:generateContent"
for route, base in {"gemini": f"{url}/v1beta", "vertex_ai": f"{url}/v1/{place}"}.items():
    litellm.image_generation(
        model=f"{route}/{model}", prompt="a", size="1536x1024", api_key="k", api_base=base
    )
    print(route, json.dumps(asked.pop()["generationConfig"]["imageConfig"], sort_keys=True))
server.shutdown()
PY
seen=$(venv/bin/python -W ignore ask.py)
printf '%s\n' "$seen"
[ "$seen" = 'gemini {"aspectRatio": "3:2", "imageSize": "1K"}
vertex_ai {"aspectRatio": "1:1"}' ] || { echo "changed"; exit 1; }
