# shellcheck shell=dash disable=SC2154
# 50 modprobes of stacks that overlap, all at once, 20 times.

modules='st_accel_i2c st_gyro_i2c st_magn_i2c st_pressure_i2c kxsd9_i2c'

# A directory of their own: without signatures, which the kernel would check for each that comes too late.
prepare()
{
	local dir=lib/modules/$release module

	mkdir -p "$dir"
	touch "$dir/modules.order" "$dir/modules.builtin" "$dir/modules.builtin.modinfo"
	for module in $modules st_sensors_i2c st_sensors st_accel st_gyro st_magn st_pressure kxsd9 \
		industrialio-triggered-buffer kfifo_buf industrialio; do
		plain "$module" "$dir/$module.ko"
		unsign "$dir/$module.ko"
	done
}

# Every module ten times, in an order that changes; prints what they say, and who fails
round()
{
	local module

	# shellcheck disable=SC2086 # one word per module
	for module in $(yes $modules | head -n 10 | xargs -n 1 | shuf); do
		{ /sbin/modprobe -d "$PWD" "$module" || echo "$module: exit $?"; } 2>&1 &
	done
	wait
	for module in $modules; do
		loaded "$module" || echo "$module: not loaded"
	done
}

rounds()
{
	local i

	for i in $(seq "$1"); do
		round
		# shellcheck disable=SC2086
		/sbin/modprobe -d "$PWD" -r -a $modules 2>&1
		[ "$(cut -d ' ' -f 1 /proc/modules | sort)" = "$2" ] ||
			echo "round $i left behind: $(cat /proc/modules)"
	done
}

checks()
{
	works "depmod" depmod -b "$PWD" "$release"
	is "no error, none is missing, none is left behind" \
		"$(rounds 20 "$(cut -d ' ' -f 1 /proc/modules | sort)")" ""
}
