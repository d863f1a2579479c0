import asyncio
import gc
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("django")

import site_urls
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpResponse
from django.test import AsyncClient, Client, override_settings
from django.test.utils import setup_test_environment, teardown_test_environment

import dogslow
from dogslow import configuration


def respond(request: object) -> HttpResponse:
    return HttpResponse("served")


@pytest.fixture(autouse=True)
def views() -> Iterator[None]:
    site_urls.release.clear()
    yield
    site_urls.release.set()


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the core is configured with from now on, instead of configuring it."""
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr("dogslow._core.configure", lambda **settings: calls.append(settings))
    return calls


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, object, object]]:
    """In place of the core's watches of tasks: what was armed and disarmed, in order."""
    seen: list[tuple[str, object, object]] = []

    def arm(request: Any) -> int:
        seen.append(("arm", request.get_full_path(), None))
        return id(request)

    def disarm(watch: int, response: object, exception: BaseException | None) -> None:
        seen.append(("disarm", response, exception))

    monkeypatch.setattr("dogslow._core.arm", arm)
    monkeypatch.setattr("dogslow._core.disarm", disarm)
    return seen


def refused() -> str:
    with pytest.raises(MiddlewareNotUsed) as raised:
        dogslow.WatchdogMiddleware(respond)
    return str(raised.value)


@pytest.mark.usefixtures("forced")
def test_a_synchronous_stack_gets_the_guard_in_c() -> None:
    from dogslow import _core

    assert type(dogslow.WatchdogMiddleware(respond)) is _core.Guard


@pytest.mark.usefixtures("forced")
def test_a_slow_request_is_reported_while_it_lasts_and_served(
    tmp_path: Path, eventually: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    got: list[bytes] = []
    with override_settings(
        DOGSLOW_TIMER=0.05, DOGSLOW_TIMERS={"quick": None}, DOGSLOW_OUTPUT=tmp_path
    ):
        client = Client()
        assert client.get("/quick").content == b"quick"
        thread = threading.Thread(target=lambda: got.append(client.get("/slow").content))
        thread.start()
        files = eventually(lambda: list(tmp_path.glob("slow_request_*.log")))
        eventually(lambda: [r for r in caplog.records if hasattr(r, "dogslow_path")])
        assert got == []
        site_urls.release.set()
        thread.join()
        eventually(lambda: "\nFinished at: " in files[0].read_text())
    assert got == [b"slow"]
    assert len(files) == 1
    assert files[0].read_text().startswith("Undead request intercepted at: ")
    assert files[0].with_suffix(".jsonl").exists()
    records = [r for r in caplog.records if hasattr(r, "dogslow_path")]
    assert [r.dogslow_path for r in records] == [str(files[0])]


@pytest.mark.usefixtures("forced")
def test_the_view_of_a_synchronous_stack_may_raise() -> None:
    response = Client(raise_request_exception=False).get("/broken")
    assert response.status_code == 500


def test_turned_off_it_is_not_used_and_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, said: Callable[[], list[str]]
) -> None:
    monkeypatch.setenv("DOGSLOW_FORCE", "1")
    with override_settings(DOGSLOW=False):
        assert refused() == "DOGSLOW is False"
    monkeypatch.setenv("DOGSLOW_DISABLE", "1")
    assert refused() == "DOGSLOW_DISABLE is set"
    assert said() == []


def test_disabled_the_site_is_served_and_the_c_module_never_loaded(
    python: Callable[..., str],
) -> None:
    code = """
import sys
from django.conf import settings
settings.configure(SECRET_KEY="x", ALLOWED_HOSTS=["*"], ROOT_URLCONF="site_urls",
                   MIDDLEWARE=["dogslow.WatchdogMiddleware"], INSTALLED_APPS=["dogslow"])
import django
django.setup()
from django.core.checks import run_checks
from django.test import Client
print(Client().get("/quick").content, [m.id for m in run_checks()], "dogslow._core" in sys.modules)
"""
    assert python(code, DOGSLOW_DISABLE="1").strip() == "b'quick' [] False"
    assert python(code, DOGSLOW_FORCE="1").strip() == "b'quick' [] True"


