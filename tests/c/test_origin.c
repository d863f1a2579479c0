#include "check.h"

#include "snapshot/origin.h"

static struct dog_origin with(const char *base, const char *first, const char *second)
{
    static struct dog_str folders[2];
    struct dog_origin origin = {.base_dir = dog_str_of(base), .library_dirs = folders};
    if (first != NULL) {
        folders[origin.library_count++] = dog_str_of(first);
    }
    if (second != NULL) {
        folders[origin.library_count++] = dog_str_of(second);
    }
    return origin;
}

static bool is_app(struct dog_origin origin, const char *file)
{
    return dog_origin_is_app(&origin, dog_str_of(file));
}

TEST(what_lies_under_the_base_is_the_projects_own)
{
    struct dog_origin origin = with("/srv/app", "/usr/lib/python3.12", NULL);
    CHECK(is_app(origin, "/srv/app/views.py"));
    CHECK(is_app(origin, "/srv/app/orders/views.py"));
    CHECK(!is_app(origin, "/srv/application/views.py"));
    CHECK(!is_app(origin, "/srv/app"));
    CHECK(!is_app(origin, "/opt/other.py"));
}

TEST(a_final_slash_makes_no_difference)
{
    struct dog_origin origin = with("/srv/app/", "/srv/app/venv/", NULL);
    CHECK(is_app(origin, "/srv/app/views.py"));
    CHECK(!is_app(origin, "/srv/app/venv/bin/tool.py"));
}

TEST(a_virtual_environment_under_the_base_is_not)
{
    struct dog_origin origin = with("/srv/app", "/srv/app/venv", "/usr/lib/python3.12");
    CHECK(!is_app(origin, "/srv/app/venv/src/thing.py"));
    CHECK(!is_app(origin, "/srv/app/other/lib/python3.12/site-packages/django/x.py"));
    CHECK(!is_app(origin, "/srv/app/dist-packages/x.py"));
    CHECK(is_app(origin, "/srv/app/site-packages.py"));
    CHECK(is_app(origin, "/srv/app/my-site-packages/x.py"));
}

TEST(a_project_may_lie_in_its_virtual_environment)
{
    struct dog_origin origin = with("/home/a/env/project", "/home/a/env", NULL);
    CHECK(is_app(origin, "/home/a/env/project/views.py"));
    CHECK(!is_app(origin, "/home/a/env/lib/python3.12/site-packages/x.py"));
    CHECK(is_app(with("/home/a/env", "/home/a/env/", NULL), "/home/a/env/views.py"));
}

TEST(without_a_base_all_that_is_no_library_is)
{
    struct dog_origin origin = with(NULL, "/usr/lib/python3.12", "/srv/venv");
    CHECK(is_app(origin, "/srv/app/views.py"));
    CHECK(!is_app(origin, "/usr/lib/python3.12/threading.py"));
    CHECK(!is_app(origin, "/srv/venv/bin/gunicorn"));
    CHECK(!is_app(origin, "/usr/local/lib/python3.12/dist-packages/x.py"));
}

TEST(what_is_no_path_is_nobodys)
{
    struct dog_origin origin = with("/", NULL, NULL);
    CHECK(!is_app(origin, "<string>"));
    CHECK(!is_app(origin, "<frozen importlib._bootstrap>"));
    CHECK(!is_app(origin, ""));
    CHECK(!is_app(origin, NULL));
    CHECK(is_app(origin, "/x.py"));
}

TEST(a_relative_path_is_the_projects)
{
    CHECK(is_app(with("/srv/app", NULL, NULL), "views.py"));
    CHECK(!is_app(with("/srv/app", NULL, NULL), "venv/site-packages/x.py"));
    CHECK(!is_app(with("/srv/app", NULL, NULL), "site-packages/x.py"));
}

int main(void)
{
    RUN(what_lies_under_the_base_is_the_projects_own);
    RUN(a_final_slash_makes_no_difference);
    RUN(a_virtual_environment_under_the_base_is_not);
    RUN(a_project_may_lie_in_its_virtual_environment);
    RUN(without_a_base_all_that_is_no_library_is);
    RUN(what_is_no_path_is_nobodys);
    RUN(a_relative_path_is_the_projects);
    return check_report();
}
