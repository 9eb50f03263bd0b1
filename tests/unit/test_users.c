/* plan/users and plan/devices: who uses a module that nobody holds. */
#include "check.h"
#include "fakehost.h"
#include "mktree.h"
#include "plan/devices.h"

/* A machine on which something of each kind uses a module. */
static void machine(struct fakehost *f)
{
	fakehost_init(f);
	fakehost_file(f, "/proc/devices",
		      "Character devices:\n  1 mem\n 10 misc\n195 nvidia-frontend\n\n"
		      "Block devices:\n  7 loop\n  8 sd\n 43 nbd\n");
	fakehost_file(f, "/proc/misc", "200 tun\n232 kvm\n237 loop-control\n");
	fakehost_dir(f, "/proc", "1\n42\nsys\nmodules\n");
	fakehost_dir(f, "/proc/1/fd", "0\n5\n");
	fakehost_file(f, "/proc/1/comm", "systemd\n");
	fakehost_stat(f, "/proc/1/fd/0", "char 1:3");
	fakehost_link(f, "/proc/1/fd/0", "/dev/null");
	fakehost_stat(f, "/proc/1/fd/5", "file");
	fakehost_dir(f, "/proc/42/fd", "0\n1\n2\n3\n4\n");
	fakehost_file(f, "/proc/42/comm", "qemu\n");
	fakehost_stat(f, "/proc/42/fd/0", "char 10:232");
	fakehost_link(f, "/proc/42/fd/0", "/dev/kvm");
	fakehost_stat(f, "/proc/42/fd/1", "char 10:200");
	fakehost_link(f, "/proc/42/fd/1", "/dev/net/tun");
	fakehost_stat(f, "/proc/42/fd/2", "block 8:0");
	fakehost_link(f, "/proc/42/fd/2", "/dev/sda");
	fakehost_stat(f, "/proc/42/fd/3", "char 195:0");
	fakehost_link(f, "/proc/42/fd/3", "/dev/nvidia0");
	fakehost_stat(f, "/proc/42/fd/4", "block 1:0");
	fakehost_link(f, "/proc/42/fd/4", "/dev/ram0");
	/* sda: driven by sd_mod, on a host adapter driven by ahci */
	fakehost_link(f, "/sys/dev/block/8:0", "../../devices/pci0/0000:00:1f.2/host0/0:0/block/sda");
	fakehost_link(f, "/sys/devices/pci0/0000:00:1f.2/host0/0:0/driver/module",
		      "../../../module/sd_mod");
	fakehost_dir(f, "/sys/devices/pci0/0000:00:1f.2/host0/0:0/driver", "");
	fakehost_link(f, "/sys/devices/pci0/0000:00:1f.2/driver/module", "../../module/ahci");
	fakehost_file(f, "/proc/mounts",
		      "/dev/loop0 /mnt\\040point ext4 rw 0 0\n"
		      "/dev/fuse /run/user fuse.portal rw 0 0\n"
		      "server:/home /home nfs4 rw 0 0\n"
		      "proc /proc proc rw 0 0\n"
		      "/srv/far/loop1 /media ext2 rw 0 0\n"
		      "short\n");
	fakehost_stat(f, "/dev/loop0", "block 7:0");
	/* not looked at: /srv may be on a file server that does not answer */
	fakehost_stat(f, "/srv/far/loop1", "block 7:1");
	fakehost_file(f, "/proc/swaps", "Filename Type Size Used Priority\n/dev/nbd0 partition 1 0 -2\n");
	fakehost_stat(f, "/dev/nbd0", "block 43:0");
	fakehost_file(f, "/proc/net/protocols",
		      "protocol  size sockets  memory press maxhdr  slab module     cl co\n"
		      "AF_VSOCK  1344      2      -1   NI       0   yes  vsock       n  n\n"
		      "CAN_RAW   1344      0      -1   NI       0   yes  can_raw     n  n\n");
	fakehost_dir(f, "/sys/class/net", "lo\neth0\n");
	fakehost_link(f, "/sys/class/net/eth0/device/driver/module", "../../../../module/e1000e");
	fakehost_dir(f, "/sys/module/e1000e/drivers", "pci:e1000e\n");
	fakehost_dir(f, "/sys/module/e1000e/drivers/pci:e1000e", "bind\nmodule\n0000:00:19.0\n");
	fakehost_link(f, "/sys/module/e1000e/drivers/pci:e1000e/module", "../../module/e1000e");
	fakehost_link(f, "/sys/module/e1000e/drivers/pci:e1000e/0000:00:19.0",
		      "../../../devices/pci0/0000:00:19.0");
}