def test_without_an_installed_app_the_middleware_alone_works(python: Callable[..., str]) -> None:
    code = """
from django.conf import settings
settings.configure(SECRET_KEY="x", ALLOWED_HOSTS=["*"], ROOT_URLCONF="site_urls",
                   MIDDLEWARE=["dogslow.WatchdogMiddleware"], DOGSLOW_TIMMER=5)
import django
django.setup()
from django.test import Client
print(Client().get("/quick").content)
"""
    output = python(code, DOGSLOW_FORCE="1").strip().splitlines()
    assert sorted(output) == [
        "DOGSLOW_TIMMER is no setting of dogslow's. Did you mean DOGSLOW_TIMER?",
        "b'quick'",
    ]


@pytest.mark.usefixtures("forced")
def test_an_interpreter_that_is_refused_is_one_line_and_the_site_is_served(
    monkeypatch: pytest.MonkeyPatch, said: Callable[[], list[str]]
) -> None:
    monkeypatch.setattr("dogslow._core.refusal", "the layout of a frame is not what it should be")
    assert "layout of a frame" in refused()
    for _ in range(2):
        assert Client().get("/quick").content == b"quick"
    assert said() == [
        "This process is not watched: the layout of a frame is not what it should be."
    ]


@pytest.mark.usefixtures("forced")
def test_a_c_module_that_cannot_be_loaded_is_one_line_and_the_site_is_served(
    monkeypatch: pytest.MonkeyPatch, said: Callable[[], list[str]]
) -> None:
    monkeypatch.delattr("dogslow._core")
    monkeypatch.setitem(sys.modules, "dogslow._core", None)  # type: ignore[arg-type]
    for _ in range(2):
        assert Client().get("/quick").content == b"quick"
    assert len(said()) == 1
    assert said()[0].startswith("This process is not watched: dogslow's C module cannot be loaded")


