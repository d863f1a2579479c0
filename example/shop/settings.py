"""A small shop. All that it needs for dogslow is the first line of MIDDLEWARE."""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = "only for the example"
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "shop.urls"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}

MIDDLEWARE = [
    "dogslow.WatchdogMiddleware",
    "django.middleware.common.CommonMiddleware",
]

# Report what takes longer than a second; a real site would leave it at 25.
DOGSLOW_TIMER = os.environ.get("SHOP_TIMER", "1")
DOGSLOW_OUTPUT = os.environ.get("SHOP_REPORTS", "/tmp/shop-reports")

# Who tells the rates of exchange.
BANK_URL = os.environ.get("SHOP_BANK_URL", "http://127.0.0.1:9/")
