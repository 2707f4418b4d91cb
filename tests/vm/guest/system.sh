# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=dash
#
# The machine itself: mounts, services, and how it is brought back to its first state between two cases.

mount_system() {
	mount -t proc -o nosuid,nodev,noexec proc /proc
	mount -t sysfs -o nosuid,nodev,noexec sysfs /sys
	mkdir -p /dev/pts /dev/shm
	mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /dev/pts
	mount -t tmpfs -o nosuid,nodev shm /dev/shm
	mount -t tmpfs -o nosuid,nodev,mode=0755 run /run
	mount -t tmpfs -o nosuid,nodev,mode=1777 tmp /tmp
	mount -t securityfs securityfs /sys/kernel/security
	mount -t tracefs tracefs /sys/kernel/tracing
	mount -t bpf -o mode=0700 bpf /sys/fs/bpf
	mount -t cgroup2 cgroup2 /sys/fs/cgroup
	ln -sf /proc/self/fd /dev/fd
	ln -sf /proc/self/mounts /etc/mtab
}

start_system() {
	hostname vm
	ip link set lo up
	echo /sbin/modprobe >/proc/sys/kernel/modprobe
	modprobe -a virtio_pci virtio_blk 2>/dev/null
	mount_disks
	syslog_start rsyslog.conf
}

# ext4, from disks that the host attached: the root is a tmpfs, which has no generations and no flags. Case folding
# has a disk of its own, since overlayfs on 6.12 refuses layers on a file system that knows it.
mount_disks() {
	tries=0
	while [ ! -b /dev/vdb ] && [ "$tries" -lt 50 ]; do
		tries=$((tries + 1))
		usleep 20000
	done
	mount -t ext4 /dev/vda /srv
	mount -t ext4 /dev/vdb /casefold
}

# syslog_start [CONFIG]: the default one listens on /dev/log and writes three files in /var/log (see rsyslog.conf);
# debian.conf is what the distribution ships.
# shellcheck disable=SC2120 # cases pass it
syslog_start() {
	rsyslogd -f "/vm/${1:-rsyslog.conf}" -i /run/rsyslogd.pid || return 1
	tries=0
	while [ ! -S /dev/log ]; do
		tries=$((tries + 1))
		[ "$tries" -lt 100 ] || { echo 'rsyslogd does not listen'; return 1; }
		usleep 50000
	done
}

syslog_stop() {
	pid=$(cat /run/rsyslogd.pid 2>/dev/null) || return 0
	kill "$pid"
	while [ -d "/proc/$pid" ]; do usleep 20000; done
	rm -f /dev/log /run/rsyslogd.pid
}

# Remembers what belongs to the machine; everything else goes after each case.
remember_system() {
	printf '%s\n' 1 "$1" >/run/vm/keep_pids
	cut -d' ' -f2 /proc/mounts >/run/vm/keep_mounts
	ls /sys/class/net >/run/vm/keep_links
}

# Kernel threads have no executable, so they are never in this list. PID 1 and what it needs are left out.
foreign_processes() {
	# One process for all of them: the machine is slow at making processes.
	# shellcheck disable=SC2012 # names are numbers
	ls -l /proc/[0-9]*/exe 2>/dev/null |
		sed -n 's,.* /proc/\([0-9]*\)/exe -> .*,\1,p' | grep -vxF -f /run/vm/keep_pids
}

end_processes() {
	for signal in CONT TERM KILL; do
		pids=$(foreign_processes)
		for pid in $pids; do
			kill -"$signal" "$pid" 2>/dev/null
		done
		[ "$signal" != TERM ] || usleep 100000
	done
}

unmount_foreign() {
	cut -d' ' -f2 /proc/mounts | tac | while read -r point; do
		grep -qxF "$point" /run/vm/keep_mounts || umount -l "$(printf '%b' "$point")"
	done
}

remove_links() {
	for link in /sys/class/net/*; do
		link=${link##*/}
		grep -qx "$link" /run/vm/keep_links || ip link del "$link" 2>/dev/null
	done
}

# A machine has no cgroups of its own. Those that processes have just left go a little later.
remove_cgroups() {
	for _try in 1 2 3 4 5 6 7 8 9 10; do
		find /sys/fs/cgroup -mindepth 1 -depth -type d -exec rmdir {} \; 2>/dev/null
		[ -n "$(find /sys/fs/cgroup -mindepth 1 -maxdepth 1 -type d)" ] || return
		usleep 50000
	done
}

# policies_end: nothing is decided any more and the daemon has ended. What the policies needed stays loaded.
policies_end() {
	[ -S /run/policyd/control.sock ] || return 1
	rm -rf /etc/policyd/policy.d/*
	timeout 60 policyctl reload >/dev/null 2>&1 && timeout 40 policyctl stop >/dev/null 2>&1
}

# reset_system kept|fresh: whether the programs may stay for the next case, which takes them over; the verifier needs
# most of the time of a case. Fails when something of the case stays in force: the cases after it could not be trusted.
reset_system() {
	_programs=$1
	[ "$_programs" = fresh ] || policies_end || _programs=fresh
	if [ "$_programs" = fresh ] && [ -S /run/policyd/control.sock ]; then
		timeout 40 policyctl stop --unload >/dev/null 2>&1
	fi
	end_processes
	[ "$_programs" = kept ] || rm -rf /sys/fs/bpf/policyd
	unmount_foreign
	[ ! -e /dev/loop0 ] || losetup -a | cut -d: -f1 | xargs -r -n 1 losetup -d
	remove_links
	remove_cgroups
	rm -rf /etc/policyd/policy.d/* /etc/policyd/policyd.yaml /run/policyd /var/lib/policyd/* /tmp/* \
		/run/vm/failures /run/vm/checks /run/vm/policyd.out
	find /srv /casefold -mindepth 1 -maxdepth 1 ! -name lost+found -exec rm -rf {} +
	for file in policyd.log policyd.raw policyd.json; do
		: >"/var/log/$file"
	done
	rm -f /run/rsyslogd.pid /dev/log
	syslog_start rsyslog.conf
	if [ "$_programs" = fresh ] && [ -e /sys/fs/bpf/policyd ] && [ ! -e /run/vm/stays ]; then
		echo 'policyd left pins that cannot be removed'
		return 1
	fi
}
