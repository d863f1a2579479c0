"""A module, a class and a function with names that are not ASCII."""

import time

from .cases import SECONDS, Case, add


class Straße:
    def läuft_不(self) -> None:
        日本 = SECONDS
        time.sleep(日本)  # slow: non_ascii


add(Case("non_ascii", "idle", Straße().läuft_不))
