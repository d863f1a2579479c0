"""What the core reads of a request from memory is what Django itself answers."""

import functools
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("django")
core: Any = pytest.importorskip("dogslow._core")

from django.db import models  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.test import AsyncRequestFactory, RequestFactory, override_settings  # noqa: E402
from django.urls import include, path, re_path, register_converter, resolve  # noqa: E402
from django.utils.decorators import method_decorator  # noqa: E402
from django.utils.functional import SimpleLazyObject  # noqa: E402
from django.views import View  # noqa: E402
from django.views.decorators.cache import never_cache  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402

if getattr(core, "refusal", None) is not None:
    pytest.skip("the core refuses this interpreter", allow_module_level=True)

HIDDEN = "*" * 20
RULES: dict[str, Any] = {
    "secure_proxy_header": None,
    "use_x_forwarded_host": False,
    "use_x_forwarded_port": False,
}


def marked(view: Any, **marks: Any) -> Any:
    for name, value in marks.items():
        setattr(view, name, value)
    return view


def page(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    return HttpResponse("ok")


def timed(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def ignored(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


marked(timed, _dogslow_timer=2.5)
marked(ignored, _dogslow_ignore=True)


class Page(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok")


class TimedPage(View):
    _dogslow_timer = 7


class TimedChild(TimedPage):
    pass


@method_decorator(lambda view: marked(view, _dogslow_timer=8.0), name="dispatch")
class DispatchTimed(View):
    pass


class ViewSet:
    """As those of Django REST framework: the class is in `cls`."""

    _dogslow_ignore = True

    @classmethod
    def as_view(cls) -> Any:
        def view(request: HttpRequest) -> HttpResponse:
            return HttpResponse("ok")

        return marked(view, cls=cls)


class CallableView:
    def __call__(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok")

    def method(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok")

    method._dogslow_timer = 3.0  # type: ignore[attr-defined]


class Number:
    def __init__(self, text: str) -> None:
        self.text = text


class NumberConverter:
    regex = "[0-9]+"

    def to_python(self, value: str) -> Number:
        return Number(value)

    def to_url(self, value: Number) -> str:
        return value.text


class HashConverter:
    regex = "[A-Z]+"

    def to_python(self, value: str) -> int:
        return 5

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(NumberConverter, "number")
register_converter(HashConverter, "hash")

urlpatterns = [
    path("plain/", page),
    path("named/<int:pk>/<slug:slug>/", page, name="named"),
    path("extra/", page, {"kind": "x", "flag": True, "none": None}, name="extra"),
    path("reset/<uidb64>/<token>/", page, name="reset"),
    path("files/<path:secret_path>", page),
    path("by/<uuid:key>/at/<int:page>/", page),
    path("own/<number:api_token>/edit/", page),
    re_path(r"^old/(?P<password>\w+)-(?P<year>\d+)/$", page, name="old"),
    re_path(r"^maybe/(?:(?P<token>\w+)/)?end/$", page),
    path("outer/<str:token>/", include([path("x/", page), path("<int:n>/", page)])),
    path("outer/<token>/re/", include([re_path(r"^(?P<n>\d+)/$", page)])),
    re_path(r"^regex/(?P<token>\w+)/", include([path("<slug:n>/", page)])),
    path("rest/<str:user>/<path:rest>", page),
    path("verify/<str:otp>/<str:design>/", page),
    path("again/<str:token>/<path:rest>", page),
    path("kept/<str:name>/", page, {"token": "extra"}),
    path("api/v5/<hash:token>/", page),
    path("v4/<int:password>/", page),
    path("u/<str:name>/f-<str:token>.html", page),
    path("timed/", timed, name="timed"),
    path("ignored/", ignored),
    path("wrapped/", csrf_exempt(never_cache(timed))),
    path("class/", Page.as_view(), name="class"),
    path("class/timed/", TimedChild.as_view()),
    path("class/dispatch/", DispatchTimed.as_view()),
    path("viewset/", ViewSet.as_view()),
    path("partial/", functools.partial(timed)),
    path("partial/own/", marked(functools.partial(timed), _dogslow_timer=9.0)),
    path("partial/partial/", functools.partial(functools.partial(ignored))),
    path("callable/", CallableView()),
    path("callable/marked/", marked(CallableView(), _dogslow_timer=4.0)),
    path("method/", CallableView().method),
]


def read(request: HttpRequest, **rules: Any) -> dict[str, Any]:
    result: dict[str, Any] = core._read_request(request, {**RULES, **rules})
    return result


def resolved(url: str, factory: Any = None) -> HttpRequest:
    request: HttpRequest = (factory or RequestFactory()).get(url)
    request.resolver_match = resolve(request.path_info, urlconf=__name__)
    return request


FACTORIES = [RequestFactory, AsyncRequestFactory]
PATHS = [
    "/",
    "/a/b/",
    "/caf%C3%A9/%E2%82%AC/%F0%9F%90%B6/",
    "/a%20b/%25/%2B+~!*'();=@&$,:/",
    "/%3Fq%23f%5B%5D%22%3C%3E%5C%5E%60%7B%7C%7D/",
    "//double//slash/",
    "/a/./b/../c/",
    "/a/../../b",
    "/%00%01%1f%7f%0a/",
    "/" + "x" * 1900,
]
QUERIES = [
    "",
    "page=2",
    "a=1&b=&c&&;=x;%zz=%",
    "q=caf%C3%A9+au+lait&r=%26%3D%23&s=a#b",
    "q=\u20ac'\"<>{}|\\^`[]@!$()*,",
    "q=" + "y" * 2000,
]


@pytest.mark.parametrize("factory", FACTORIES)
@pytest.mark.parametrize("url", PATHS)
@pytest.mark.parametrize("query", QUERIES)
def test_the_url_is_what_build_absolute_uri_gives(
    factory: Callable[[], Any], url: str, query: str
) -> None:
    request = factory().get(url)
    request.META["QUERY_STRING"] = query
    assert read(request)["url"] == request.build_absolute_uri()


HOSTS: list[dict[str, str]] = [
    {},
    {"SERVER_NAME": "example.com"},
    {"SERVER_NAME": "example.com", "SERVER_PORT": "8000"},
    {"SERVER_NAME": "example.com", "SERVER_PORT": "443"},
    {"HTTP_HOST": "example.com"},
    {"HTTP_HOST": "example.com:8080"},
    {"HTTP_HOST": "[::1]:8080"},
    {"HTTP_HOST": "example.com", "HTTP_X_FORWARDED_HOST": "front.example.com"},
    {"HTTP_X_FORWARDED_HOST": "front.example.com:81", "HTTP_X_FORWARDED_PORT": "82"},
    {"SERVER_NAME": "example.com", "HTTP_X_FORWARDED_PORT": "443"},
    {"SERVER_NAME": "example.com", "HTTP_X_FORWARDED_PROTO": "https"},
    {"SERVER_NAME": "example.com", "SERVER_PORT": "443", "HTTP_X_FORWARDED_PROTO": "https"},
    {"HTTP_HOST": "h", "HTTP_X_FORWARDED_PROTO": " https , http"},
    {"HTTP_HOST": "h", "HTTP_X_FORWARDED_PROTO": "http,https"},
    {"HTTP_HOST": "h", "HTTP_X_FORWARDED_PROTO": ""},
]


@pytest.mark.parametrize("factory", FACTORIES)
@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("secure", [False, True])
@pytest.mark.parametrize("proxy", [None, ("HTTP_X_FORWARDED_PROTO", "https")])
@pytest.mark.parametrize("forwarded_host", [False, True])
@pytest.mark.parametrize("forwarded_port", [False, True])
def test_scheme_host_and_port_follow_the_settings(
    factory: Callable[[], Any],
    host: dict[str, str],
    secure: bool,
    proxy: tuple[str, str] | None,
    forwarded_host: bool,
    forwarded_port: bool,
) -> None:
    request = factory().get("/x/", secure=secure)
    request.META.update(host)
    with override_settings(
        SECURE_PROXY_SSL_HEADER=proxy,
        USE_X_FORWARDED_HOST=forwarded_host,
        USE_X_FORWARDED_PORT=forwarded_port,
        ALLOWED_HOSTS=["*"],
    ):
        expected = request.build_absolute_uri()
    rules = {
        "secure_proxy_header": proxy,
        "use_x_forwarded_host": forwarded_host,
        "use_x_forwarded_port": forwarded_port,
    }
    assert read(request, **rules)["url"] == expected


def test_a_host_that_django_would_refuse_is_shown_and_its_password_is_not() -> None:
    request = RequestFactory().get("/x/")
    request.META["HTTP_HOST"] = "bob:hunter2@no host<>"
    assert read(request)["url"] == f"http://{HIDDEN}@no%20host%3C%3E/x/"


@pytest.mark.parametrize("factory", FACTORIES)
def test_the_script_name_is_a_part_of_the_path(factory: Callable[[], Any]) -> None:
    request = RequestFactory(SCRIPT_NAME="/mounted").get("/x/")
    assert read(request)["url"] == request.build_absolute_uri() == "http://testserver/mounted/x/"


@pytest.mark.parametrize("factory", FACTORIES)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS", "BREW"])
def test_the_method_is_read(factory: Callable[[], Any], method: str) -> None:
    assert read(factory().generic(method, "/"))["method"] == method


def test_a_request_among_hundreds_of_environment_variables_is_read() -> None:
    request = RequestFactory().get("/x/?page=2")
    environ = {f"VARIABLE_{i}": str(i) for i in range(900)} | request.META
    request.META = request.environ = environ
    assert read(request)["url"] == "http://testserver/x/?page=2"


def test_a_url_longer_than_a_report_wants_is_cut_and_says_so() -> None:
    request = RequestFactory().get("/" + "x" * 5000 + "/?a=1&b=" + "y" * 9000)
    url = read(request)["url"]
    assert url.startswith("http://testserver/xxx")
    assert url.endswith(f"...?a=1&b={HIDDEN}...")
    assert len(url) < 2200


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("q=" + "w" * 4096 + "&page=2", "q=" + "w" * 4096 + "&page=2"),
        ("page=7&q=" + "w" * 4097 + "&r=1", f"page=7&q={HIDDEN}&r=1"),
        ("page=7&q=" + "w" * 9000 + "&r=1", f"page=7&q={HIDDEN}..."),
        ("page=7&" + "w" * 9000, "page=7&..."),
        ("w" * 9000, "..."),
        ("&".join("a=1" for _ in range(3000)), "a=1&" * 2048 + "..."),
        ("&".join("pwd=1" for _ in range(600)), None),
    ],
)
def test_a_value_too_long_to_be_judged_is_hidden_and_a_cut_query_says_so(
    query: str, shown: str | None
) -> None:
    request = RequestFactory().get("/s/")
    request.META["QUERY_STRING"] = query
    url = read(request)["url"]
    if shown is None:
        assert url.endswith("...")
        assert len(url) < 8300
    else:
        assert url == "http://testserver/s/?" + shown


def test_a_long_path_in_another_script_is_bounded() -> None:
    request = RequestFactory().get("/x/")
    request.path = "/" + "\U0001f436" * 5000
    assert len(read(request)["url"]) <= 16384


def test_secrets_of_the_query_are_hidden() -> None:
    request = RequestFactory().get("/x/?page=2&api_token=CANARY&q=4111111111111111;pwd=CANARY")
    assert read(request)["url"] == (
        f"http://testserver/x/?page=2&api_token={HIDDEN}&q={HIDDEN};pwd={HIDDEN}"
    )


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("/reset/MQ/set-CANARY/", f"/reset/MQ/{HIDDEN}/"),
        ("/reset/reset/reset/", f"/reset/reset/{HIDDEN}/"),
        ("/files/a/CANARY/c.txt", f"/files/{HIDDEN}"),
        ("/by/0af76519-16cd-43dd-8448-eb211c80319c/at/3/", f"/by/{HIDDEN}/at/3/"),
        ("/own/77701/edit/", f"/own/{HIDDEN}/edit/"),
        ("/old/CANARY-2020/", f"/old/{HIDDEN}-2020/"),
        ("/maybe/end/", "/maybe/end/"),
        ("/maybe/CANARY/end/", f"/maybe/{HIDDEN}/end/"),
        ("/named/5/words/", "/named/5/words/"),
        ("/outer/CANARY/x/", f"/outer/{HIDDEN}/x/"),
        ("/outer/CANARY/5/", f"/outer/{HIDDEN}/5/"),
        ("/outer/CANARY/re/5/", f"/outer/{HIDDEN}/re/{HIDDEN}/"),
        ("/regex/CANARY/words/", f"/{HIDDEN}/{HIDDEN}/{HIDDEN}/"),
        ("/kept/joe/", "/kept/joe/"),
        ("/verify/CANARY/chair/", f"/verify/{HIDDEN}/chair/"),
        ("/api/v5/CANARY/", f"/api/v5/{HIDDEN}/"),
        ("/v4/00123/", f"/v4/{HIDDEN}/"),
        ("/u/abc/f-abc.html", f"/u/abc/f-{HIDDEN}.html"),
    ],
)
@pytest.mark.parametrize("factory", FACTORIES)
def test_path_segments_that_the_pattern_calls_secret_are_hidden(
    factory: Callable[[], Any], url: str, shown: str
) -> None:
    result = read(resolved(url, factory()))
    assert result["url"] == "http://testserver" + shown
    assert "CANARY" not in str(result)


def test_a_route_too_long_to_be_read_hides_all_of_a_path_with_a_secret() -> None:
    request = resolved("/outer/CANARY/x/")
    assert request.resolver_match is not None
    request.resolver_match.route = "x" * 2000 + "<token>/x/"
    assert read(request)["url"] == f"http://testserver/{HIDDEN}/{HIDDEN}/{HIDDEN}/"


def test_secrets_are_hidden_in_a_path_that_is_not_resolved() -> None:
    url = "/x/AKIAIOSFODNN7EXAMPLE/;jsessionid=CANARY/y"
    request = RequestFactory().get(url)
    assert read(request)["url"] == f"http://testserver/x/{HIDDEN}/;jsessionid={HIDDEN}/y".replace(
        "jsessionid=", "jsessionid%3D"
    ).replace("/;", "/%3B")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (
            "/reset/MQ/c8k2x1-5f4dcc3b5aa765d61d8327deb882cf99/",
            f"/reset/MQ/{HIDDEN}/",
        ),
        ("/blog/2024/the-iphone15pro-in-2024/", "/blog/2024/the-iphone15pro-in-2024/"),
        (
            "/by/0af76519-16cd-43dd-8448-eb211c80319c/at/3/",
            "/by/0af76519-16cd-43dd-8448-eb211c80319c/at/3/",
        ),
    ],
)
def test_what_looks_like_a_token_is_hidden_while_no_url_is_resolved(url: str, shown: str) -> None:
    assert read(RequestFactory().get(url))["url"] == "http://testserver" + shown