@pytest.mark.usefixtures("forced")
@pytest.mark.parametrize("broken", ["_core.configure", "origin.library_dirs", "_core.Guard"])
def test_whatever_fails_in_our_set_up_is_one_line_and_the_site_is_served(
    broken: str, monkeypatch: pytest.MonkeyPatch, said: Callable[[], list[str]]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("our own\nfault")

    monkeypatch.setattr(f"dogslow.{broken}", fail)
    for _ in range(2):
        assert Client().get("/quick").content == b"quick"
    assert said() == [
        "This process is not watched, dogslow failed to start: RuntimeError: our own\\nfault"
    ]


@pytest.mark.usefixtures("forced", "configured")
def test_what_is_wrong_with_the_settings_is_one_line_each(said: Callable[[], list[str]]) -> None:
    with override_settings(
        DOGSLOW_TIMER="soon", DOGSLOW_TIMEOUT=5, DOGSLOW_LOOKS=5, DOGSLOW_EMAIL_TO="a@b.c"
    ):
        for _ in range(2):
            dogslow.WatchdogMiddleware(respond)
    starts = sorted(line.partition(" ")[0] for line in said())
    assert starts == ["DOGSLOW_LOOKS", "DOGSLOW_TIMEOUT", "DOGSLOW_TIMER", "No"]


@pytest.mark.usefixtures("forced")
def test_the_core_is_given_the_settings(tmp_path: Path, configured: list[dict[str, Any]]) -> None:
    with override_settings(
        DOGSLOW_TIMER="3",
        DOGSLOW_TIMERS={"quick": 1, "slow": None},
        DOGSLOW_IGNORE_URLS=["broken"],
        DOGSLOW_OUTPUT=tmp_path,
        DOGSLOW_STDERR=True,
        DOGSLOW_REPEAT=False,
        DOGSLOW_MAX_REPORTS=7,
        BASE_DIR=tmp_path,
        SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
        USE_X_FORWARDED_HOST=True,
    ):
        configured.clear()
        dogslow.WatchdogMiddleware(respond)
    given = configured[0]
    assert Path(threading.__file__).parent in map(Path, given.pop("library_dirs"))
    assert given.pop("deliver") is not None
    assert given == {
        "timer": 3.0,
        "timers": {"quick": 1.0, "slow": None},
        "ignore": ("broken",),
        "output": str(tmp_path),
        "stderr": True,
        "repeat": False,
        "max_reports": 7,
        "deliver_reports": True,
        "forced": True,
        "base_dirs": (str(tmp_path),),
        "secure_proxy_header": ("HTTP_X_FORWARDED_PROTO", "https"),
        "use_x_forwarded_host": True,
        "use_x_forwarded_port": False,
    }


@pytest.mark.usefixtures("forced")
def test_a_header_that_no_request_can_have_is_left_out_and_the_process_is_watched() -> None:
    with override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X", "ht\ud800")):
        assert dogslow.WatchdogMiddleware(respond)


@pytest.mark.usefixtures("forced")
def test_a_setting_that_changes_is_followed(configured: list[dict[str, Any]]) -> None:
    dogslow.WatchdogMiddleware(respond)
    with override_settings(DOGSLOW_TIMER=7):
        assert configured[-1]["timer"] == 7.0
        with override_settings(DOGSLOW=False):
            assert dogslow.stats()["is_paused"] is True
            assert configured[-1]["output"] is None
            assert configured[-1]["deliver"] is None
        assert dogslow.stats()["is_paused"] is False
    assert {given["max_reports"] for given in configured} == {20}
    assert configured[-1]["timer"] == 25.0
    seen = len(configured)
    with override_settings(LANGUAGE_CODE="nl"):
        assert len(configured) == seen


@pytest.mark.usefixtures("forced", "configured")
def test_a_pause_of_the_projects_and_a_silence_of_ours_do_not_end_each_other() -> None:
    dogslow.WatchdogMiddleware(respond)
    try:
        with override_settings(DOGSLOW=False):
            dogslow.pause()
            dogslow.resume()
            assert dogslow.stats()["is_paused"] is True
            dogslow.pause()
        assert dogslow.stats()["is_paused"] is True
    finally:
        dogslow.resume()
    assert dogslow.stats()["is_paused"] is False


@pytest.mark.usefixtures("forced")
def test_settings_that_change_in_many_threads_end_at_the_last(
    configured: list[dict[str, Any]],
) -> None:
    dogslow.WatchdogMiddleware(respond)
    threads = [threading.Thread(target=configuration.apply) for _ in range(8)]
    with override_settings(DOGSLOW_TIMER=7):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert {given["timer"] for given in configured[-8:]} == {7.0}


def test_without_a_logger_and_mail_the_cores_own_troubles_are_log_lines_still(
    forced: None,
    tmp_path: Path,
    eventually: Callable[[Callable[[], object]], object],
    said: Callable[[], list[str]],
) -> None:
    (tmp_path / "no-folder").write_text("a file stands in the way")
    with override_settings(
        DOGSLOW_LOGGER=None, DOGSLOW_TIMER=0.05, DOGSLOW_OUTPUT=tmp_path / "no-folder" / "reports"
    ):
        guard = dogslow.WatchdogMiddleware(lambda request: eventually(said))
        guard(object())
    (line,) = said()
    assert "cannot write a report in" in line and "no-folder" in line


def test_in_a_test_it_is_not_used(said: Callable[[], list[str]]) -> None:
    assert "PYTEST_CURRENT_TEST" in refused()
    assert Client().get("/quick").content == b"quick"
    assert said() == []


def test_an_application_that_was_built_before_the_tests_began_falls_silent_with_the_next(
    monkeypatch: pytest.MonkeyPatch, configured: list[dict[str, Any]]
) -> None:
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    dogslow.WatchdogMiddleware(respond)
    assert configured[-1]["max_reports"] == 20
    setup_test_environment()
    try:
        assert "setup_test_environment()" in refused()
        assert configured[-1]["output"] is None
        assert dogslow.stats()["is_paused"] is True
        assert configured[-1]["output"] is None
    finally:
        teardown_test_environment()


@pytest.mark.usefixtures("forced")
def test_an_asynchronous_stack_awaits_the_response(watched: list[Any]) -> None:
    site_urls.release.set()
    response = asyncio.run(AsyncClient().get("/slow-async"))
    assert response.content == b"slow"
    assert [what for what, *_ in watched] == ["arm", "disarm"]
    assert watched[0][1] == "/slow-async"
    assert watched[1][1].content == b"slow"
    assert watched[1][2] is None


@pytest.mark.usefixtures("forced")
def test_a_slow_asynchronous_request_is_reported_while_it_lasts(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def ask() -> HttpResponse:
        asked = asyncio.ensure_future(AsyncClient().get("/slow-async"))
        async with asyncio.timeout(30):
            while not list(tmp_path.glob("slow_request_*.log")):
                await asyncio.sleep(0.01)
        assert not asked.done()
        site_urls.release.set()
        return await asked

    with override_settings(DOGSLOW_TIMER=0.05, DOGSLOW_OUTPUT=tmp_path):
        assert asyncio.run(ask()).content == b"slow"


@pytest.mark.usefixtures("forced")
def test_each_of_many_asynchronous_requests_is_told_of_its_own_exception(
    watched: list[Any],
) -> None:
    async def ask(number: int) -> int:
        client = AsyncClient(raise_request_exception=False)
        return (await client.get(f"/broken-async?say={number}")).status_code

    async def ask_all() -> list[int]:
        return await asyncio.gather(*map(ask, range(20)))

    assert asyncio.run(ask_all()) == [500] * 20
    told = [(response.status_code, str(error)) for what, response, error in watched if error]
    assert sorted(told) == sorted((500, str(number)) for number in range(20))


@pytest.mark.usefixtures("forced")
def test_an_asynchronous_request_that_is_cancelled_is_disarmed(watched: list[Any]) -> None:
    async def ask() -> None:
        guard = dogslow.WatchdogMiddleware(site_urls.slow_async)
        from django.test import AsyncRequestFactory

        task = asyncio.ensure_future(guard(AsyncRequestFactory().get("/gone")))  # type: ignore[arg-type]
        while not watched:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(ask())
    assert [what for what, *_ in watched] == ["arm", "disarm"]
    assert isinstance(watched[1][2], asyncio.CancelledError)


@pytest.mark.usefixtures("forced")
def test_an_asynchronous_request_leaves_nothing_of_the_view_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dogslow._core.arm", lambda request: 1)
    monkeypatch.setattr("dogslow._core.disarm", lambda *_: None)
    gone: list[weakref.ref[BaseException]] = []

    class KeptByNobody(Exception):
        pass

    async def view(request: object) -> HttpResponse:
        error = KeptByNobody()
        gone.append(weakref.ref(error))
        guard.process_exception(request, error)
        return HttpResponse()

    guard: Any = dogslow.WatchdogMiddleware(view)

    async def ask() -> None:
        await guard(object())
        gc.collect()
        assert gone[0]() is None

    asyncio.run(ask())


@pytest.mark.usefixtures("forced")
def test_nothing_is_set_on_the_request(watched: list[Any]) -> None:
    class Request:
        __slots__ = ()

        def get_full_path(self) -> str:
            return "/"

    async def view(request: object) -> HttpResponse:
        return HttpResponse("served")

    guard: Any = dogslow.WatchdogMiddleware(view)
    assert asyncio.run(guard(Request())).content == b"served"
    assert len(watched) == 2
