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
	setup cp /etc/hostname "/srv/left/${stem}x"
	setup ln "/srv/left/${stem}x" "/srv/left/${stem}y" # one file, one slot
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

# The numbers of 127.0.0.1 and 127.0.18.208, and those of ports 9000 and 9003 beside 127.0.0.2, come to one slot.
for turn in 1 2 3; do
	for call in connect-udp sendto-udp; do
		denied probe $call 127.0.0.1 9000
		allowed probe $call 127.0.18.208 9000
		allowed probe $call 127.0.0.2 9003
	done
	denied probe connect-tcp 127.0.0.1 9000
	allowed probe connect-tcp 127.0.18.208 9000
done

# as NUMBER PROGRAM: the program opens a file for a second, in a process of that number that it does not execute anew:
# "yes", "no", or both. From the moment that it has the number /tmp/has.NUMBER exists.
as() {
	$2 -c "
		for try in {1..20}; do
			echo $(($1 - 1)) >/proc/sys/kernel/ns_last_pid
			(
				[ \$BASHPID = $1 ] || exit 3
				: >/tmp/has.$1
				end=\$((SECONDS + 2))
				while ((SECONDS < end)); do
					if read -r line </srv/right/g; then yes=yes; else no=no; fi
				done 2>/dev/null
				echo \$yes\$no
			) && exit
		done
		echo none" >"/tmp/said.$1"
}

# both NUMBER NUMBER: a limited process of the first number and a free one of the second, one after the other and back.
both() {
	as "$1" /srv/run/limited
	check "$1, limited" test "$(cat "/tmp/said.$1")" = no
	as "$2" /srv/run/free
	check "$2, free" test "$(cat "/tmp/said.$2")" = yes
	as "$1" /srv/run/limited
	check "$1, limited again" test "$(cat "/tmp/said.$1")" = no
}

both 20000 20000
both 3700 20084 # 16,384 apart

# The same at the same time. Nothing is forked here until the first has its number: it could get that number itself.
as 4100 /srv/run/limited &
first=$!
until [ -e /tmp/has.4100 ] || [ -s /tmp/said.4100 ]; do :; done
as 20484 /srv/run/free
wait $first
check 'limited, beside the free' test "$(cat /tmp/said.4100)" = no
check 'free, beside the limited' test "$(cat /tmp/said.20484)" = yes
