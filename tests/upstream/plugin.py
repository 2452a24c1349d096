"""A pytest plugin for the SDK's own environment: its tests ask where the SDK's variables say.

`Client` reads the base URL of its API mode; the tests make a `ReplayApiClient`, which does not.
With a base URL it keeps a project and a location only if it is given both.
"""

import os
from typing import Any

from google.genai._base_url import get_base_url
from google.genai._replay_api_client import ReplayApiClient
from google.genai.types import HttpOptions

made = ReplayApiClient.__init__


def led(
    client: ReplayApiClient,
    *,
    vertexai: bool = False,
    http_options: HttpOptions | None = None,
    **options: Any,
) -> None:
    """Make a client whose base URL is that of its API mode."""
    asked = (http_options or HttpOptions()).model_copy()
    asked.base_url = get_base_url(vertexai, asked)
    if vertexai:
        options["project"] = os.environ["GOOGLE_CLOUD_PROJECT"]
        options["location"] = os.environ["GOOGLE_CLOUD_LOCATION"]
    made(client, vertexai=vertexai, http_options=asked, **options)


ReplayApiClient.__init__ = led
