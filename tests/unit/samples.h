/*
 * tests/unit/samples.h - module files for tests of loading.
 */
#ifndef LKM_TESTS_SAMPLES_H
#define LKM_TESTS_SAMPLES_H

#include "base/buf.h"

/* A minimal module for x86-64: modinfo strings (NUL-separated, sized) and a name. */
void sample_module(struct lkm_buf *buf, const char *name, const char *modinfo, size_t modinfo_len);

/* A gzip file around the bytes, stored uncompressed. */
void sample_gzip(struct lkm_buf *buf, struct lkm_bytes bytes);

/* Write bytes to a new temporary file; its path is heap memory. */
char *sample_file(struct lkm_bytes bytes);

#endif
