/*
 * fmt/btf.h - questions to type information: how large is a struct, and does a
 * module's part fit the kernel's?
 *
 * /sys/kernel/btf/vmlinux holds every type of the running kernel.  All numbers
 * are in the kernel's byte order, known from the magic:
 *
 *	header   0  2  magic 0xeb9f
 *	         2  1  version 1
 *	         3  1  flags
 *	         4  4  header length
 *	         8  4  types: offset behind the header, 12  4  length
 *	        16  4  strings: offset behind the header, 20  4  length
 *	type     0  4  name: offset into the strings
 *	         4  4  info: members 0-15, kind 24-28
 *	         8  4  size, or another type's number
 *	        12     what the kind adds, often per member
 *
 * Errors     -ENOEXEC  not BTF
 *            -EBADMSG  it lies about a length, or a kind is unknown
 *            -ENODATA  no such struct
 * Trust      Any bytes.
 * Source     linux Documentation/bpf/btf.rst.
 */
#ifndef LKM_FMT_BTF_H
#define LKM_FMT_BTF_H

#include "base/reader.h"

/* The size in bytes of the first struct of that name.  See Errors. */
int lkm_btf_struct_size(struct lkm_bytes btf, const char *name, uint64_t *ret);

/* How many bytes of strings it has: what a module's part is built upon.  -ENOEXEC, -EBADMSG. */
int lkm_btf_strings_size(struct lkm_bytes btf, uint64_t *ret);

/*
 * Was a module's part made for a kernel with so many bytes of strings?  Its
 * offsets count on behind these; with another kernel's number they do not hit
 * the beginnings of its own strings, or none of these at all.  1 yes, 0 no.
 * -ENOEXEC, -EBADMSG.
 */
int lkm_btf_fits(struct lkm_bytes module, uint64_t kernel_strings);

#endif
