# programs: kept
# timeout: 600
#
# What a file is apart from its name and contents, and mounts over it; each operation with its neighbour.
# busybox says 1 for any trouble, so a refusal is told by its message.

refused() {
	_said=$("$@" 2>&1) && { check "refused: $*" false; return; }
	case $_said in
	*'not permitted'* | *'permission denied (are you root?)'*) check "refused: $*" true ;;
	*) check "refused with EPERM and not '$_said': $*" false ;;
	esac
}

setup mkdir -p /srv/a /srv/free /srv/a/dir /srv/free/dir
setup cp /etc/hostname /srv/a/f
setup cp /etc/hostname /srv/free/f

policy attributes <<'END_POLICY'
version: 1
policy: attributes
mode: enforce
file:
  - {deny: setattr, path: /srv/a/**, name: setattr}
  - {deny: mount, path: /srv/a/, name: mount}
END_POLICY
start_policyd

refused touch -d '2020-01-02 03:04:05' /srv/a/f
check 'times next to it' touch -d '2020-01-02 03:04:05' /srv/free/f
refused chattr +i /srv/a/f
check 'flags next to it' chattr +A /srv/free/f
check 'mode is another operation' chmod 600 /srv/a/f
check 'contents are another operation' dd if=/etc/hostname of=/srv/a/f

refused mount -t tmpfs none /srv/a/dir
refused mount --bind /srv/free /srv/a/dir
check 'a mount next to it' mount -t tmpfs none /srv/free/dir
check 'unmounting it' umount /srv/free/dir

event_has 'rule="setattr"' 'path="/srv/a/f"'
event_has 'rule="mount"' 'path="/srv/a/dir"'
