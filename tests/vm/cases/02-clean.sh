# What the case before this one left is gone.

check 'its processes are gone' sh -c '! pidof sleep'
check 'its mounts are gone' sh -c '! grep -E "/mnt|overlay" /proc/mounts'
check 'its links are gone' sh -c '! ip link show dev vm-dummy'
check 'its files are gone' sh -c '! test -e /srv/img'
check 'rsyslogd runs again' pidof rsyslogd
