#!/usr/bin/env bash
# jsonschema 4.26.0 and jsonschema-rs 0.61.2: `pattern` where Python's expressions and those of
# ECMA 262, which JSON Schema recommends, differ.
# Best guess: both validators of one standard agree.
# Seen: jsonschema takes the pattern for Python's. Its `$` is there before a last line feed as well,
# so that "a\n" passes; its `\s` has U+001C and U+0085, and lacks U+FEFF. For the same result write
# `(?!\n)$`, and the characters that are meant.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet jsonschema==4.26.0 jsonschema-rs==0.61.2
cat >ask.py <<'PY'
import jsonschema
import jsonschema_rs

ASKED = [
    ("^a$", "a\n"), (r"^a(?!\n)$", "a\n"), (r"^a(?!\n)$", "a"),
    (r"^\s$", "\x1c"), (r"^\s$", "\x85"), (r"^\s$", "\ufeff"),
]
for pattern, text in ASKED:
    schema = {"pattern": pattern}
    python = jsonschema.Draft202012Validator(schema).is_valid(text)
    print(pattern, ascii(text), python, jsonschema_rs.is_valid(schema, text))
PY
seen=$(venv/bin/python ask.py)
printf '%s\n' "$seen"
[ "$seen" = "^a\$ 'a\\n' True False
^a(?!\\n)\$ 'a\\n' False False
^a(?!\\n)\$ 'a' True True
^\\s\$ '\\x1c' True False
^\\s\$ '\\x85' True False
^\\s\$ '\\ufeff' False True" ] || { echo "changed"; exit 1; }
