/*
 * tests/unit/fakehost.h - a scripted host: what each call answers, and a log.
 *
 *	struct fakehost f;
 *	fakehost_init(&f);
 *	fakehost_file(&f, "/sys/module/loop/refcnt", "2\n");
 *	fakehost_answer(&f, "finit_module", -EINVAL)->logs = "x: bad parameter";
 *	... code under test with &f.host ...
 *	assert_string_equal(fakehost_calls(&f), "finit_module flags=4\n...");
 *	fakehost_release(&f);
 *
 * Several answers for one call are given in turn; the last one stays.  Without
 * an answer system calls succeed and files are not there.
 */
#ifndef LKM_TESTS_FAKEHOST_H
#define LKM_TESTS_FAKEHOST_H

#include "base/vec.h"
#include "host/host.h"

struct fake_answer {
	char *call;	  /* "finit_module", "read PATH", "list PATH", "link PATH", "stat PATH" */
	int result;
	const char *text; /* file contents, link target, names between newlines */
	size_t len;	  /* of file contents that hold NULs; 0: up to the NUL */
	const char *logs; /* kernel message that this answer brings about, or NULL */
	bool used;
};

struct fakehost {
	struct lkm_host host; /* first: the functions find the rest through it */
	LKM_VEC(struct fake_answer) answers;
	LKM_VEC(const char *) kmsg; /* messages not yet read */
	size_t kmsg_read;
	struct lkm_buf log;
	uint64_t now;
	unsigned int count;   /* calls so far */
	unsigned int fail_at; /* this call fails (1 is the first); 0: none */
	int fail_with;
	const char *release;
	const char *machine;
};

/* A host that knows nothing: release "6.1.0-test", machine x86_64. */
void fakehost_init(struct fakehost *f);

/* One more answer for a call; its fields may be changed before it is used. */
struct fake_answer *fakehost_answer(struct fakehost *f, const char *call, int result);

/* A file, a directory ("a\nb\n"), a link, with these contents. */
void fakehost_file(struct fakehost *f, const char *path, const char *text);
void fakehost_dir(struct fakehost *f, const char *path, const char *names);
void fakehost_link(struct fakehost *f, const char *path, const char *target);

/* What stat says: "file", "dir", "char MAJOR:MINOR" or "block MAJOR:MINOR". */
void fakehost_stat(struct fakehost *f, const char *path, const char *what);

/* Module calls, locks and sleeps so far, one per line. */
const char *fakehost_calls(struct fakehost *f);

/* Free everything. */
void fakehost_release(struct fakehost *f);

#endif