def test_what_looks_like_a_token_is_shown_when_the_route_does_not_call_it_secret() -> None:
    request = resolved("/named/5/5f4dcc3b5aa765d61d8327deb882cf99/")
    assert read(request)["url"].endswith("/named/5/5f4dcc3b5aa765d61d8327deb882cf99/")


def test_a_secret_of_the_path_is_hidden_in_the_query_too() -> None:
    request = resolved("/reset/MQ/CANARY-1/?next=%2Freset%2FMQ%2FCANARY-1%2F&page=2")
    assert read(request)["url"] == (f"http://testserver/reset/MQ/{HIDDEN}/?next={HIDDEN}&page=2")


def test_an_argument_that_holds_a_query_is_searched_as_the_query_is() -> None:
    result = read(resolved("/rest/joe/t/%3Ftoken=CANARY"))
    assert "CANARY" not in str(result)
    assert result["view_kwargs"] == {"user": "'joe'", "rest": HIDDEN}


def test_a_secret_argument_is_hidden_where_another_argument_repeats_it() -> None:
    result = read(resolved("/again/CANARY/a/CANARY/b"))
    assert result["url"] == f"http://testserver/again/{HIDDEN}/a/{HIDDEN}/b"
    assert result["view_kwargs"] == {"token": HIDDEN, "rest": HIDDEN}


