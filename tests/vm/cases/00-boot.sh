# The machine itself is what the other cases take for granted.

check 'bpf is an active LSM' grep -qw bpf /sys/kernel/security/lsm
check 'the kernel has BTF' test -s /sys/kernel/btf/vmlinux
check 'bpffs is mounted' grep -q ' /sys/fs/bpf bpf ' /proc/mounts
check 'cgroup2 is mounted' grep -q ' /sys/fs/cgroup cgroup2 ' /proc/mounts
check 'process 1 has an ordinary root' grep -q ' / / .* tmpfs ' /proc/1/mountinfo
check '/srv is ext4' grep -q ' /srv ext4 ' /proc/mounts
check '/casefold folds case' sh -c 'mkdir /casefold/d && chattr +F /casefold/d && echo x >/casefold/d/a && cat /casefold/d/A'
check 'lo is up' ping -c 1 -W 2 127.0.0.1
check 'alice exists' su alice -s /bin/sh -c 'test $(id -u) = 1000'

logger -t selftest 'plain text'
check 'a plain message arrives' event_line 'selftest' 'plain text'
logger_5424='<86>1 2030-01-02T03:04:05.678901Z vm policyd 42 denied [policyd@32473 path="/tmp/a \"b\" \] \\" pid="7"] text'
printf '%s' "$logger_5424" | probe sendto-unix /dev/log
line=$(event_line 'policyd 42 denied') || fail 'RFC 5424 is not understood'
check 'a field comes back' test "$(sd_field "$line" pid)" = 7
check 'escapes are undone' test "$(sd_field "$line" path)" = '/tmp/a "b" ] \'
check 'rsyslogd parses the structured data' grep -q '"pid": *"7"' /var/log/policyd.json
