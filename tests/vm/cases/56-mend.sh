# timeout: 600
#
# Without self-protection root can take pins away and publish another image: policyd sees it and puts it back.

PINS=/sys/fs/bpf/policyd

setup cp /etc/hostname /srv/a
setup cp /etc/hostname /srv/b
echo 'canary_interval: 2s' >/etc/policyd/policyd.yaml
deny_read one /srv/b | policy one
policy calls <<'XX'
version: 1
policy: calls
subject: {exe: /usr/bin/probe}
syscall:
  - audit: getpriority
XX
start_policyd
deny_read one /srv/a | policy one
wait_live
denied probe open-read /srv/a
allowed probe open-read /srv/b
no_event 'kind="tamper"'

pins=$(ls $PINS | wc -l)
# One at a time, or all at once: policyd may look at any moment.
setup rm $PINS/link_file_open
event_has 'kind="tamper"' 'action="tampered"' 'detail="1 pin was missing'
check 'the pin is there again' test "$(ls $PINS | wc -l)" = "$pins"
setup mv $PINS $PINS-away
event_has 'kind="tamper"' 'action="tampered"' "detail=\"$pins pins were missing"
check 'all of them' test "$(ls $PINS | wc -l)" = "$pins"
setup rm -r $PINS-away
setup rm $PINS/map_live
setup bpftool map create $PINS/map_live type array key 4 value 4 entries 1 name other
sleep 4
check 'the right one' sh -c "bpftool map show pinned $PINS/map_live | grep -q 'array_of_maps'"

setup probe pin-make $PINS/prog_capable
sleep 4
check_not 'what policyd does not have goes' test -e $PINS/prog_capable

# The image before is still in its slot.
old=$(bpftool map show | sed -n 's/^\([0-9]*\): array *name policyd_image.*/\1/p' | sort -n | head -n 1)
for slot in 0 1; do
	setup bpftool map update pinned $PINS/map_live key $slot 0 0 0 value id "$old"
done
event_has 'kind="tamper"' 'action="tampered"' 'detail="another image'
denied probe open-read /srv/a
allowed probe open-read /srv/b

# So is the number of the generation before.
generation() { bpftool map dump pinned $PINS/map_published; }
generation >/run/generation
setup bpftool map update pinned $PINS/map_published key 0 0 0 0 value 1 0 0 0 0 0 0 0
sleep 4
generation >/run/generation-again
check 'the generation is as it was' cmp /run/generation /run/generation-again
denied probe open-read /srv/a
allowed probe open-read /srv/b

# Which calls the image is about is a list of its own, and so is to whom it says nothing about any: 1,024 bytes, 512, and the
# generation.
bytes() { seq -s ' ' 1 "$1" | sed "s/[0-9][0-9]*/$2/g"; }
bpftool map dump pinned $PINS/map_calls >/run/calls
bytes 1544 0 >/run/nothing
echo "$(bytes 1024 1) $(bytes 512 255) 2 0 0 0 0 0 0 0" >/run/nobody
for what in nothing nobody; do
	# shellcheck disable=SC2046 # bytes on purpose
	setup bpftool map update pinned $PINS/map_calls key 0 0 0 0 value $(cat /run/$what)
	sleep 4
	bpftool map dump pinned $PINS/map_calls >/run/calls-again
	check "the list is as it was: $what" cmp /run/calls /run/calls-again
done

# Where they cannot be put back that is told, once, and enforcement goes on.
setup mount -t tmpfs none $PINS
event_has 'kind="tamper"' 'action="tampered"' 'is not on a BPF file system'
denied probe open-read /srv/a
setup umount $PINS
stop_policyd
denied probe open-read /srv/a