def test_route_view_and_arguments_are_the_resolvers() -> None:
    request = resolved("/named/5/some-words/")
    assert request.resolver_match is not None
    result = read(request)
    assert result["route"] == request.resolver_match.route == "named/<int:pk>/<slug:slug>/"
    assert result["view"] == "named"
    assert result["view_kwargs"] == {"pk": "5", "slug": "'some-words'"}
    assert result["label"] is None


def test_before_resolution_route_view_and_arguments_are_unknown() -> None:
    result = read(RequestFactory().get("/x/"))
    assert (result["route"], result["view"], result["view_kwargs"]) == (None, None, None)


def test_a_view_without_arguments_has_none() -> None:
    request = resolved("/plain/")
    assert request.resolver_match is not None
    assert read(request)["view_kwargs"] == {}
    assert read(request)["view"] == request.resolver_match.view_name


@pytest.mark.parametrize(
    "value",
    [
        "",
        "caf\xe9 \u20ac \U0001f436",
        "it's",
        'say "x"',
        "both ' and \"",
        "\\ \n\r\t\x00\x1b\x7f\x85\xa0\xad",
        "\u2028\u202e\ufeff\ud800",
        0,
        -1,
        255,
        2**30,
        -(2**63),
        2**64 - 1,
        True,
        False,
        None,
        uuid.UUID("0af76519-16cd-43dd-8448-eb211c80319c"),
    ],
)
def test_arguments_are_printed_as_repr_prints_them(value: object) -> None:
    request = resolved("/plain/")
    assert request.resolver_match is not None
    request.resolver_match.kwargs = {"value": value}
    assert read(request)["view_kwargs"] == {"value": repr(value)}


