#!/usr/bin/env bash
# datamodel-code-generator 0.89.0 with pydantic 2.12.5: a text of the format "byte", base64.
# Best guess: str, or bytes after decoding, so that any base64 is taken.
# Seen: pydantic's Base64Str, which decodes to a text: whatever is not UTF-8 inside, such as every
# PNG, is refused. "contentEncoding": "base64", the spelling of OpenAPI 3.1, gives a plain str.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet datamodel-code-generator==0.89.0 pydantic==2.12.5
cat >api.json <<'JSON'
{"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {},
 "components": {"schemas": {
   "Byte": {"type": "object", "properties": {"data": {"type": "string", "format": "byte"}}},
   "Encoded": {"type": "object", "properties": {"data": {"type": "string", "contentEncoding": "base64"}}}}}}
JSON
venv/bin/datamodel-codegen --input api.json --input-file-type openapi --output made.py \
  --output-model-type pydantic_v2.BaseModel --formatters builtin >/dev/null 2>&1
cat >ask.py <<'PY'
import base64

from pydantic import ValidationError

import made

png = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
for model in (made.Byte, made.Encoded):
    try:
        print(model.__name__, model(data=png).data == png)
    except ValidationError as error:
        print(model.__name__, error.errors()[0]["msg"].partition(" can't")[0])
PY
seen=$(venv/bin/python ask.py)
printf '%s\n' "$seen"
[ "$seen" = "Byte Value error, 'utf-8' codec
Encoded True" ] || { echo "changed"; exit 1; }