/* Users of a module, one per line, "?" before what is only likely. */
static const struct {
	const char *module;
	const char *users;
} rows[] = {
	{ "kvm", "?/dev/kvm is open in process 42 (qemu)\n" },
	{ "tun", "?/dev/net/tun is open in process 42 (qemu)\n" },
	{ "nvidia", "?/dev/nvidia0 is open in process 42 (qemu)\n" },
	{ "sd_mod", "/dev/sda is open in process 42 (qemu)\n" },
	{ "ahci", "?/dev/sda is open in process 42 (qemu)\n" },
	{ "loop", "?/dev/loop0 is mounted on /mnt\\040point (ext4)\n" },
	{ "ext4", "/dev/loop0 is mounted on /mnt\\040point (ext4)\n" },
	{ "fuse", "?/dev/fuse is mounted on /run/user (fuse.portal)\n" },
	{ "nb", "" }, /* nbd is another */
	{ "nbd", "?/dev/nbd0 is in use as swap\n" },
	{ "vsock", "2 open sockets of protocol AF_VSOCK\n" },
	{ "can_raw", "" },
	{ "e1000e", "network interface eth0\n"
		    "device 0000:00:19.0 is bound to driver pci:e1000e\n" },
	{ "mem", "" }, /* null and zero are nobody's */
	{ "brd", "?/dev/ram0 is open in process 42 (qemu)\n" },
	{ "nfsv4", "server:/home is mounted on /home (nfs4)\n" },
	{ "nfs", "?server:/home is mounted on /home (nfs4)\n" },
	{ "dummy", "" },
};

static void finds_users(void **state)
{
	lkm_auto(lkm_tree) struct lkm_tree tree = { 0 };
	struct mktree t;

	(void)state;
	mktree_init(&t);
	mktree_file(&t, "modules.alias", lkm_str("alias block-major-1-* brd\n"
						 "alias char-major-10-232 kvm\n"
						 "alias fs-nfs4 nfsv4\n"));
	assert_int_equal(lkm_tree_open(&tree, t.base, MKTREE_RELEASE), 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		lkm_auto(lkm_users) struct lkm_users users = LKM_USERS_INIT;
		lkm_auto(lkm_buf) struct lkm_buf got = LKM_BUF_INIT;
		struct fakehost f;

		machine(&f);
		assert_row(rows[i].module, lkm_users_find(&f.host, &tree, rows[i].module, &users), 0);
		for (size_t u = 0; u < users.list.len; u++)
			lkm_buf_printf(&got, "%s%s\n", users.list.ptr[u].likely ? "?" : "",
				       users.list.ptr[u].text);
		assert_str(lkm_buf_view(&got), rows[i].users);
		assert_false(users.hidden);
		assert_false(users.more);
		fakehost_release(&f);
	}
	mktree_release(&t);
}

static void says_when_processes_are_hidden(void **state)
{
	lkm_auto(lkm_users) struct lkm_users users = LKM_USERS_INIT;
	struct fakehost f;

	(void)state;
	fakehost_init(&f);
	fakehost_dir(&f, "/proc", "7\n");
	fakehost_answer(&f, "list /proc/7/fd", -EACCES);
	assert_int_equal(lkm_users_find(&f.host, NULL, "kvm", &users), 0);
	assert_true(users.hidden);
	fakehost_release(&f);
}

static void counts_no_further_than_anybody_reads(void **state)
{
	lkm_auto(lkm_users) struct lkm_users users = LKM_USERS_INIT;

	(void)state;
	for (int i = 0; i < LKM_USERS_MAX; i++)
		assert_int_equal(lkm_users_add(&users, false, "user %d", i), 0);
	assert_false(users.more);
	assert_int_equal(lkm_users_add(&users, false, "one more"), 0);
	assert_true(users.more);
	assert_int_equal(users.list.len, LKM_USERS_MAX);
}

static void makes_names_harmless(void **state)
{
	lkm_auto(lkm_users) struct lkm_users users = LKM_USERS_INIT;

	(void)state;
	assert_int_equal(lkm_users_add(&users, true, "evil%s", "\x1b[2J\n"), 0);
	assert_string_equal(users.list.ptr[0].text, "evil?[2J?");
}

/* Each call made to fail in turn: fewer users, never an error or a crash. */
static void survives_every_failing_call(void **state)
{
	unsigned int calls = 1;

	(void)state;
	for (unsigned int n = 1; n <= calls; n++) {
		lkm_auto(lkm_users) struct lkm_users users = LKM_USERS_INIT;
		struct fakehost f;

		machine(&f);
		f.fail_at = n;
		f.fail_with = -EIO;
		assert_int_equal(lkm_users_find(&f.host, NULL, "e1000e", &users), 0);
		assert_true(users.list.len <= 2);
		calls = f.count > calls ? f.count : calls;
		fakehost_release(&f);
	}
	assert_true(calls > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_users),
		cmocka_unit_test(says_when_processes_are_hidden),
		cmocka_unit_test(counts_no_further_than_anybody_reads),
		cmocka_unit_test(makes_names_harmless),
		cmocka_unit_test(survives_every_failing_call),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
