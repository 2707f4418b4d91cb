# timeout: 300
#
# A process whose class is known goes on with it while sets replace each other, as long as they are about the same
# subjects; and with another one from the moment on that they are not.

setup mkdir -p /srv/bin /srv/one /srv/two
setup cp "$(readlink -f /bin/sh)" /srv/bin/sh
setup ln -s bin /srv/link
for name in a b c; do
	setup cp /etc/hostname /srv/$name
done

# only NAME SUBJECT PATH
only() {
	deny_read "$1" "$3"
	printf 'subject: %s\n' "$2"
}

# One process that opens what it is told, all the time.
setup mkfifo /tmp/ask /tmp/say
only subject '{exe: /srv/bin/sh}' /srv/a | policy subject
start_policyd
# shellcheck disable=SC2016 # the other shell's
/srv/bin/sh -c 'while read -r file; do if true <"$file"; then echo yes; else echo no; fi; done' </tmp/ask >/tmp/say 2>/dev/null &
worker=$!
exec 6>/tmp/ask 7</tmp/say
# opens ANSWER NAME
opens() {
	echo "/srv/$2" >&6
	read -r _said <&7
	[ "$_said" = "$1" ]
}
passes() { check "passes: $*" opens yes "$1"; }
refused() { check "refused: $*" opens no "$1"; }
generation() { policyctl status --json | sed -n 's/.*"generation": *\([0-9]*\).*/\1/p'; }
before=$(generation)

refused a 'by the first set'
passes b 'by the first set'
only subject '{exe: /srv/bin/sh}' /srv/b | policy subject
wait_live
refused b 'another path'
passes a 'another path'
deny_read other /srv/c | policy other
wait_live
refused b 'beside a policy for everybody'
refused c 'beside a policy for everybody'
check 'another mode' policyctl mode subject audit
passes b 'another mode'
check 'and back' policyctl mode subject enforce
refused b 'the mode is back'

# Other subjects: the same numbers of classes mean others.
only subject '{exe: /srv/bin/other}' /srv/b | policy subject
wait_live
passes b 'another program'
refused c 'another program'
only subject '{exe: /srv/bin/sh}' /srv/b | policy subject
wait_live
refused b 'this program again'
only about '{exe: /srv/bin/other}' /srv/a | policy about
wait_live
refused b 'a policy about another program stands before it'
passes a 'a policy about another program stands before it'
only about '{exe: /srv/bin/sh}' /srv/a | policy about
only subject '{exe: /srv/bin/other}' /srv/b | policy subject
wait_live
refused a 'they have changed places'
passes b 'they have changed places'
remove_policy about
only subject '{exe: /srv/bin/sh, user: root}' /srv/b | policy subject
wait_live
refused b 'root runs it'
only subject '{exe: /srv/bin/sh, user: 65534}' /srv/b | policy subject
wait_live
passes b 'another user does not'

# The same text, and it means another program.
only subject '{exe: /srv/link/sh}' /srv/b | policy subject
wait_live
refused b 'through a link'
setup ln -sfn one /srv/link
check 'the directory is read again' policyctl reload
passes b 'the link leads elsewhere'
setup ln -sfn bin /srv/link
check 'the directory is read again' policyctl reload
refused b 'the link is back'
setup mount -t tmpfs none /srv/two
wait_live
refused b 'something else was mounted'
check 'there were as many sets' test "$(generation)" -ge $((before + 14))

# The next policyd does not know what the last one meant.
stop_policyd
start_policyd
refused b 'after a restart'
only subject '{exe: /srv/bin/other}' /srv/b | policy subject
wait_live
passes b 'after a restart, another program'
deny_read other /srv/a | policy other
wait_live
passes b 'after a restart, the same subjects'
refused a 'after a restart, the same subjects'

kill "$worker"
