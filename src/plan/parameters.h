/*
 * plan/parameters.h - the parameters of one load, in one string for the kernel.
 *
 * From the words of a command line, with what the module says about itself:
 *
 *	NAME              must be one of the module's parameters; '-' is '_'.  Not
 *	                  asked: of a module that says nothing about parameters, of
 *	                  dyndbg, async_probe and names with a '.'
 *	NAME="a\tb"       a text: escapes of C are decoded (fmt/cquote.h), the kernel
 *	                  knows none; others are left alone
 *	NAME=1,,3         an array of numbers: the kernel refuses the empty element;
 *	                  it gets the value that the module is built with, else 0
 *
 * What is then not clear, or cannot work, is told to the report as a warning.
 *
 * Ownership  The string is appended to.
 * Errors     -ENOENT  an unknown parameter; the diagnosis names near ones
 *            -EINVAL  a value that cannot be said to the kernel: fmt/params.h
 *            -ENOMEM
 *            A file that is no module is no error: the kernel will say so.
 * Source     insmod(8) of modutils; linux kernel/params.c.
 */
#ifndef LKM_PLAN_PARAMETERS_H
#define LKM_PLAN_PARAMETERS_H

#include "base/report.h"
#include "plan/image.h"

struct lkm_parameters_request {
	char **words;
	size_t count;
	bool allow_unknown;
	struct lkm_str saved; /* a file of parameters (fmt/persistfile.h), "" for none */
};

/*
 * Append the words to the string, then what the file has besides them: names that the
 * module does not have are passed over.  See Errors.
 */
int lkm_parameters_build(struct lkm_image *image, const struct lkm_parameters_request *request,
			 struct lkm_buf *string, struct lkm_report *report, struct lkm_diag *diag);

#endif
