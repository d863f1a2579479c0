"""Views that are slow in the ways in which views are slow."""

import re
import threading
import time
import urllib.error
import urllib.request

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

# Looks harmless, and takes twice as long for each further letter of an address that is wrong.
ADDRESS = re.compile(r"([a-z0-9]+[.-]?)+@example\.com")

REVENUE = """
    WITH RECURSIVE sale(day, cents) AS (
        SELECT 1, 100
        UNION ALL
        SELECT day + 1, (cents * 31 + day) % 9973 FROM sale WHERE day < %s
    )
    SELECT sum(cents) FROM sale
"""

stock_lock = threading.Lock()


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Welcome to the shop.")


def newsletter(request: HttpRequest) -> HttpResponse:
    """Waits between two mails, as somebody once thought that the mail server would like."""
    send_slowly(["ann@example.com"])
    return HttpResponse("sent")


def send_slowly(addresses: list[str]) -> None:
    for _ in addresses:
        time.sleep(3)


def signup(request: HttpRequest) -> HttpResponse:
    """Checks an address, and holds the GIL while it does: the whole process stands still."""
    valid = is_address(request.GET["address"])
    return HttpResponse("welcome" if valid else "no such address")


def is_address(text: str) -> bool:
    return ADDRESS.fullmatch(text) is not None


def count_stock(request: HttpRequest) -> HttpResponse:
    """Has the lock of the stock for long."""
    with stock_lock:
        time.sleep(4)
    return HttpResponse("counted")


def reserve(request: HttpRequest, article: int) -> HttpResponse:
    """Waits for the lock while another request counts."""
    with stock_lock:
        return HttpResponse(f"reserved article {article}")


def revenue(request: HttpRequest) -> HttpResponse:
    """Asks the database for a lot."""
    with connection.cursor() as cursor:
        cursor.execute(REVENUE, [int(request.GET["days"])])
        (cents,) = cursor.fetchone()
    return HttpResponse(f"{cents / 100:.2f}")


def price(request: HttpRequest, currency: str) -> HttpResponse:
    """Asks a bank, which does not answer."""
    try:
        rate = float(exchange_rate(currency))
    except (urllib.error.URLError, TimeoutError):
        return HttpResponse("ask again later", status=503)
    return HttpResponse(f"{10 * rate:.2f} {currency}")


def exchange_rate(currency: str) -> bytes:
    with urllib.request.urlopen(f"{settings.BANK_URL}?to={currency}", timeout=3) as answer:
        return answer.read()
