"""What leads clients to a fake that intercepts: credentials, and no variables of another fake."""

from pathlib import Path

from imagen_fake import spec
from imagen_fake.auth.access import can_sign
from imagen_fake.auth.credentials import AdcRequest, environment, write_adc
from imagen_fake.config import Config
from imagen_fake.leading import names_set, outer_fake
from imagen_fake.state.state import State
from imagen_fake.testing.fake import Fake


def fake_with_credentials(config: Config, folder: Path) -> Fake:
    """A fake whose `env` names a file in a folder, with credentials that it alone accepts.

    They are exchanged at Google's own address, so within an interception.
    """
    state, file = State(config), folder / "credentials.json"
    google = f"https://{spec.table('hosts')['answered']['oauth']['value'][0]}"
    kind = "service-account" if can_sign() else "external-account"  # the first can sign URLs
    write_adc(kind, AdcRequest(state.access, google, file))
    project = state.config.project
    return Fake(
        state, env={"GOOGLE_CLOUD_PROJECT": project, "GOOGLE_APPLICATION_CREDENTIALS": str(file)}
    )


def variables_of_outer_fake() -> list[str]:
    """The variables by which `imagen-fake run` would lead clients past an interception."""
    url = outer_fake()
    return names_set(environment(url, project="")) if url else []
