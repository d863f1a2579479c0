#include "check.h"

#include "snapshot/origin.h"

static struct dog_origin with(const char *base, const char *first, const char *second)
{
    static struct dog_str folders[2], bases[1];
    struct dog_origin origin = {
        .base_dirs = bases, .base_count = base != NULL, .library_dirs = folders};
    bases[0] = dog_str_of(base);
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

TEST(a_project_may_be_reached_by_more_than_one_path)
{
    const struct dog_str bases[] = {dog_str_of("/srv/releases/1"), dog_str_of("/srv/current/")};
    const struct dog_str libraries[] = {dog_str_of("/srv/current/venv"),
                                        dog_str_of("/srv/releases")};
    struct dog_origin origin = {bases, 2, libraries, 2};
    CHECK(is_app(origin, "/srv/releases/1/views.py"));
    CHECK(is_app(origin, "/srv/current/views.py"));
    CHECK(!is_app(origin, "/srv/current/venv/views.py"));
    CHECK(!is_app(origin, "/srv/releases/2/views.py"));
    CHECK(dog_str_eq(dog_origin_base_of(&origin, dog_str_of("/srv/current/a/b.py")), bases[1]));
    CHECK(dog_str_eq(dog_origin_base_of(&origin, dog_str_of("/srv/releases/1/b.py")), bases[0]));
    CHECK(dog_origin_base_of(&origin, dog_str_of("/srv/releases/2/b.py")).at == NULL);
    CHECK(dog_origin_base_of(&origin, DOG_STR_NONE).at == NULL);
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
    RUN(a_project_may_be_reached_by_more_than_one_path);
    RUN(what_is_no_path_is_nobodys);
    RUN(a_relative_path_is_the_projects);
    return check_report();
}
