# shellcheck shell=dash disable=SC2154
# A module before the one it needs.

prepare()
{
	need jbd2 ext4 crc32c_generic
}

checks()
{
	refused "ext4 without jbd2" \
		"insmod: ERROR: could not insert module $(ko ext4): Unknown symbol in module" \
		insmod "$(ko ext4)"
	why "names a symbol of jbd2" jbd2_journal_start
	why "names a symbol of mbcache" mb_cache_create
	no "nothing is loaded" loaded ext4

	ok "once jbd2 and mbcache are there ..." insert crc32c_generic jbd2 mbcache
	refused "ext4 without crc16" \
		"insmod: ERROR: could not insert module $(ko ext4): Unknown symbol in module" \
		insmod "$(ko ext4)"
	why "names what is missing still" crc16
	unlike "and not what is there" "$err" jbd2_journal_start
	ok "crc16 follows" insert crc16
	silent "then ext4 loads" insmod "$(ko ext4)"
	retire ext4 jbd2 mbcache crc32c_generic crc16
}
