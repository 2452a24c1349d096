"""When projects were reset, so that calls which began before leave nothing behind."""

from collections import OrderedDict
from threading import Lock

from imagen_fake.state.rule import put_latest


class Resets:
    """The latest resets of projects, counted from 1; of very many projects the last ones."""

    def __init__(self) -> None:
        self.count = 0
        self._latest: OrderedDict[str, int] = OrderedDict()
        self._lock = Lock()

    def add(self, project: str) -> None:
        """Note that a project is reset now."""
        with self._lock:
            self.count += 1
            self._latest.pop(project, None)
            put_latest(self._latest, project, self.count)

    def has_since(self, project: str, count: int) -> bool:
        """Whether a project was reset after there had been so many resets."""
        return self._latest.get(project, 0) > count
