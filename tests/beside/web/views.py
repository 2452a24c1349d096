"""Two views of Django's that ask Google for pictures, one on the event loop."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import path

from tests.beside.asking import GOOGLE, ask
from tests.beside.asking_async import ask_async


def base() -> str:
    """Whom the views ask."""
    return getattr(settings, "IMAGEN", GOOGLE)


def sync(_: HttpRequest) -> JsonResponse:
    return JsonResponse({"pictures": ask(base())})


async def on_the_loop(_: HttpRequest) -> JsonResponse:
    return JsonResponse({"pictures": await ask_async(base())})


urlpatterns = [path("sync", sync), path("async", on_the_loop)]
