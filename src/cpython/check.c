#include "cpython/check.h"

#include <string.h>

#include "cpython/checker.h"

static bool is_flag(int32_t value)
{
    return value == 0 || value == 1;
}

/* What a version does not have is 0 in its layout, and a trait is one of its values. */
static void check_shape(struct dog_checker *c)
{
    const struct dog_layout *l = c->l;
    const char *why = "is not of this version";
    dog_checker_require(c, l->version == c->p->version, "version",
                        "is not the one that dogslow was built for");
    dog_checker_require(c, is_flag(l->cframe_indirect), "cframe_indirect", why);
    dog_checker_require(c, l->cframe_indirect || l->cframe_frame == 0, "cframe_frame", why);
    dog_checker_require(c, is_flag(l->tagged_refs), "tagged_refs", why);
    dog_checker_require(c, is_flag(l->int_has_tag), "int_has_tag", why);
    /* The members of str's state follow one another; what comes after them is not initialised, so
     * that a bit from there can look right by chance. */
    dog_checker_require(c, l->unicode_kind_shift >= 0 && l->unicode_kind_shift < 16,
                        "unicode_kind_shift", why);
    dog_checker_require(c, l->unicode_compact_bit == l->unicode_kind_shift + 3,
                        "unicode_compact_bit", why);
    dog_checker_require(c, l->unicode_ascii_bit == l->unicode_compact_bit + 1, "unicode_ascii_bit",
                        why);
    dog_checker_require(
        c, l->unicode_ready_bit == (l->version >= 0x030C ? -1 : l->unicode_ascii_bit + 1),
        "unicode_ready_bit", why);
    dog_checker_require(c, l->int_digit_bits > 0 && l->int_digit_bits < 32, "int_digit_bits", why);
    dog_checker_require(
        c, l->attributes >= DOG_ATTRIBUTES_3_11 && l->attributes <= DOG_ATTRIBUTES_INLINE,
        "attributes", why);
    dog_checker_require(c, l->attributes == DOG_ATTRIBUTES_INLINE || l->values_valid == 0,
                        "values_valid", why);
    dog_checker_require(c, l->attributes == DOG_ATTRIBUTES_3_11 || l->managed_values == 0,
                        "managed_values", why);
    dog_checker_require(c, (l->version >= 0x030C) == (l->code_version != 0), "code_version", why);
}

/* The values of the offsets by their names. */
static const struct {
    const char *name;
    size_t at;
} offsets[] = {
#define X(name) {#name, offsetof(struct dog_layout, name)},
    DOG_LAYOUT_OFFSETS(X)
#undef X
};

static void check_published(struct dog_checker *c)
{
    dog_checker_require(c, c->p->magic_ok, "_Py_DebugOffsets",
                        "is of another build than dogslow was built for");
    for (size_t i = 0; i < c->p->published_count; i++) {
        const struct dog_layout_fact *fact = &c->p->published[i];
        for (size_t k = 0; k < sizeof offsets / sizeof offsets[0]; k++) {
            if (strcmp(offsets[k].name, fact->field) == 0) {
                int32_t ours;
                memcpy(&ours, (const char *)c->l + offsets[k].at, sizeof ours);
                dog_checker_require(c, ours == fact->value, fact->field,
                                    "is not what the interpreter publishes");
            }
        }
    }
}

static void check_addresses(struct dog_checker *c)
{
#define X(name) \
    dog_checker_require(c, dog_addr_eq(c->l->name, c->p->name), #name, "is not where it should be");
    DOG_LAYOUT_ADDRS(X)
#undef X
}

enum dog_err dog_layout_check(struct dog_source source, const struct dog_layout *layout,
                              const struct dog_probes *probes, char *reason, size_t reason_size)
{
    struct dog_checker c = {.source = source, .l = layout, .p = probes};
    dog_text_init(&c.reason, reason, reason_size);
    check_shape(&c);
    check_published(&c);
    check_addresses(&c);
    dog_checker_thread(&c);
    dog_checker_code(&c);
    dog_checker_values(&c);
    dog_checker_types(&c);
    dog_text_terminate(&c.reason);
    return c.failed ? DOG_ERR_INVALID : DOG_OK;
}
