"""Ways to be slow by waiting for something, without the GIL or for it."""

import asyncio
import concurrent.futures
import contextvars
import fcntl
import os
import queue
import select
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request

from .cases import SECONDS, slow

# What /hold/NAME/ holds for another request to wait for.
HOLDS = {"lock": threading.Lock(), "rlock": threading.RLock(), "flock": threading.Lock()}
HELD = {name: threading.Event() for name in HOLDS}
HELD_FOR = SECONDS + 1
_flock_path = tempfile.mkstemp(prefix="slowsite-flock-")[1]


def hold(name: str) -> None:
    with HOLDS[name], open(_flock_path, "wb") as file:
        if name == "flock":
            fcntl.flock(file, fcntl.LOCK_EX)
        HELD[name].set()
        time.sleep(HELD_FOR)  # slow: hold
    HELD[name].clear()


@slow("idle")
def time_sleep() -> None:
    time.sleep(SECONDS)  # slow: time_sleep


@slow("idle", held="lock")
def lock_of_another_request() -> None:
    HOLDS["lock"].acquire()  # slow: lock_of_another_request
    HOLDS["lock"].release()


@slow("idle", held="rlock")
def rlock_of_another_request() -> None:
    with HOLDS["rlock"]:  # slow: rlock_of_another_request
        pass


@slow("idle", held="flock")
def file_lock() -> None:
    with open(_flock_path, "wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # slow: file_lock


@slow("idle", innermost="Condition.wait")
def event_wait() -> None:
    threading.Event().wait(SECONDS)  # slow: event_wait


@slow("idle", innermost="Condition.wait")
def condition_wait() -> None:
    condition = threading.Condition()
    with condition:
        condition.wait(SECONDS)  # slow: condition_wait


@slow("idle", innermost="Condition.wait")
def semaphore() -> None:
    threading.Semaphore(0).acquire(timeout=SECONDS)  # slow: semaphore


@slow("idle", innermost="Condition.wait")
def queue_get() -> None:
    try:
        queue.Queue[int]().get(timeout=SECONDS)  # slow: queue_get
    except queue.Empty:
        pass


@slow("idle")
def simple_queue_get() -> None:
    try:
        queue.SimpleQueue[int]().get(timeout=SECONDS)  # slow: simple_queue_get
    except queue.Empty:
        pass


@slow("idle")
def socket_receive() -> None:
    mine, silent = socket.socketpair()
    with mine, silent:
        mine.settimeout(SECONDS)
        try:
            mine.recv(1)  # slow: socket_receive
        except TimeoutError:
            pass


@slow("idle")
def select_on_a_socket() -> None:
    mine, silent = socket.socketpair()
    with mine, silent:
        select.select([mine], [], [], SECONDS)  # slow: select_on_a_socket


@slow("idle")
def poll_a_socket() -> None:
    mine, silent = socket.socketpair()
    with mine, silent:
        poll = select.poll()
        poll.register(mine, select.POLLIN)
        poll.poll(SECONDS * 1000)  # slow: poll_a_socket


@slow("idle", innermost="SocketIO.readinto")
def silent_web_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        try:
            urllib.request.urlopen(url, timeout=SECONDS)  # slow: silent_web_server
        except OSError:
            pass


@slow("idle", innermost="Popen._try_wait")
def child_process() -> None:
    subprocess.run(["sleep", str(SECONDS)], check=True)  # slow: child_process


@slow("idle")
def wait_for_pid() -> None:
    pid = os.posix_spawnp("sleep", ["sleep", str(SECONDS)], os.environ)
    os.waitpid(pid, 0)  # slow: wait_for_pid


@slow("idle")
def pipe_read() -> None:
    reader, writer = os.pipe()
    threading.Timer(SECONDS, os.write, (writer, b"x")).start()
    os.read(reader, 1)  # slow: pipe_read
    os.close(reader)
    os.close(writer)


@slow("idle", innermost="Condition.wait")
def future_result() -> None:
    with concurrent.futures.ThreadPoolExecutor() as pool:
        pool.submit(time.sleep, SECONDS).result()  # slow: future_result


@slow("idle", innermost="*")
def thread_join() -> None:
    helper = threading.Thread(target=time.sleep, args=(SECONDS,))
    helper.start()
    helper.join()  # slow: thread_join


@slow("idle", innermost="EpollSelector.select")
def loop_of_its_own() -> None:
    async def wait() -> None:
        await asyncio.sleep(SECONDS)

    asyncio.run(wait())  # slow: loop_of_its_own


@slow("idle")
def context_run() -> None:
    contextvars.copy_context().run(time.sleep, SECONDS)  # slow: context_run


@slow("starved", then="c_library_sleeps")
def gil_after_a_sleep() -> None:
    time.sleep(0.3)  # slow: gil_after_a_sleep


@slow("starved", then="c_library_sleeps")
def gil_in_a_loop() -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:  # slow: gil_in_a_loop +1
        pass


@slow("starved", then="c_library_sleeps")
def gil_after_a_read() -> None:
    mine, silent = socket.socketpair()
    with mine, silent:
        mine.settimeout(0.3)
        try:
            mine.recv(1)  # slow: gil_after_a_read
        except TimeoutError:
            pass


@slow("idle", main=True)
def signal_handler() -> None:
    def handle(number: int, frame: object) -> None:
        time.sleep(SECONDS)  # slow: signal_handler

    before = signal.signal(signal.SIGALRM, handle)
    try:
        signal.raise_signal(signal.SIGALRM)
    finally:
        signal.signal(signal.SIGALRM, before)
