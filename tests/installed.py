"""Run by CI with the Python of a clean environment: the wheel alone serves a picture."""

import base64
import json
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

MODEL = "imagen-4.0-generate-001"
METADATA = "/computeMetadata/v1/instance/service-accounts/default/token"
BODY = {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}


def main() -> None:
    """Serve from the installed wheel, ask for a picture, look at its first bytes."""
    command = Path(sys.executable).with_name("imagen-fake")
    process = subprocess.Popen([command, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        url = process.stdout.readline().split()[-1]
        path = f"{url}/v1/projects/p/locations/l/publishers/google/models/{MODEL}:predict"
        with urlopen(path, json.dumps(BODY).encode()) as reply:
            (prediction,) = json.load(reply)["predictions"]
        picture = base64.b64decode(prediction["bytesBase64Encoded"])
        assert picture.startswith(b"\x89PNG")
        asked = Request(f"{url}{METADATA}", headers={"Metadata-Flavor": "Google"})
        with urlopen(asked) as reply:
            assert json.load(reply)["access_token"].startswith("ya29.")
    finally:
        process.terminate()
        process.wait()
    print(f"{command.name} from the wheel served {len(picture)} bytes of PNG")  # noqa: T201


if __name__ == "__main__":
    main()
