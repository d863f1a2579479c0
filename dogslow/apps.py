"""`INSTALLED_APPS += ["dogslow"]`, for those who want the system checks; nothing else needs it."""

from django.apps import AppConfig


class DogslowConfig(AppConfig):
    name = "dogslow"
    label = "dogslow"
    verbose_name = "dogslow"

    def ready(self) -> None:
        from django.core import checks

        from dogslow.checks import check

        checks.register(check, "dogslow")
