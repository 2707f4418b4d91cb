# programs: kept
# timeout: 300
#
# What shares a slot of a cache: another file, end of a connection or task there is not taken for the one before.

# Two filesystems whose inodes have the same numbers, and files of two names.
setup mkdir -p /srv/run /srv/one /srv/two /srv/left /srv/right
for place in one two; do
	setup mount -t tmpfs none /srv/$place
	setup sh -c "echo $place >/srv/$place/f"
done
check 'the numbers are the same' test "$(stat -c %i /srv/one/f)" = "$(stat -c %i /srv/two/f)"
setup cp /etc/hostname /srv/left/f
setup ln /srv/left/f /srv/right/f

# Names on both sides of what is kept as it is, that differ in their last byte.
for length in 7 8 9 16 31 32 33 40 41 255; do
	stem=$(printf '%*s' $((length - 1)) '' | tr ' ' n)
	for last in x y; do setup cp /etc/hostname "/srv/left/$stem$last"; done
done
for who in limited free; do setup cp /bin/bash /srv/run/$who; done

policy files <<'END'
version: 1
policy: files
mode: enforce
file:
  - {deny: read, path: [/srv/one/f, /srv/left/f, "/srv/left/n*x"]}
---
version: 1
policy: limited
mode: enforce
subject: {exe: /srv/run/limited}
file:
  - {deny: read, path: /srv/right/g}
---
version: 1
policy: network
mode: enforce
network:
  - {deny: connect, to: 127.0.0.1, port: 9000}
END
setup cp /etc/hostname /srv/right/g
start_policyd

for turn in 1 2 3; do
	denied probe open-read /srv/one/f
	allowed probe open-read /srv/two/f
	denied probe open-read /srv/left/f
	allowed probe open-read /srv/right/f
done
for length in 7 8 9 16 31 32 33 40 41 255; do
	stem=$(printf '%*s' $((length - 1)) '' | tr ' ' n)
	for turn in 1 2; do
		denied probe open-read "/srv/left/${stem}x"
		allowed probe open-read "/srv/left/${stem}y"
	done
done

# 127.0.0.1 with 9000 and 127.0.0.2 with 9003 differ in bits that cancel each other.
for turn in 1 2 3; do
	for call in connect-udp sendto-udp; do
		denied probe $call 127.0.0.1 9000
		allowed probe $call 127.0.0.2 9003
		allowed probe $call 127.0.0.1 9001
	done
	denied probe connect-tcp 127.0.0.1 9000
	allowed probe connect-tcp 127.0.0.2 9003
done

# as NUMBER PROGRAM FILE: the program, as a process of that number, opens FILE often: "yes", "no", or both.
as() {
	_number=$1 _program=$2 _file=$3
	for _try in 1 2 3 4 5 6 7 8 9 10; do
		echo $((_number - 1)) >/proc/sys/kernel/ns_last_pid
		$_program -c "
			[ \$\$ = $_number ] || exit 3
			for i in {1..300}; do
				if read -r line <$_file; then yes=yes; else no=no; fi
			done 2>/dev/null
			echo \$yes\$no" >"/tmp/said.$_number" &
		wait $! && return
	done
	fail "no process gets the number $_number"
}

# both NUMBER NUMBER: a limited process of the first number and a free one of the second, one after the other.
both() {
	as "$1" /srv/run/limited /srv/right/g
	check "$1, limited" test "$(cat "/tmp/said.$1")" = no
	as "$2" /srv/run/free /srv/right/g
	check "$2, free" test "$(cat "/tmp/said.$2")" = yes
}

both 20000 20000
both 20000 20000
both 3700 20084 # 16,384 apart
both 20084 3700

# The same at the same time.
as 4100 /srv/run/limited /srv/right/g &
first=$!
sleep 0.2
as 20484 /srv/run/free /srv/right/g
wait $first
check 'limited, beside the free' test "$(cat /tmp/said.4100)" = no
check 'free, beside the limited' test "$(cat /tmp/said.20484)" = yes
