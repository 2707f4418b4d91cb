# append: preempt=full
# timeout: 600
#
# The same where programs can be interrupted anywhere.

RENAMES=4000
. /vm/cases/22-directory-renames.sh