def test_arguments_that_are_not_plain_values_are_named_by_their_class() -> None:
    request = resolved("/plain/")
    assert request.resolver_match is not None
    request.resolver_match.kwargs = {
        "number": Number("1"),
        "float": 1.5,
        "big": 2**100,
        "list": [1],
        "long": "x" * 500,
    }
    assert read(request)["view_kwargs"] == {
        "number": f"<{__name__}.Number object>",
        "float": "<float object>",
        "big": "<int, ~101 bits>",
        "list": "<list object>",
        "long": "'" + "x" * 200 + "'...",
    }


def test_secret_arguments_are_hidden() -> None:
    request = resolved("/plain/")
    assert request.resolver_match is not None
    request.resolver_match.kwargs = {
        "token": "CANARY",
        "author": "Ann",
        "card": 4111111111111111,
        "late": "x" * 300 + " AKIAIOSFODNN7EXAMPLE",
    }
    assert read(request)["view_kwargs"] == {
        "token": HIDDEN,
        "author": "'Ann'",
        "card": HIDDEN,
        "late": HIDDEN,
    }


def test_ids_and_address_come_from_the_headers() -> None:
    request = RequestFactory().get(
        "/x/",
        HTTP_X_REQUEST_ID="7f3c-\xe9",
        HTTP_TRACEPARENT="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        REMOTE_ADDR="10.0.0.7",
    )
    result = read(request)
    assert result["request_id"] == "7f3c-\xe9"
    assert result["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert result["remote_addr"] == "10.0.0.7"


@pytest.mark.parametrize("traceparent", ["", "00-xyz", "00-" + "g" * 32 + "-" + "0" * 16 + "-01"])
def test_what_is_no_traceparent_gives_no_trace_id(traceparent: str) -> None:
    request = RequestFactory().get("/x/", HTTP_TRACEPARENT=traceparent, REMOTE_ADDR="")
    result = read(request)
    assert (result["trace_id"], result["request_id"], result["remote_addr"]) == (None, None, None)


class Account(models.Model):
    number = models.UUIDField(primary_key=True)

    class Meta:
        app_label = "request_reader"


class Person(models.Model):
    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=9)

    class Meta:
        app_label = "request_reader"


