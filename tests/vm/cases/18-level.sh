# kernels: 6.12
# timeout: 1500
#
# Reloads leave nothing behind: descriptors, memory, tables and programs are what they were. What would stay behind is
# counted, one for each reload: two hundred show it. scripts/soak makes a thousand, on each kernel.

generation() {
	policyctl status --json | sed -n 's/.*"generation": *\([0-9]*\).*/\1/p'
}

# reload_often COUNT
reload_often() {
	done=0
	while [ "$done" -lt "$1" ]; do
		policyctl reload >/dev/null || fail 'a reload was refused'
		done=$((done + 1))
	done
}

descriptors() {
	# shellcheck disable=SC2012 # names are numbers
	ls "/proc/$POLICYD_PID/fd" | wc -l
}

memory() {
	sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$POLICYD_PID/status"
}

maps_are_at_most() {
	[ "$(bpftool map list | grep -c '^[0-9]')" -le "$1" ]
}

setup cp /etc/hostname /srv/a
setup cp /etc/hostname /srv/b
deny_read one /srv/a | policy one
start_policyd
reload_often 50
sleep 3
first=$(generation)
descriptors=$(descriptors)
memory=$(memory)
maps=$(bpftool map list | grep -c '^[0-9]')
programs=$(bpftool prog list | grep -c '^[0-9]')
check 'there are tables' test "$maps" -gt 3
check 'there are programs' test "$programs" -gt 3

reloads=200
! grep -qw vm.every /proc/cmdline || reloads=1000
reload_often $reloads
check 'each was published' test "$(generation)" -ge $((first + reloads))
echo "descriptors $descriptors, $(descriptors); memory $memory, $(memory) KiB; tables $maps, programs $programs"
check 'descriptors stay' test "$(descriptors)" -le "$descriptors"
# What malloc keeps goes up and down by megabytes.
check 'memory stays' test "$(memory)" -le $((memory + 6144))
# The kernel frees what an old set had a moment later.
check 'tables stay' within 200 maps_are_at_most "$maps"
check 'programs stay' test "$(bpftool prog list | grep -c '^[0-9]')" = "$programs"
denied probe open-read /srv/a
allowed probe open-read /srv/b
