# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# Runs in the Debian of `scripts/setup --work`, inside the virtual machine: guest_work.sh ROW…, "ROW<tab>NANOSECONDS" for
# each, the least of several. Nanoseconds are instructions where the machine's clock counts these.
#
#   untar   unpacks the headers of the C library and of the kernel
#   find    looks through them for the names and sizes of files
#   grep    reads them all
#   build   make and gcc: a program of five files
#   nginx   one request, of those that wrk sends for a second over eight connections
#   redis   one command, of those that redis-benchmark sends over eight connections

REPETITIONS=2
REQUESTS=3000
TREE=/srv/tree
BUILD_FILES='one two three four'

fail() {
	echo "guest_work.sh: $*" >&2
	exit 1
}

# took COMMAND…: how long it took.
took() {
	from=$(date +%s%N)
	"$@" >/srv/output || fail "$1 fails"
	to=$(date +%s%N)
	echo $((to - from))
}

# --- What is worked on ---------------------------------------------------------------------------

make_tree() {
	mkdir -p /srv/new
	[ -d $TREE ] || cp -r /usr/include $TREE
	[ -f /srv/tree.tar ] || tar -c -f /srv/tree.tar -C $TREE .
}

make_sources() {
	mkdir -p /srv/build
	for name in $BUILD_FILES; do
		cat >"/srv/build/$name.c" <<END
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
int $name(const char *text);
int $name(const char *text)
{
	char copy[64];
	int sum = 0;

	snprintf(copy, sizeof(copy), "%s of $name", text);
	for (size_t i = 0; i < strlen(copy); i++)
		sum = sum * 31 + copy[i];
	return sum;
}
END
	done
	{
		for name in $BUILD_FILES; do
			echo "int $name(const char *text);"
		done
		echo 'int main(int argc, char **argv) { return 0'
		for name in $BUILD_FILES; do
			echo " + $name(argv[argc - 1])"
		done
		echo '; }'
	} >/srv/build/main.c
	cat >/srv/build/Makefile <<'END'
CFLAGS = -O1
program: $(patsubst %.c,%.o,$(wildcard *.c))
	gcc -o $@ $^
END
}

# --- The rows --------------------------------------------------------------------------------------

row_untar() {
	rm -rf /srv/new/*
	took tar -x -f /srv/tree.tar -C /srv/new
}

row_find() { took find $TREE -type f -name '*.h' -size +2k; }
row_grep() { took grep -r -l socket $TREE; }

row_build() {
	rm -f /srv/build/*.o /srv/build/program
	took make -s -C /srv/build
}

# until_up COMMAND…
until_up() {
	tries=0
	until "$@" >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || fail "not up: $*"
		sleep 0.1
	done
}

# Of a second, the part of one request.
row_nginx() {
	wrk -t 1 -c 8 -d 1s http://127.0.0.1:8080/small >/srv/output || fail 'wrk fails'
	! grep -q 'Non-2xx\|Socket errors' /srv/output || fail "nginx does not answer: $(cat /srv/output)"
	awk '$1 == "Requests/sec:" { printf "%d\n", 1e9 / $2 }' /srv/output
}

row_redis() {
	sum=$(took redis-benchmark -q -c 8 -n $REQUESTS -t set,get)
	echo $((sum / REQUESTS / 2))
}

start_nginx() {
	mkdir -p /srv/www /run
	echo 'a small page' >/srv/www/small
	cat >/etc/nginx/nginx.conf <<'END'
user www-data;
worker_processes 1;
events { worker_connections 64; }
http { access_log off; server { listen 127.0.0.1:8080; root /srv/www; } }
END
	/usr/sbin/nginx || fail 'nginx does not start'
	until_up grep -q ':1F90 ' /proc/net/tcp
}

start_redis() {
	/usr/bin/redis-server --daemonize yes --dir /srv --save '' >/dev/null || fail 'redis does not start'
	until_up redis-cli ping
}

stop_servers() {
	/usr/sbin/nginx -s stop 2>/dev/null
	redis-cli shutdown nosave >/dev/null 2>&1
}

make_tree
make_sources
start_nginx
start_redis
for row in "$@"; do
	least=
	"row_$row" >/dev/null || exit 1
	for _repetition in $(seq $REPETITIONS); do
		now=$("row_$row") || exit 1
		[ "$least" ] && [ "$least" -le "$now" ] || least=$now
	done
	printf '%s\t%s\n' "$row" "$least"
done
stop_servers
