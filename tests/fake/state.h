/*
 * fake/state.h - what the fake kernel has loaded: /proc/modules and
 * /sys/module of the fake root.
 *
 * Without a root, or without these places in it, nothing is loaded and nothing
 * changes.
 */
#ifndef LKM_TESTS_STATE_H
#define LKM_TESTS_STATE_H

#include <stdbool.h>
#include <stddef.h>

/* The start of a file of the root as a string; false if there is no such file. */
bool state_read(const char *path, char *ret, size_t size);

/* The text of $LKM_FAKE_KERNEL; false without one. */
bool state_script(char *ret, size_t size);

/* Is the module there (built-in ones are not)? */
bool state_loaded(const char *name);

/* Has it users: a reference count, or holders? */
bool state_used(const char *name);

/* The module appears, first in /proc/modules. */
void state_add(const char *name);

/* The module goes. */
void state_remove(const char *name);

#endif
