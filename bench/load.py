"""Child: asks servers as fast as they answer.

Reads a line of JSON at a time: port, seconds, connections. Answers each with requests and seconds.
Each connection has one request under way and is kept open.
"""

import json
import select
import socket
import sys
import time

REQUEST = b"GET / HTTP/1.1\r\nHost: bench\r\n\r\n"
BODY = b"\r\n\r\nserved"


def turn(port: int, seconds: float, connections: int) -> dict[str, float]:
    sockets = {}
    poll = select.epoll()
    for _ in range(connections):
        connection = socket.create_connection(("127.0.0.1", port), timeout=10)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sockets[connection.fileno()] = connection
        poll.register(connection.fileno(), select.EPOLLIN)
        connection.sendall(REQUEST)
    received = dict.fromkeys(sockets, b"")
    done = 0
    start = time.monotonic()
    end = start + seconds
    now = start
    while now < end:
        ready = poll.poll(10)
        if not ready:
            raise SystemExit("no answer in 10 s")
        for fd, _ in ready:
            data = received[fd] + sockets[fd].recv(65536)
            if data == received[fd]:
                raise SystemExit("the server closed the connection")
            if data.endswith(BODY):
                done += 1
                data = b""
                sockets[fd].sendall(REQUEST)
            received[fd] = data
        now = time.monotonic()
    for connection in sockets.values():
        connection.close()
    poll.close()
    return {"requests": done, "seconds": now - start}


for line in sys.stdin:
    print(json.dumps(turn(**json.loads(line))), flush=True)
