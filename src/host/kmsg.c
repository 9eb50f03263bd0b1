#include "host/kmsg.h"

#include <errno.h>

#include "base/path.h"

void lkm_kmsg_open(struct lkm_kmsg *kmsg, const struct lkm_host *host)
{
	*kmsg = (struct lkm_kmsg){ .host = host, .fd = host->kmsg_open(host) };
}

void lkm_kmsg_release(struct lkm_kmsg *kmsg)
{
	if (!kmsg || kmsg->fd < 0)
		return;
	close(kmsg->fd);
	kmsg->fd = -EBADF;
}

void lkm_kmsg_records_release(struct lkm_kmsg_records *records)
{
	if (!records)
		return;
	lkm_vec_release(&records->list);
	records->gap = false;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One character of TEXT, which may be \xNN; it is taken off `rest`. */
static char next_char(struct lkm_str *rest)
{
	size_t used = 1;
	char c = rest->ptr[0];

	if (c == '\\' && rest->len >= 4 && rest->ptr[1] == 'x' && hex_digit(rest->ptr[2]) >= 0 &&
	    hex_digit(rest->ptr[3]) >= 0) {
		c = (char)(hex_digit(rest->ptr[2]) << 4 | hex_digit(rest->ptr[3]));
		used = 4;
	}
	*rest = (struct lkm_str){ rest->ptr + used, rest->len - used };
	return c ? c : '?';
}

static void copy_text(struct lkm_str text, char ret[static LKM_KMSG_TEXT_MAX])
{
	size_t len = 0;

	while (text.len && len < LKM_KMSG_TEXT_MAX - 1)
		ret[len++] = next_char(&text);
	ret[len] = '\0';
	lkm_clean(ret);
}

int lkm_kmsg_parse(struct lkm_str bytes, struct lkm_kmsg_record *ret)
{
	struct lkm_str head, text, field;
	uint64_t priority, sequence;

	if (!lkm_str_next_line(&bytes, &text) || !lkm_str_cut(text, ';', &head, &text))
		return -EBADMSG;
	if (!lkm_str_cut(head, ',', &field, &head) || lkm_str_to_u64(field, 10, &priority) < 0)
		return -EBADMSG;
	if (!lkm_str_cut(head, ',', &field, &head) || lkm_str_to_u64(field, 10, &sequence) < 0)
		return -EBADMSG;
	ret->level = (unsigned int)(priority & 7); /* above it stands the facility */
	ret->sequence = sequence;
	copy_text(text, ret->text);
	return 0;
}

int lkm_kmsg_collect(struct lkm_kmsg *kmsg, struct lkm_kmsg_records *records)
{
	char bytes[LKM_HOST_RECORD_MAX];

	while (kmsg->fd >= 0 && records->list.len < LKM_KMSG_RECORDS_MAX) {
		int got = kmsg->host->kmsg_read(kmsg->host, kmsg->fd, bytes, sizeof(bytes));
		struct lkm_kmsg_record record;
		struct lkm_kmsg_record *place;

		if (got == -EPIPE) {
			records->gap = true;
			continue;
		}
		if (got <= 0)
			break;
		if (lkm_kmsg_parse((struct lkm_str){ bytes, (size_t)got }, &record) < 0)
			continue;
		place = lkm_vec_push(&records->list);
		if (!place)
			return -ENOMEM;
		*place = record;
	}
	return 0;
}

/* The name stands here, and what follows is not more of a name. */
static bool name_at(struct lkm_str text, struct lkm_str module, char *ret_after)
{
	struct lkm_str head = { text.ptr, module.len };

	if (text.len < module.len || !lkm_modname_eq(head, module))
		return false;
	*ret_after = text.len > module.len ? text.ptr[module.len] : '\0';
	return true;
}

/* What the loader puts right before a module's name, and what then ends the name. */
struct mention {
	const char *before;
	const char *after;
};

static const struct mention mentions[] = {
	{ "module ", ": " }, { "Module ", ": " }, { "module [", "]" },
	{ "'", "'" },	     { "/module/", "/'" },
};

static bool mentioned_at(struct lkm_str text, struct lkm_str module)
{
	char after;

	for (size_t i = 0; i < sizeof(mentions) / sizeof(mentions[0]); i++) {
		struct lkm_str rest;

		if (lkm_str_starts(text, mentions[i].before, &rest) &&
		    name_at(rest, module, &after) && (!after || strchr(mentions[i].after, after)))
			return true;
	}
	return false;
}

/*
 * Drivers put their name first ("dummy: ...", "e1000e 0000:00:19.0: ...");
 * so does the loader once it knows it.
 */
static bool names_module(struct lkm_str text, struct lkm_str module)
{
	char after;

	if (module.len == 0)
		return false;
	if (name_at(text, module, &after) && (after == ':' || after == ' '))
		return true;
	for (; text.len; text.ptr++, text.len--)
		if (mentioned_at(text, module))
			return true;
	return false;
}

/* How the loader's texts begin that do not say which module they are about. */
static const char *const loader_texts[] = {
	"Invalid ELF ",
	"Invalid architecture in ELF header",
	"Invalid module architecture in ELF header",
	"Invalid module sig",
	"Invalid relocation target",
	"ELF Spec violation",
	"Loading of ",
	"Lockdown: ",
	"Module hash ",
	"Module has invalid ELF structures",
	"Module len ",
	"No module found in object",
	"Only one .modinfo section",
	"PKCS7: ",
	"Setting dangerous option",
	"Skipping invalid relocation target",
	"BPF: ",
	"empty section name table",
	"empty symbol string table",
	"extended version crc",
	"missing symbol string table",
	"module: ",
	"more extended version crcs",
	"overflow in relocation",
	"symbol name out of bounds",
	"symbol string table",
	"x86/modules: ",
};

/* What the three decoders of kernel/module/decompress.c complain with. */
static const char *const decoder_texts[] = {
	"decompression failed with status",
	"not a gzip compressed module",
	"not an xz compressed module",
	"not a zstd compressed module",
	"ZSTD-compressed data has ",
	"Can't initialize ZSTD stream",
};

bool lkm_kmsg_is_decoder(const struct lkm_kmsg_record *record)
{
	for (size_t i = 0; i < sizeof(decoder_texts) / sizeof(decoder_texts[0]); i++)
		if (strstr(record->text, decoder_texts[i]))
			return true;
	return false;
}

enum lkm_kmsg_about lkm_kmsg_about(const struct lkm_kmsg_record *record, const char *module)
{
	struct lkm_str text = lkm_str(record->text);

	if (names_module(text, lkm_str(module)))
		return LKM_KMSG_MODULE;
	for (size_t i = 0; i < sizeof(loader_texts) / sizeof(loader_texts[0]); i++)
		if (lkm_str_starts(text, loader_texts[i], NULL))
			return LKM_KMSG_LOADER;
	return lkm_kmsg_is_decoder(record) ? LKM_KMSG_LOADER : LKM_KMSG_OTHER;
}
