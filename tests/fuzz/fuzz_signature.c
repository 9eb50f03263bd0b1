/*
 * The signature trailer and PKCS#7.  Input that does not end in the marker is
 * taken as PKCS#7 alone and gets a trailer.  Names hold no control character.
 */
#include "base/buf.h"
#include "fmt/signature.h"
#include "fuzz.h"

static void check_text(struct lkm_str text)
{
	for (size_t i = 0; i < text.len; i++)
		fuzz_check((unsigned char)text.ptr[i] >= 0x20 && text.ptr[i] != 0x7f);
}

static void read_file(struct lkm_bytes file)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	struct lkm_source src = lkm_source_memory(file);
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct lkm_signature sig;
	int err = lkm_signature_read(&src, &arena, &sig, &diag);

	fuzz_check(diag.err == err);
	fuzz_check(diag.offset >= -1 && diag.offset <= (int64_t)file.len);
	if (err < 0)
		return;
	check_text(sig.id);
	check_text(sig.signer);
	check_text(sig.hash);
	check_text(sig.pubkey);
	check_text(sig.content);
	fuzz_touch(sig.key);
	fuzz_touch(sig.value);
	fuzz_check(fuzz_inside(sig.key, file) && fuzz_inside(sig.value, file));
	fuzz_check(sig.id.len > 0 && sig.signers > 0);
	fuzz_check(sig.module_len > 0 && sig.module_len < file.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
	struct lkm_str input = lkm_bytes_str((struct lkm_bytes){ data, size });

	if (lkm_str_ends(input, LKM_SIGNATURE_MARKER, NULL)) {
		read_file(lkm_str_bytes(input));
		return 0;
	}
	lkm_buf_putc(&file, 'M');
	lkm_buf_str(&file, input);
	lkm_buf_add(&file, "\0\0\2\0\0\0\0\0", 8);
	for (int shift = 24; shift >= 0; shift -= 8)
		lkm_buf_putc(&file, (char)(uint8_t)(size >> shift));
	lkm_buf_puts(&file, LKM_SIGNATURE_MARKER);
	read_file(lkm_str_bytes(lkm_buf_view(&file)));
	return 0;
}
