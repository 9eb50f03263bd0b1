/*
 * lkm/json.h - write JSON into a buffer.
 *
 * Members appear in the order of the calls, one to a line, so that the same
 * facts give the same bytes.  Text that is not UTF-8 is made so: each wrong byte
 * becomes U+FFFD.  docs/formats/json.md says what the commands write with it.
 *
 *	struct lkm_json json = lkm_json(&buf);
 *	lkm_json_begin(&json, NULL, '{');
 *	lkm_json_text(&json, "name", lkm_str("ext4"));
 *	lkm_json_begin(&json, "holders", '[');
 *	lkm_json_end(&json, ']');
 *	lkm_json_end(&json, '}');              {"name": "ext4", "holders": []}
 *
 * Errors     They stick in the buffer.
 */
#ifndef LKM_TOOLS_LKM_JSON_H
#define LKM_TOOLS_LKM_JSON_H

#include "base/buf.h"

struct lkm_json {
	struct lkm_buf *out;
	unsigned int depth;
	bool filled; /* the innermost object or array has a member */
};

/* A writer at the start of a document. */
static inline struct lkm_json lkm_json(struct lkm_buf *out)
{
	return (struct lkm_json){ .out = out };
}

/* Begin an object '{' or an array '['.  `key` is NULL inside an array and at the top. */
void lkm_json_begin(struct lkm_json *json, const char *key, char open);

/* As lkm_json_begin(), with a key that comes from elsewhere. */
void lkm_json_begin_key(struct lkm_json *json, struct lkm_str key, char open);

/* End it with '}' or ']'; behind the outermost one stands a newline. */
void lkm_json_end(struct lkm_json *json, char close);

/* One member.  `key` is NULL inside an array. */
void lkm_json_text(struct lkm_json *json, const char *key, struct lkm_str text);
void lkm_json_number(struct lkm_json *json, const char *key, int64_t number);
void lkm_json_unsigned(struct lkm_json *json, const char *key, uint64_t number);
void lkm_json_bool(struct lkm_json *json, const char *key, bool value);
void lkm_json_null(struct lkm_json *json, const char *key);

/* As lkm_json_text(), but null for an empty text. */
void lkm_json_text_or_null(struct lkm_json *json, const char *key, struct lkm_str text);

/* A CRC as text, "0x0123abcd"; null when it is not known. */
void lkm_json_crc(struct lkm_json *json, const char *key, bool known, uint64_t crc);

/* Bytes as lower-case hexadecimal text. */
void lkm_json_hex(struct lkm_json *json, const char *key, struct lkm_bytes bytes);

#endif
