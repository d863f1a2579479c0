"""How much is measured: enough for a figure, or just enough to see that the bench works."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    # Cost of a request: rounds that interleave the subjects, calls of each in a round.
    cost_rounds: int = 150
    cost_calls: int = 10_000
    in_flight: tuple[int, ...] = (0, 1, 100, 10_000, 100_000)
    original_rounds: int = 7
    original_in_flight: tuple[int, ...] = (0, 1, 100, 10_000)
    # Lateness: requests of each kind, and the deadline of each.
    late_requests: int = 400
    late_requests_held: int = 200
    late_timer_s: float = 0.02
    # The original knows whole seconds only.
    original_late_requests: int = 3
    # Reading a stack.
    capture_frames: tuple[int, ...] = (10, 30, 60, 1_000)
    capture_rounds: int = 60
    capture_reads: int = 20
    # Memory.
    armed: int = 100_000
    requests: int = 1_000_000
    reports: int = 10_000
    report_batch: int = 250
    # A real server: turns of each, without a middleware, with one that does nothing, with dogslow.
    turns: int = 40
    turn_s: float = 0.4


FULL = Scale()
QUICK = Scale(
    cost_rounds=3,
    cost_calls=200,
    in_flight=(0, 1, 100),
    original_rounds=2,
    original_in_flight=(0, 1),
    late_requests=8,
    late_requests_held=4,
    original_late_requests=0,
    capture_frames=(10, 30, 60),
    capture_rounds=2,
    capture_reads=5,
    armed=2_000,
    requests=2_000,
    reports=20,
    report_batch=10,
    turns=2,
    turn_s=0.1,
)