class Employee(Person):
    class Meta:
        app_label = "request_reader"


UUID = uuid.UUID("0af76519-16cd-43dd-8448-eb211c80319c")


def evaluated(user: object) -> Any:
    lazy: Any = SimpleLazyObject(lambda: user)
    bool(lazy)
    return lazy


def never() -> object:
    raise AssertionError("a lazy object was evaluated")


@pytest.mark.parametrize("factory", FACTORIES)
@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({}, None),
        ({"user": None}, None),
        ({"_cached_user": Person(pk=17)}, "17"),
        ({"_acached_user": Person(pk=17)}, "17"),
        ({"_cached_user": Account(pk=UUID)}, str(UUID)),
        ({"_cached_user": Employee(person_ptr_id=3, id=3)}, "3"),
        ({"_cached_user": Person()}, None),
        ({"user": evaluated(Person(pk=5))}, "5"),
        ({"user": SimpleLazyObject(never)}, None),
        ({"user": SimpleLazyObject(never), "_cached_user": Person(pk=6)}, "6"),
        ({"user": Person(pk=7), "_cached_user": Person(pk=6)}, "7"),
        ({"user": SimpleNamespace(id=8)}, "8"),
        ({"user": SimpleNamespace(id="eight")}, "eight"),
        ({"user": object()}, None),
    ],
)
def test_the_key_of_a_user_who_is_loaded_is_read(
    factory: Callable[[], Any], attributes: dict[str, object], expected: str | None
) -> None:
    request = factory().get("/x/")
    for name, value in attributes.items():
        setattr(request, name, value)
    assert read(request)["user_pk"] == expected


