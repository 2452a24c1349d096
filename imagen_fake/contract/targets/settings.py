"""The settings of the fake that probes need."""

from datetime import date
from functools import cached_property
from pathlib import Path
from time import time
from typing import Any
from urllib.parse import urlsplit

from imagen_fake import spec
from imagen_fake.app import create_app
from imagen_fake.auth import credentials
from imagen_fake.config import Config
from imagen_fake.contract.bodies.sample_models import IMAGE_MODEL
from imagen_fake.contract.exchange import Case, Request, Response
from imagen_fake.contract.targets.addresses import HOST, SECRET, build_request
from imagen_fake.state.state import State
from imagen_fake.testing.asgi import ask
from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.interception import hosts
from imagen_fake.testing.routing import Route

AS_OF = "as of "
MAX_BODY_BYTES = 20_000
"""The largest request body under the setting `small bodies`."""

TUNED_ENDPOINT = ("1234567890", IMAGE_MODEL)
"""The id of an endpoint, and the model that it serves."""

ACCOUNT = "imagen-fake@imagen-fake.iam.gserviceaccount.com"
USER = "somebody@imagen-fake.example"

SETTINGS: dict[str, Config] = {
    "itself": Config(allowlisted=False),
    "not approved": Config(approved=False),
    "with an endpoint": Config(endpoints=dict([TUNED_ENDPOINT])),
    "strict": Config(strict=True),
    "small bodies": Config(max_body_bytes=MAX_BODY_BYTES),
    "any credential": Config(auth="any"),
    "issued credentials": Config(auth="issued"),
    "denied": Config(auth="issued", denied=frozenset({ACCOUNT})),
    "expired": Config(auth="issued", token_seconds=-1),
    "two calls a minute": Config(allowlisted=False, rules=("quota=2 clock=manual",)),
    "no room": Config(storage=Path(__file__) / "buckets"),
}
"""The settings by name. `itself` is the default, for probes of the fake alone."""


def config(setting: str) -> Config:
    """The configuration of a setting: one of the table, or `as of` a day. Raises KeyError."""
    if setting.startswith(AS_OF):
        return Config(as_of=date.fromisoformat(setting.removeprefix(AS_OF)))
    return SETTINGS[setting]


def requirement(setting: str) -> str:
    """What a target has to be for a probe with a setting, in words."""
    if setting.startswith(AS_OF):
        return "needs the fake as of another day"
    if not setting:
        return "needs a target that takes probes"
    if setting == "itself":
        return "needs what only this fake does"
    return "needs a fake with other settings"


class ConfiguredFake:
    """A fake with a setting, without a socket; it refuses hosts that it does not know."""

    def __init__(self, setting: str) -> None:
        self._state = State(config(setting))
        self._app = create_app(state=self._state)
        self._door = Route(InProcess(self._state), tuple(hosts(self._state)))

    @cached_property
    def variables(self) -> dict[str, str]:
        """Credentials that this fake has issued, and some that it has not, by name."""
        if self._state.config.auth != "issued":
            return {"token": SECRET}
        signer, access = self._state.access.signer, self._state.access
        order = credentials.AdcRequest(access, HOST, Path("adc.json"))
        account = credentials.service_account(order)
        return {
            "api_key": credentials.api_key(access, USER),
            "refresh_token": signer.issue("refresh", USER),
            "subject_token": signer.issue("subject", USER),
            "assertion": sign_assertion(account),
            "long_assertion": sign_assertion(account, longer_by=100_000),
        }

    def ask(self, request: Request) -> Response:
        """The answer. Raises ConnectionError for an unknown host."""
        host = urlsplit(request.url).hostname or ""
        if not request.url.startswith(HOST) and not self._door.is_for(host):
            raise ConnectionError(f"nobody answers for {host}")
        return ask(self._app, request)

    def request(self, case: Case) -> Request:
        """The request of a case at a host that does not exist."""
        return build_request(case, HOST)

    def url(self, path: str) -> str:
        """The URL of a path."""
        return HOST + path


def sign_assertion(account: Any, longer_by: int = 0) -> str:
    """A JWT that a service account signs, which lives an hour, or longer by some seconds."""
    import jwt

    now = int(time())
    seconds = int(spec.read("surfaces/oauth.json")["assertion"]["seconds"])
    claims = {"iss": account["client_email"], "iat": now, "exp": now + seconds + longer_by}
    headers = {"kid": account["private_key_id"]}
    return jwt.encode(claims, account["private_key"], "RS256", headers)
