"""A project of Django's in one file; pytest-django reads its settings from here."""

import django
from django.conf import settings


def pytest_configure() -> None:
    settings.configure(
        ROOT_URLCONF="tests.beside.web.views",
        ALLOWED_HOSTS=["*"],
        STATIC_URL="static/",
        SECRET_KEY="-",  # noqa: S106 (it keeps nothing)
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    )
    django.setup()
