# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=dash
#
# What scripts/run shows in the virtual machine: a policy is dropped in, three operations are refused, their
# neighbours are not, and syslog says why. Ends with 0 only if all of that happened.

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
bad=0

# try allowed|refused WHAT PROBE…
try() {
	wanted=$1 what=$2
	shift 2
	"$@" >/dev/null 2>&1
	case $? in
	0) got=allowed ;;
	1) got=refused ;;
	*) got='could not be tried' ;;
	esac
	printf '  %-8s  %s\n' "$got" "$what"
	[ "$got" = "$wanted" ] || { printf '            expected: %s\n' "$wanted"; bad=1; }
}

cp /etc/hostname /etc/demo-secret
cp /etc/hostname /etc/demo-public
cp /bin/true /usr/bin/demo-tool 2>/dev/null || cp "$(command -v probe)" /usr/bin/demo-tool
cp /usr/bin/demo-tool /usr/bin/demo-other
probe listen-tcp 127.0.0.1 4444 >/dev/null 2>&1 &
probe listen-tcp 127.0.0.1 4445 >/dev/null 2>&1 &

say "1. policyd starts on Linux $(uname -r)"
mkdir -p /etc/policyd/policy.d
policyd &
until policyctl status >/dev/null 2>&1; do
	kill -0 $! 2>/dev/null || exit 1
	usleep 200000
done

say '2. A policy is dropped into /etc/policyd/policy.d'
cat >/etc/policyd/demo.new <<'END'
version: 1
policy: demo
mode: enforce
file:
  - deny: read
    path: /etc/demo-secret
exec:
  - deny: run
    path: /usr/bin/demo-tool
network:
  - deny: connect
    protocol: tcp
    to: 127.0.0.0/8
    port: 4444
END
sed 's/^/  /' /etc/policyd/demo.new
mv /etc/policyd/demo.new /etc/policyd/policy.d/demo.yaml
policyctl status --wait 30s >/dev/null || exit 1

say '3. Three operations and their neighbours'
try refused 'read /etc/demo-secret' probe open-read /etc/demo-secret
try allowed 'read /etc/demo-public' probe open-read /etc/demo-public
try refused 'run /usr/bin/demo-tool' probe exec /usr/bin/demo-tool
try allowed 'run /usr/bin/demo-other' probe exec /usr/bin/demo-other
try refused 'connect to 127.0.0.1 port 4444' probe connect-tcp 127.0.0.1 4444
try allowed 'connect to 127.0.0.1 port 4445' probe connect-tcp 127.0.0.1 4445

say '4. What rsyslogd wrote about the refusals'
tries=0
until [ "$(grep -c ' denied ' /var/log/policyd.log)" -ge 3 ] || [ $tries -ge 50 ]; do
	tries=$((tries + 1))
	usleep 200000
done
grep ' denied ' /var/log/policyd.log | sed 's/.*\] DENIED/  DENIED/'
printf '\n  the first of them whole:\n'
grep -m 1 ' denied ' /var/log/policyd.log | fold -w 110 | sed 's/^/  /'
[ "$(grep -c ' denied ' /var/log/policyd.log)" -eq 3 ] || { echo '  expected three lines'; bad=1; }

say "5. Asked from the files, the same answer"
policyctl explain /usr/bin/cat file read /etc/demo-secret | sed "s/^/  /"
exit $bad
