/**
 * The keeper: a few lines of POSIX shell that stand between the control plane and a container's program, so that the program
 * outlives the control plane and its exit status is never lost. The text is passed to `/bin/sh -c`: no file has to be
 * found, and an upgrade of Fairlead cannot change a script under a running shell.
 *
 * It is started as the leader of a new session and process group, its output already the container's log. Variables are set
 * only in subshells and settings kept in positional parameters: assigning to a name that the container's environment
 * happens to have would change it for the program. `command -p` finds mv and ps whatever PATH the container has.
 */

/** Names, in each process's environment and in the keeper's command line, the folder of the container it belongs to. */
export const MARK = 'FAIRLEAD_CONTAINER';

/**
 * $0 the mark, $1 the container's folder, $2 the script START, then the program and its arguments.
 *
 * The program runs in the foreground: a shell then handles a trapped signal only after the program has ended, and unlike a
 * background job it has SIGINT and SIGQUIT as they were. A trap with a handler, not '', because an ignored signal would
 * stay ignored in the program. The keeper's own stderr goes nowhere, as shells announce a killed child there;
 * START takes the real one back (dash would redirect itself, too, while it waits).
 */
export const KEEPER = `
exec 3>&2 2>/dev/null
trap : HUP INT QUIT TERM USR1 USR2
/bin/sh -c "$2" "$0" "$@"
( status=$?
  printf '%s\\n' "$status" > "$1/exit.tmp" && command -p mv -f "$1/exit.tmp" "$1/exit" )
kill -KILL 0
`;

/**
 * Runs in the process that becomes the program: records who it is, then turns into it. Exit status 125, as with Docker, says
 * that the record could not be written and so nothing was started.
 */
export const START = `
exec 2>&3 3>&-
( start_of() {
    if [ -r "/proc/$1/stat" ]; then
      read -r stat < "/proc/$1/stat"
      stat=\${stat##*') '}
      set -f; IFS=' '; set -- $stat
      shift 19; printf '%s' "$1"
    else
      LC_ALL=C TZ=UTC command -p ps -o lstart= -p "$1"
    fi
  }
  boot_of() {
    if [ -r /proc/sys/kernel/random/boot_id ]; then
      read -r boot < /proc/sys/kernel/random/boot_id; printf '%s' "$boot"
    else
      command -p sysctl -n kern.bootsessionuuid
    fi
  }
  printf '%s\\n' "boot $(boot_of)" "keeper $PPID $(start_of "$PPID")" "program $$ $(start_of "$$")" \\
    > "$1/started.tmp" && command -p mv -f "$1/started.tmp" "$1/started"
) || exit 125
if [ -r "$1/environment.sh" ]; then . "$1/environment.sh"; fi
shift 2
exec "$@"
`;
