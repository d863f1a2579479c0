/* Attributes, found without running any code: no property, no __getattr__, no descriptor but plain
 * slots. Context: Watchdog. */
#ifndef DOG_SNAPSHOT_OBJECT_ATTR_H
#define DOG_SNAPSHOT_OBJECT_ATTR_H

#include <stddef.h>
#include <stdint.h>

#include "snapshot/object.h"

/* The values of the instance's own attributes `names` (as dog_object_dict_find), null for those
 * that it does not have: what its __dict__ would say, whether there is a dict yet or not.
 * DOG_ERR_ABSENT if its type has no __dict__ at all. */
DOG_MUST_USE enum dog_err dog_object_attrs(const struct dog_mem *mem, dog_addr object,
                                           const char *const *names, size_t count,
                                           dog_addr *values);

/* The same of one; DOG_ERR_ABSENT if it is not there. */
DOG_MUST_USE enum dog_err dog_object_attr(const struct dog_mem *mem, dog_addr object,
                                          const char *name, dog_addr *ret_value);

/* A slot (`__slots__`, or a member of a C type such as partial.func). */
DOG_MUST_USE enum dog_err dog_object_member(const struct dog_mem *mem, dog_addr object,
                                            const char *name, dog_addr *ret_value);

/* An attribute of a class, along its MRO, as it stands in the class: a property is the property. */
DOG_MUST_USE enum dog_err dog_object_class_attr(const struct dog_mem *mem, dog_addr type,
                                                const char *name, dog_addr *ret_value);

/* An int among the instance's own attributes. */
DOG_MUST_USE enum dog_err dog_object_attr_int(struct dog_source source,
                                              const struct dog_layout *layout, dog_addr object,
                                              const char *name, int64_t *ret_value);

#endif
