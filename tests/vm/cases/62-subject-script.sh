# timeout: 300
#
# Subjects by the script that was started with #!, whoever interprets it. `true` is built into the shell, so that the
# interpreter itself opens the file; where probe interprets, the name of the script is what it does.

setup mkdir -p /srv/bin /srv/later/deep /srv/more /srv/thread /srv/fork
for name in secret free; do setup cp /etc/hostname "/srv/$name"; done

# script FILE INTERPRETER TEXT
script() {
	printf '#!%s\n%s\n' "$2" "$3" >"/srv/$1"
	chmod 755 "/srv/$1"
}
for job in job other; do setup script bin/$job /bin/sh 'true <"$1"'; done
for job in bin/wait bin/still bin/never later/deep/wait; do
	setup script $job /bin/sh 'echo waiting; read -r line; true <"$1"'
done
setup script bin/inner /bin/sh 'true <"$2"'
setup script bin/outer /srv/bin/inner ''
setup script bin/clear /bin/sh 'exec "$@"'
for job in thread fork; do setup script $job/open-read "/usr/bin/probe $job" ''; done

# probed DIRECTORY FILE: `probe DIRECTORY open-read FILE`, as a script of that directory.
probed() {
	sh -c 'cd "/srv/$0" && PATH=: && open-read "$1"' "$@"
}
# waits NAME SCRIPT FILE: starts a script that waits for a line before it reads the file.
waits() {
	setup mkfifo "/tmp/go-$1"
	"/srv/$2" "$3" <"/tmp/go-$1" >"/tmp/$1" 2>&1 &
	eval "pid_$1=$!"
	sleep 600 >"/tmp/go-$1" &
	until grep -q waiting "/tmp/$1"; do usleep 50000; done
}
# goes NAME: lets it read; its exit status.
goes() {
	echo go >"/tmp/go-$1"
	eval "wait \$pid_$1"
}

policy script <<'END'
version: 1
policy: script
mode: enforce
subject: {script: ["/srv/bin/{job,outer,clear}", "/srv/bin/w*t", "/srv/{thread,fork}/open-read"]}
file:
  - {deny: read, path: /srv/secret}
---
version: 1
policy: inner
mode: enforce
subject: {script: /srv/bin/inner}
file:
  - {deny: read, path: /srv/free}
END
waits older bin/wait /srv/secret
start_policyd

check_not 'a script is a subject' /srv/bin/job /srv/secret
check 'for what the rule names' /srv/bin/job /srv/free
check 'another script is not' /srv/bin/other /srv/secret
check 'an interpreter that reads the script is not' sh /srv/bin/job /srv/secret
allowed /srv/bin/clear probe open-read /srv/secret
denied probed thread /srv/secret
allowed probed thread /srv/free
denied probed fork /srv/secret
allowed probed fork /srv/free
event_has 'path="/srv/secret"' 'policy="script"' 'exe="/usr/bin/probe"' 'script="/srv/thread/open-read"'
event_has 'path="/srv/secret"' 'policy="script"' 'exe="/usr/bin/probe"' 'script="/srv/fork/open-read"'
event_has 'path="/srv/secret"' 'policy="script"' 'exe="/usr/bin/(busybox|dash)"' 'script="/srv/bin/job"'

# Of several the one that was asked for.
check_not 'the outer script counts' /srv/bin/outer /srv/secret
check 'the inner one does not' /srv/bin/outer /srv/free
event_has 'path="/srv/secret"' 'script="/srv/bin/outer"'
no_event 'script="/srv/bin/inner"'
check_not 'but where it was asked for' /srv/bin/inner x /srv/free

# A policy that comes while they run. The name is what the script was started as.
waits still bin/still /srv/secret
waits never bin/never /srv/secret
waits moved later/deep/wait /srv/secret
setup mv /srv/later/deep /srv/more/deep
policy late <<'END'
version: 1
policy: late
mode: enforce
subject: {script: [/srv/bin/still, "/srv/later/**"]}
file:
  - {deny: read, path: /srv/secret}
END
wait_live
waits fresh more/deep/wait /srv/secret
check_not 'a policy that came later' goes still
check_not 'a script below a directory that has moved' goes moved
check 'one that was started there' goes fresh
event_has 'path="/srv/secret"' 'policy="late"' 'script="/srv/later/deep/wait"'

# policyd is not needed for it.
waits kept bin/wait /srv/secret
stop_policyd
check_not 'without policyd' /srv/bin/job /srv/secret
waits gap bin/wait /srv/secret
start_policyd
check_not 'started before another policyd' goes kept
check_not 'started while there was none' goes gap
check 'a neighbour' goes never

# Before the first policyd nobody saw what was started, and status says so.
check 'older than policyd' goes older
check 'told in status' sh -c 'policyctl status | grep -E "^history +[1-9][0-9]* tasks"'
