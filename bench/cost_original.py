"""Child, with the original's own Python: the cost of a request, with requests in flight.

Options: rounds, in_flight. Answer: as cost_ours.py's. In flight means what its middleware leaves
of a request that is being served: a timer that is started and not yet cancelled.
"""

import children
import original
from calls import NoOp, Request, Subject, begin, interleave, view

# It goes through all that is in flight with each request: so many less calls are enough.
MOST_CALLS, LEAST_CALLS, WORK = 500, 15, 100_000


def main() -> None:
    options = children.options()
    guard = original.middleware(DOGSLOW_TIMER=3600)(view)
    answer = {}
    requests: list[Request] = []
    for level in options["in_flight"]:
        while len(requests) < level:
            requests.append(Request())
            guard.process_request(requests[-1])
        subjects = [Subject("direct", view), Subject("no-op", NoOp(view))]
        subjects.append(Subject("original", guard))
        calls = max(LEAST_CALLS, min(MOST_CALLS, WORK // (level + 1)))
        begin(subjects, calls)
        for turn in range(options["rounds"]):
            interleave(subjects, calls, turn)
        answer[level] = {s.name: s.ns for s in subjects}
    children.answer(answer)


main()
