# Leaves things lying about, on file systems and with modules that other cases will want; 02-clean looks for them.

sleep 777 &
setsid sleep 778 &
check 'tmpfs' mount -t tmpfs litter /mnt
check 'dummy' ip link add vm-dummy type dummy
check 'veth' ip link add vm-veth0 type veth peer name vm-veth1
setup truncate -s 8M /srv/img
setup mke2fs -q -t ext4 /srv/img
setup mkdir -p /mnt/loop /tmp/u /tmp/w /tmp/o
check 'loop' mount -o loop -t ext4 /srv/img /mnt/loop
check 'overlay' mount -t overlay litter -o lowerdir=/srv,upperdir=/tmp/u,workdir=/tmp/w /tmp/o
check_not 'a missing file' test -e /srv/missing
allowed probe open-read /srv/img
denied probe --errno EACCES as 1000 1000 -- open-read /etc/shadow
allowed probe as 1000 1000 -- open-read /etc/passwd
