# append: preempt=full
# timeout: 600
# parallel: yes
#
# The same where programs can be interrupted anywhere.

RENAMES=4000
. /vm/cases/22-directory-renames.sh
