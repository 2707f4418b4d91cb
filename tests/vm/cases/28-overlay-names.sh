# timeout: 600
# parallel: yes
#
# What is remembered of directories of an overlay holds as long as they are where they were: not after they moved, in the
# overlay or in a layer below it, nor for another one of the same number or at the same address. The overlay is in a mount
# namespace of its own, where the layer's names say nothing else.

setup mkdir -p /srv/m /srv/run /srv/other/open/a/b /srv/other/closed/a/b
for name in open closed copied; do setup mkdir -p "/srv/low/$name/a/b" "/srv/low/under/$name/a/b"; done
setup cp /usr/bin/probe /srv/run/limited
setup cp /bin/bash /srv/run/reader
for file in low/open/a/b low/closed/a/b low/open low/closed other/open/a/b other/closed/a/b low/copied/a/b; do
	setup cp /etc/hostname "/srv/$file/f"
done
setup cp /etc/hostname /srv/low/copied/a/b/g
for file in "" a/ a/b/; do setup cp /etc/hostname "/srv/low/under/open/${file}f"; done
setup rmdir /srv/low/under/closed/a/b /srv/low/under/closed/a /srv/low/under/closed
limited=/srv/run/limited

policy overlaid <<'END'
version: 1
policy: overlaid
mode: enforce
file:
  - {deny: read, path: "unmapped:/t/{one,other}/b/c/secret"}
---
version: 1
policy: limited
mode: enforce
subject: {exe: [/srv/run/limited, /srv/run/reader]}
file:
  - deny: read
    path: ["unmapped:/closed/**", "unmapped:/under/closed/**", "unmapped:/copied/a/b/f", "unmapped:/{x,y}/closed/**"]
END
start_policyd
processors all

# hold NAME OPTIONS: a mount namespace where /srv/m is an overlay, and whose program's number is in $NAME.
hold() {
	setup mkdir -p "/srv/$1/up" "/srv/$1/work"
	unshare -m sh -c "mount -t overlay none /srv/m -o $2,upperdir=/srv/$1/up,workdir=/srv/$1/work &&
		touch /tmp/held-$1 && exec sleep 500" &
	eval "$1=$!"
	setup within 100 test -e "/tmp/held-$1"
}
hold first lowerdir=/srv/low
over() { nsenter -t "$first" -m "$@"; }
drop() { echo 2 >/proc/sys/vm/drop_caches; }

# know DENIED ALLOWED [COMMAND…]: more than once, so that what is remembered answers.
know() {
	_denied=/srv/m/$1 _allowed=/srv/m/$2
	shift 2
	for _ in 1 2 3; do
		denied "${@:-over}" $limited open-read "$_denied"
		allowed "${@:-over}" $limited open-read "$_allowed"
	done
}
know closed/a/b/f open/a/b/f
know closed/f open/f

# Directories of the overlay move while files below them are opened, and by somebody whom no policy concerns.
setup over mkdir -p /srv/m/t/one/b/c /srv/m/t/free /srv/m/x/open/a/b /srv/m/y
for file in t/one/b/c/secret t/one/b/c/plain t/free/secret x/open/f x/open/a/b/f; do
	setup over cp /etc/hostname "/srv/m/$file"
done
allowed over probe race-rename /srv/m/t/one /srv/m/t/other "${RENAMES:-6000}" \
	/srv/m/t/one/b/c/secret /srv/m/t/one/b/c/plain
for _ in 1 2 3; do
	for file in f a/b/f; do allowed over $limited open-read /srv/m/x/open/$file; done
	allowed over probe rename /srv/m/x/open /srv/m/x/closed
	for file in f a/b/f; do denied over $limited open-read /srv/m/x/closed/$file; done
	allowed over probe rename /srv/m/x /srv/m/z
	for file in f a/b/f; do allowed over $limited open-read /srv/m/z/closed/$file; done
	allowed over probe rename /srv/m/z /srv/m/x
	for file in f a/b/f; do denied over $limited open-read /srv/m/x/closed/$file; done
	allowed over probe rename /srv/m/x/closed /srv/m/x/open
done

# Others of the same number and at the same address, by turns.
setup over rm -r /srv/m/x
for turn in 1 2 3 4 5 6 7 8 9 10 11 12; do
	for name in open closed; do
		setup over mkdir -p "/srv/m/x/$name/a"
		setup over cp /etc/hostname "/srv/m/x/$name/f"
		setup over cp /etc/hostname "/srv/m/x/$name/a/f"
		for file in f a/f; do
			verdict=allowed
			[ $name = open ] || verdict=denied
			$verdict over $limited open-read "/srv/m/x/$name/$file"
			$verdict over $limited open-read "/srv/m/x/$name/$file"
		done
		setup over rm -r /srv/m/x
		[ $((turn % 4)) != 0 ] || drop
	done
