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

setup mkdir -p /srv/a /srv/free /srv/a/dir /srv/free/dir /srv/fat /srv/bare
setup cp /etc/hostname /srv/a/f
setup cp /etc/hostname /srv/free/f
for where in fat bare; do
	setup dd if=/dev/zero of=/srv/$where.image bs=1k count=2048
	setup busybox mkdosfs /srv/$where.image
	setup mount -o loop -t vfat /srv/$where.image /srv/$where
	setup cp /etc/hostname /srv/$where/f
done
setup cp /etc/hostname /srv/mode

policy attributes <<'END_POLICY'
version: 1
policy: attributes
mode: enforce
file:
  - {deny: setattr, path: /srv/a/**, name: setattr}
  - {deny: setattr, path: /srv/fat/**}
  - {deny: chmod, path: /srv/mode, name: chmod}
  - {deny: mount, path: /srv/a/, name: mount}
END_POLICY
start_policyd

refused touch -d '2020-01-02 03:04:05' /srv/a/f
check 'times next to it' touch -d '2020-01-02 03:04:05' /srv/free/f
refused chattr +i /srv/a/f
check 'flags next to it' chattr +A /srv/free/f
check 'mode is another operation' chmod 600 /srv/a/f
check 'contents are another operation' dd if=/etc/hostname of=/srv/a/f

# Access lists are attributes and say what the mode says.
denied probe acl /srv/a/f
denied probe acl /srv/mode
allowed probe acl /srv/free/f
allowed probe attribute /srv/mode

# By ioctl: FAT_IOCTL_SET_ATTRIBUTES, and FS_IOC_ENABLE_VERITY, whose argument the kernel does not take.
denied probe ioctl /srv/fat/f 0x40047211
allowed probe ioctl /srv/bare/f 0x40047211
denied probe ioctl /srv/a/f 0x40806685
denied probe --errno EINVAL ioctl /srv/free/f 0x40806685

refused mount -t tmpfs none /srv/a/dir
refused mount --bind /srv/free /srv/a/dir
check 'a mount next to it' mount -t tmpfs none /srv/free/dir
check 'unmounting it' umount /srv/free/dir

event_has 'rule="setattr"' 'path="/srv/a/f"'
event_has 'rule="chmod"' 'operation="chmod"' 'path="/srv/mode"'
event_has 'rule="mount"' 'path="/srv/a/dir"'
