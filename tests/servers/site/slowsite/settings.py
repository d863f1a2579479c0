"""Settings of the site. SLOWSITE_SETTINGS, a JSON object in the environment, overrides any."""

import json
import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = "a key for tests"
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "slowsite.urls"
USE_TZ = True
MIDDLEWARE = ["dogslow.WatchdogMiddleware", "slowsite.middleware.slow_middleware"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "slowsite" / "templates"],
    }
]
# A view that fails shows why in the server's output, which a failed test prints.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"django.request": {"handlers": ["console"], "level": "ERROR"}},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DOGSLOW_OUTPUT = os.environ.get("SLOWSITE_OUTPUT", "reports")
DOGSLOW_MAX_REPORTS = 1000
DOGSLOW_REPEAT = False

globals().update(json.loads(os.environ.get("SLOWSITE_SETTINGS", "{}")))
