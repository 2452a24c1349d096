#!/usr/bin/env bash
# litellm 1.102.4: image_generation(model="aiml/…", response_format="b64_json").
# Best guess: response_format goes to AI/ML API as it is, or as convert_base64_to_url=false.
# Seen: it is sent as output_format, another parameter, whose values are png, jpeg and webp.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet litellm==1.102.4
cat >ask.py <<'PY'
import http.server, json, threading, litellm

class Show(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        print(json.dumps({k: v for k, v in asked.items() if k not in ("model", "prompt")}))
        answer = b'{"data": [{"url": "http://x.test/a.png"}]}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_): ...

server = http.server.HTTPServer(("127.0.0.1", 0), Show)
threading.Thread(target=server.serve_forever, daemon=True).start()
litellm.image_generation(model="aiml/google/imagen-4.0-generate-001", prompt="x", api_key="k",
    api_base=f"http://127.0.0.1:{server.server_port}", response_format="b64_json")
PY
seen=$(LITELLM_LOCAL_MODEL_COST_MAP=True venv/bin/python ask.py 2>/dev/null)
printf '%s\n' "$seen"
[ "$seen" = '{"output_format": "b64_json"}' ] || { echo "changed"; exit 1; }
