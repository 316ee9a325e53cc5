"""One run at a time on a PC: the lock that pulls and pushes by either engine take.

flock(2) on LOCK, held on the PC by a process that lives as long as the desk's connection, so a cut
line, a closed laptop and a restart all give it back. Nothing has to be installed for it: the desk
brings the few lines of shell along.
"""

# roles/pull/files/pull/place.py has the same.
LOCK = "/run/benvung-run.lock"
# Seconds to wait for a run that is about to end; the holder of a closed connection ends within one.
PATIENCE = 20
BUSY = 75
# The second run over one connection (Ansible keeps it for a minute) holds it already.
HOLD = f"""
p=$$
while [ "$p" -gt 1 ] && ! grep -q ^sshd "/proc/$p/comm"; do
    p=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$p/status")
done
[ "$p" -gt 1 ] || {{ echo "no SSH connection holds this run" >&2; exit 1; }}
[ "$(cat {LOCK} 2>/dev/null)" = "$p" ] && ! flock -n {LOCK} true && exit 0
exec 9>>{LOCK} || exit 1
flock -w {PATIENCE} 9 || exit {BUSY}
echo "$p" >{LOCK}
setsid tail --pid="$p" -f /dev/null </dev/null >/dev/null 2>&1 &
"""
