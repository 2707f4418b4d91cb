# timeout: 600
#
# A policy denies a file, a program and an address; the log says why, field by field; in audit mode it only says so.

slice() {
	policy slice <<-END
		version: 1
		policy: slice
		mode: $1
		file:
		  - deny: read
		    path: /srv/secret/**
		    name: secrets
		exec:
		  - deny: run
		    path: /srv/tools/*
		    except: /srv/tools/good
		    message: not here
		network:
		  - deny: connect
		    protocol: tcp
		    to: 127.0.0.0/16
		    port: 4000-4444
		    name: inner
	END
}

# Runs the probe and keeps its process id.
noted() { sh -c 'echo $$ >/tmp/pid && exec "$@"' sh probe "$@"; }

# fields LINE NAME=VALUE…: exactly so in the line, and in what rsyslogd understood of it.
fields() {
	_line=$1
	_json=$(grep -F "\"sequence\": \"$(sd_field "$_line" sequence)\"" /var/log/policyd.json | sed 's,\\/,/,g')
	shift
	for _field in "$@"; do
		check "$_field" test "$(sd_field "$_line" "${_field%%=*}")" = "${_field#*=}"
		check "JSON $_field" expr "$_json" : ".*\"${_field%%=*}\": \"$(quoted "${_field#*=}")\"" '>' 0 >/dev/null
	done
}

quoted() { printf '%s' "$1" | sed 's,[][*.],\\&,g'; }

setup mkdir /srv/secret /srv/tools
setup cp /etc/hostname /srv/secret/key
setup cp /etc/hostname /srv/secretx
setup cp /usr/bin/probe /srv/tools/bad
setup cp /usr/bin/probe /srv/tools/good
slice enforce
start_policyd

denied noted open-read /srv/secret/key
reader=$(cat /tmp/pid)
allowed probe open-read /srv/secretx
allowed probe open-write /srv/secret/key
denied noted exec /srv/tools/bad
starter=$(cat /tmp/pid)
allowed probe exec /srv/tools/good
denied noted connect-tcp 127.0.9.1 4444
caller=$(cat /tmp/pid)
allowed probe connect-tcp 127.0.9.1 4445
allowed probe connect-tcp 127.1.0.1 4444

line=$(event_line 'policyd [0-9]+ denied' 'section="file"') || fail 'the read was not logged'
fields "$line" kind=denied severity=warning generation=1 policy=slice rule=secrets line=5 mode=enforce \
	file=/etc/policyd/policy.d/slice.yaml section=file operation=read errno=EPERM path=/srv/secret/key \
	exe=/usr/bin/probe parent_exe=/usr/bin/dash comm=probe "pid=$reader" "tid=$reader" uid=0 host=vm \
	"inode=$(stat -c %i /srv/secret/key)"
event_has 'section="file"' 'argv="probe.+x00open-read.+x00/srv/secret/key" '
check 'the facility and severity are authpriv.warning' expr "$line" : '<84>1 '
line=$(event_line 'policyd [0-9]+ denied' 'section="exec"') || fail 'the exec was not logged'
fields "$line" policy=slice 'rule=exec[0]' line=9 file=/etc/policyd/policy.d/slice.yaml operation=run errno=EPERM \
	path=/srv/tools/bad exe=/usr/bin/probe "ppid=$starter" 'message=not here'
line=$(event_line 'policyd [0-9]+ denied' 'section="network"') || fail 'the connect was not logged'
fields "$line" policy=slice rule=inner line=14 file=/etc/policyd/policy.d/slice.yaml operation=connect errno=EPERM \
	remote_address=127.0.9.1 remote_port=4444 protocol=tcp exe=/usr/bin/probe parent_exe=/usr/bin/dash "pid=$caller"
event_has 'section="network"' 'argv="probe.+x00connect-tcp.+x00127.0.9.1.+x004444" '
check 'three refusals, three lines' test "$(grep -c ' denied ' $EVENT_LOG)" = 3

# More arguments than a record takes.
long=$(printf '%0300d' 0)
denied cat /srv/secret/key "/srv/$long"
event_has 'section="file"' 'argv="cat.+x00/srv/secret/key.+x00/srv/0+" ' 'truncated="argv"'

# Plain permissions refuse before anybody asks for the policy: there is no event. Whom they permit the policy refuses.
setup cp /etc/hostname /srv/secret/own
setup chmod 600 /srv/secret/own
denied probe --errno EACCES as 1000 1000 -- open-read /srv/secret/own
no_event 'path="/srv/secret/own"'
denied probe open-read /srv/secret/own
event_has 'kind="denied"' 'path="/srv/secret/own"' 'uid="0"'

slice audit
wait_live
allowed noted open-read /srv/secret/key
reader=$(cat /tmp/pid)
allowed probe exec /srv/tools/bad
allowed probe connect-tcp 127.0.9.1 4444
line=$(event_line 'policyd [0-9]+ would-deny' 'section="file"') || fail 'the read was not logged'
fields "$line" kind=would-deny severity=notice generation=2 policy=slice rule=secrets mode=audit operation=read \
	path=/srv/secret/key "pid=$reader"
event_has 'would-deny' 'section="exec"' 'path="/srv/tools/bad"'
event_has 'would-deny' 'section="network"' 'remote_address="127.0.9.1"'
check 'nothing was refused' test "$(grep -c ' denied ' $EVENT_LOG)" = 5
