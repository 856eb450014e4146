# Starts a program, waits for its end, and writes down how it ended, also where its supervisor is killed meanwhile.
#
#   keeper.sh NODE SUPERVISOR RUN_FOLDER COMMAND [ARGUMENT]...
#
# Descriptors: 1 standard output of the program, 2 the keeper's own log, 3 a socket to the supervisor, 4 standard error of the
# program. The program gets neither 3 nor 4. Nothing but POSIX, and outside the program itself no other process.
node=$1 supervisor=$2 folder=$3
shift 3

# With a command, not with '': what is ignored here would be ignored by the program.
trap : HUP INT QUIT TERM USR1 USR2 ALRM

# The program is started once the supervisor has written its number down, and not at all where there is no supervisor any more.
/bin/sh -c '
echo "started $$" >&3
read -r word <&3 && [ "$word" = go ] || exit 125
echo "started $$" >&2
exec "$@" 2>&4 3>&- 4>&-' sh "$@"
code=$?

# A shell that waited for a program which a signal ended has said so, in line before this one.
trap '' PIPE HUP INT QUIT TERM
echo "ended $code" >&2
echo "ended $code" >&3 && exit

unset NODE_OPTIONS
cd "${supervisor%/*}" || exit
ELECTRON_RUN_AS_NODE=1 exec "$node" "$supervisor" --adopt "$folder" >/dev/null 2>>"$folder/supervisor.log" 3>&- 4>&-
