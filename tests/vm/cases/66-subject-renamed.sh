# programs: kept
# timeout: 300
#
# A program is what it was called when it was executed, also after its file has another name and the class of its
# process has to be found anew.

setup mkdir -p /srv/run
for name in limited other plain; do setup cp /usr/bin/probe /srv/run/$name; done
setup cp /etc/hostname /srv/secret

# rules NUMBER: the policy, and one about another program, which comes anew with each number.
rules() {
	policy renamed <<XX
version: 1
policy: renamed
mode: enforce
subject: {exe: [/srv/run/limited, /srv/run/later]}
file:
  - {deny: read, path: /srv/secret}
---
version: 1
policy: turn
mode: enforce
subject: {exe: /srv/run/turn-$1}
file:
  - {deny: read, path: /srv/turn}
XX
}
# waits NAME: starts a program that reads the file when it is told to.
waits() {
	setup mkfifo "/tmp/go-$1"
	sh -c "/srv/run/$1 wait -- open-read /srv/secret; echo status \$?" <"/tmp/go-$1" >"/tmp/$1" 2>&1 &
	sleep 800 >"/tmp/go-$1" &
	check "$1 waits" within 100 grep -q waiting "/tmp/$1"
}
# goes NAME STATUS: what came of it.
goes() {
	echo go >"/tmp/go-$1"
	check "$1 ends with $2" within 100 grep -qx "status $2" "/tmp/$1"
}

rules 1
start_policyd
denied /srv/run/limited open-read /srv/secret
allowed /srv/run/other open-read /srv/secret
for name in limited other plain; do waits $name; done

setup mv /srv/run/limited /srv/run/free
setup mv /srv/run/other /srv/run/later
rules 2
wait_live
goes limited 1
goes other 0
goes plain 0
event_has 'kind="denied"' 'policy="renamed"' 'path="/srv/secret"'

# What is executed now has the name that it has now.
allowed /srv/run/free open-read /srv/secret
denied /srv/run/later open-read /srv/secret