def test_no_code_of_the_project_is_run() -> None:
    class Trap(type):
        def __getattribute__(cls, name: str) -> object:
            if name == "__instancecheck__":
                return type.__getattribute__(cls, name)
            raise AssertionError(name)

    class User(metaclass=Trap):
        def __getattribute__(self, name: str) -> object:
            raise AssertionError(name)

        def __repr__(self) -> str:
            raise AssertionError

    request = resolved("/plain/")
    assert request.resolver_match is not None
    request.user = User()  # type: ignore[assignment]
    request.resolver_match.kwargs = {"user": User()}
    result = read(request)
    assert result["user_pk"] is None
    assert result["view_kwargs"]["user"].endswith("User object>")


def test_a_request_whose_parts_are_not_what_they_should_be_is_still_read() -> None:
    request: Any = RequestFactory().get("/x/")
    request.META = None
    request.method = 7
    result = read(request)
    assert result["url"] == "http://unknown/x/"
    assert result["method"] is None
    request.path = b"/x/"
    assert read(request)["url"] is None


def test_a_path_is_hidden_when_what_the_resolver_says_of_it_cannot_be_read() -> None:
    request: Any = RequestFactory().get("/x/y?page=2")
    for match in (object(), SimpleNamespace(), SimpleNamespace(func=page, kwargs=None)):
        request.resolver_match = match
        assert read(request)["url"] == f"http://testserver/{HIDDEN}/{HIDDEN}?page=2"
    del request.resolver_match
    assert read(request)["url"] == f"http://testserver/{HIDDEN}/{HIDDEN}?page=2"


def test_an_object_without_attributes_is_an_error_not_a_crash() -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        read(object())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "timer", "ignore"),
    [
        ("/plain/", None, False),
        ("/timed/", 2.5, False),
        ("/ignored/", None, True),
        ("/wrapped/", 2.5, False),
        ("/class/", None, False),
        ("/class/timed/", 7.0, False),
        ("/class/dispatch/", 8.0, False),
        ("/viewset/", None, True),
        ("/partial/", 2.5, False),
        ("/partial/own/", 9.0, False),
        ("/partial/partial/", None, True),
        ("/callable/", None, False),
        ("/callable/marked/", 4.0, False),
        ("/method/", 3.0, False),
    ],
)
@pytest.mark.parametrize("factory", FACTORIES)
def test_what_the_decorators_set_is_found(
    factory: Callable[[], Any], url: str, timer: float | None, ignore: bool
) -> None:
    request = resolved(url, factory())
    assert request.resolver_match is not None
    assert core._read_view(request) == {
        "resolved": True,
        "view_name": request.resolver_match.view_name,
        "url_name": request.resolver_match.url_name,
        "timer": timer,
        "ignore": ignore,
    }


def test_before_resolution_there_is_no_view() -> None:
    assert core._read_view(RequestFactory().get("/x/")) == {
        "resolved": False,
        "view_name": None,
        "url_name": None,
        "timer": None,
        "ignore": False,
    }
