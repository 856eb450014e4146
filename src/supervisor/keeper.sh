# Starts a program, waits for its end, and writes down how it ended, also where its supervisor is killed meanwhile.
#
#   keeper.sh NODE SUPERVISOR RUN_FOLDER COMMAND [ARGUMENT]...
#
# Descriptors: 1 standard output of the program, 2 the keeper's own log, 3 a socket to the supervisor, 4 standard error of the
# program. The program gets neither 3 nor 4. Nothing but POSIX, and outside the program itself no other process. A variable that is
# the program's own must not be set here: it would be another one for the program.
trainyard_node=$1 trainyard_supervisor=$2 trainyard_folder=$3
shift 3
trainyard_pid= trainyard_rest=

# With a command, not with '': what is ignored here would be ignored by the program.
trap : HUP INT QUIT TERM USR1 USR2 ALRM

# The program is started once the supervisor has written its number down, and not at all where there is no supervisor any more.
# A part of a shell knows its own number on Linux only; elsewhere it takes another shell.
trainyard_begin='
echo "started $trainyard_pid" >&3
read -r trainyard_word <&3 && [ "$trainyard_word" = go ] || exit 125
echo "started $trainyard_pid" >&2
exec "$@" 2>&4 3>&- 4>&-'
(
  { read -r trainyard_pid trainyard_rest </proc/self/stat; } 2>/dev/null
  [ -n "$trainyard_pid" ] || exec /bin/sh -c "trainyard_pid=\$\$$trainyard_begin" sh "$@"
  eval "$trainyard_begin"
)
trainyard_code=$?

# A shell that waited for a program which a signal ended has said so, in line before this one.
trap '' PIPE HUP INT QUIT TERM
echo "ended $trainyard_code" >&2
echo "ended $trainyard_code" 2>/dev/null >&3 && exit

unset NODE_OPTIONS
cd "${trainyard_supervisor%/*}" || exit
ELECTRON_RUN_AS_NODE=1 exec "$trainyard_node" "$trainyard_supervisor" --adopt "$trainyard_folder" >/dev/null 2>>"$trainyard_folder/supervisor.log" 3>&- 4>&-
