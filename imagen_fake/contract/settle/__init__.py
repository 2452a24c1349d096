"""From recordings of the service to changes of `schemas/`."""
