# shellcheck shell=bash
# tests/cmd/depmod.bash - a small tree of modules, and what its indexes should be.

load helpers

# A tree with a bit of everything; a.ko and b.ko need others.
small_tree()
{
	module a.ko -u sym_b -u kernel_fn alias=pci:v1-2* softdep='pre: c'
	module b.ko -e sym_b:11 -u sym_c alias=devname:bb alias=char-major-10-7
	module c.ko -e sym_c:22 weakdep=a
	builtin_module core_x alias=core-alias
}

# The lines of modules.dep, without the folder kernel/, joined by " ; ".
dep_is()
{
	local got
	got=$(sed 's,kernel/,,g' "$MODULES/modules.dep" | paste -sd ';' | sed 's/;/ ; /g')
	[ "$got" = "$1" ] || show_difference modules.dep "$1" "$got"
}

# Nothing of ours is left but the files themselves.
no_leavings()
{
	! compgen -G "$1/.lkm-*" || show_difference 'files left behind' '' "$(ls -A "$1")"
}

# From here on the modules are in this directory.
modules_are_in()
{
	MODULES=$1
}

# Of all files that depmod writes.
checksums()
{
	(cd "$MODULES" && find . -name 'modules.*' -type f -exec sha256sum {} + | sort)
}