done

# Many at a time: some have both the number and the address of one of the other name.
cat >/tmp/many <<'END'
rounds=$1
wrong=0
for round in $(seq "$rounds"); do
	for name in open closed; do
		mkdir -p /srv/m/x/$name
		for i in {1..40}; do mkdir /srv/m/x/$name/d$i; echo >/srv/m/x/$name/d$i/f; done
		for i in {1..40} {1..40}; do
			if { : </srv/m/x/$name/d$i/f; } 2>/dev/null; then result=open; else result=closed; fi
			[ $result = $name ] || wrong=$((wrong + 1))
		done
		rm -r /srv/m/x
	done
done
echo "$wrong wrong verdicts"
[ $wrong = 0 ]
END
check 'none is taken for another' over /srv/run/reader /tmp/many 10

# Copied up, with its directories: they are where they were.
know copied/a/b/f copied/a/b/g
setup over sh -c 'chmod 711 /srv/m/copied/a; echo >>/srv/m/copied/a/b/f; echo >>/srv/m/copied/a/b/g'
know copied/a/b/f copied/a/b/g
# Those as well, which other overlays over the same layer show as they were (below).
for name in open closed; do setup over sh -c "echo >>/srv/m/$name/a/b/f"; done

# Forgotten by the kernel, and found again.
drop
know closed/a/b/f open/a/b/f
know copied/a/b/f copied/a/b/g

# A layer changes below: the overlay's dentry stays where it was until somebody looks at the new place, and goes there.
for _ in 1 2 3; do
	for file in f a/f a/b/f; do allowed over $limited open-read /srv/m/under/open/$file; done
	setup mv /srv/low/under/open /srv/low/under/closed
	for file in f a/f a/b/f f a/f a/b/f; do over $limited open-read /srv/m/under/open/$file >/dev/null; done
	for file in a/b/f a/f f; do denied over $limited open-read /srv/m/under/closed/$file; done
	setup mv /srv/low/under/closed /srv/low/under/open
	for file in f a/f a/b/f f a/f a/b/f; do over $limited open-read /srv/m/under/closed/$file >/dev/null; done
	for file in a/b/f a/f f; do allowed over $limited open-read /srv/m/under/open/$file; done
done
# Its dentry goes while somebody holds its inode.
allowed over $limited open-read /srv/m/under/open/f
over inotifyd true /srv/m/under/open:d /srv/m/under/open/a:d &
watcher=$!
usleep 300000
setup mv /srv/low/under/open /srv/low/under/closed
for _ in 1 2; do over $limited open-read /srv/m/under/open/a/f >/dev/null; done
drop
for file in f a/f; do denied over $limited open-read /srv/m/under/closed/$file; done
kill $watcher

# The same overlay in a second namespace, and other overlays over the same and other layers.
nsenter -t "$first" -m unshare -m sh -c 'touch /tmp/held-again && exec sleep 500' &
again=$!
setup within 100 test -e /tmp/held-again
know closed/a/b/f open/a/b/f nsenter -t $again -m
hold second lowerdir=/srv/low
know closed/a/b/f open/a/b/f nsenter -t "$second" -m
know closed/a/b/f open/a/b/f
hold third lowerdir=/srv/other
know closed/a/b/f open/a/b/f nsenter -t "$third" -m

# Another one in its place, where the names are the other way round.
setup rm -r /srv/other
setup mkdir -p /srv/other/open /srv/other/closed
setup cp -r /srv/low/open/a /srv/other/closed/a
setup cp -r /srv/low/closed/a /srv/other/open/a
for lower in other low other low; do
	setup over umount /srv/m
	setup rm -rf /srv/first/up /srv/first/work
	setup mkdir /srv/first/up /srv/first/work
	setup over mount -t overlay none /srv/m -o "lowerdir=/srv/$lower,upperdir=/srv/first/up,workdir=/srv/first/work"
	know closed/a/b/f open/a/b/f
done

# Another set of policies.
policy limited <<'END'
version: 1
policy: limited-other
mode: enforce
subject: {exe: /srv/run/limited}
file:
  - {deny: read, path: "unmapped:/open/**"}
END
remove_policy overlaid
wait_live
know open/a/b/f closed/a/b/f
processors one

event_has 'kind="denied"' 'operation="read"' 'path="unmapped:/closed/a/b/f"'
