//! The warden: a process between the judge and what the judge starts. It is this program, started again.
//!
//! What code under test starts may leave its group (`setsid`) and its parent (a second `fork`). On Linux such an orphan goes to the
//! nearest ancestor that has asked for it, and that is the warden; so nothing that a check has started outlives it. When the judge
//! ends, however it ends, the warden is told by the system, and ends everything too.
//!
//! `kill(getppid())` ends the warden instead of the judge. The system then ends the check's process; what that had started
//! before, and had moved to another group, is the one thing that stays.

use super::limits::{Moved, Watch, unmistakable};
use std::env::ArgsOs;
use std::io;
use std::mem::MaybeUninit;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, exit};
use std::ptr::null_mut;

/// The first argument of a warden. The number of the judge follows, what it watches over, then the program and its arguments.
pub const OPTION: &str = "--warden";

/// The command that starts `program` below a warden. Arguments that are added are the program's.
pub fn command(program: &Path, watch: Watch) -> io::Result<Command> {
    let mut command = Command::new(crate::tools::this_program()?);
    command.arg(OPTION).arg(std::process::id().to_string()).arg(watch.encode()).arg(program);
    Ok(command)
}

/// Is this process to be a warden? Then this is all that it does.
pub fn serve_if_asked() {
    let mut arguments = std::env::args_os();
    if arguments.nth(1).is_some_and(|first| first == OPTION) {
        let end = serve(arguments).unwrap_or_else(|error| {
            eprintln!("the warden: {error}");
            exit(127)
        });
        end_like(end)
    }
}

/// Starts the program, waits for its end or for the judge's word, and ends all that is left. Says how the program has ended.
fn serve(mut arguments: ArgsOs) -> io::Result<libc::c_int> {
    let judge = arguments.next().and_then(|number| number.to_str()?.parse().ok());
    let watch = arguments.next().and_then(|watch| Watch::decode(watch.to_str()?));
    let watch = watch.ok_or(io::ErrorKind::InvalidInput)?;
    let program = arguments.next().ok_or(io::ErrorKind::InvalidInput)?;
    let (signals, before) = take_signals();
    ask(libc::PR_SET_CHILD_SUBREAPER, 1)?;
    ask(libc::PR_SET_PDEATHSIG, libc::SIGTERM)?;
    // SAFETY: no memory is touched.
    if judge != Some(unsafe { libc::getppid() }) {
        // The judge has ended before it could be asked about.
        exit(1)
    }
    let mut command = Command::new(program);
    command.args(arguments).process_group(0);
    let prepare = move || {
        // The program has the signals that the judge has: `exec` does not give them back.
        // SAFETY: the pointer is to a set that outlives the call.
        unsafe { libc::sigprocmask(libc::SIG_SETMASK, &raw const before, null_mut()) };
        watch.limit()?;
        ask(libc::PR_SET_PDEATHSIG, libc::SIGKILL)
    };
    // SAFETY: all calls of the closure may be made between `fork` and `exec`.
    unsafe { command.pre_exec(prepare) };
    let child = libc::pid_t::try_from(command.spawn()?.id()).expect("a number of a process");
    let_go_of_the_pipes();
    let mut end = None;
    let mut moved = Moved::now();
    while end.is_none() {
        let signal = watch.wait(&signals);
        if signal == Some(libc::SIGTERM) {
            break;
        }
        if let Some(limit) = watch.exceeded(&mut moved) {
            end_all(child);
            exit(limit.code())
        }
        while let Some((ended, status)) = reap(libc::WNOHANG) {
            if ended == child {
                end = Some(status);
            }
        }
    }
    let at_last = end_all(child);
    let end = at_last.or(end).unwrap_or(libc::SIGKILL);
    Ok(if watch.inner { unmistakable(end) } else { end })
}

/// Ends all that is left. Says how `child` has ended, if it had not before.
fn end_all(child: libc::pid_t) -> Option<libc::c_int> {
    let mut end = None;
    loop {
        // Those that are ended leave their children to us; so it is done when there is nobody.
        for process in children() {
            // SAFETY: no memory is touched. A child keeps its number until it is waited for, which only this thread does.
            unsafe { libc::kill(process, libc::SIGKILL) };
        }
        // There may be thousands: all that have ended are waited for before anybody looks again who is left.
        let Some(first) = reap(0) else { return end };
        let others = std::iter::from_fn(|| reap(libc::WNOHANG));
        end = std::iter::once(first)
            .chain(others)
            .filter_map(|(ended, status)| (ended == child).then_some(status))
            .last()
            .or(end);
    }
}

/// Blocks every signal that can be blocked: they are waited for. Returns those, and the ones that were blocked before.
fn take_signals() -> (libc::sigset_t, libc::sigset_t) {
    let (mut all, mut before) = (MaybeUninit::uninit(), MaybeUninit::uninit());
    // SAFETY: both sets outlive the calls, which make them.
    unsafe {
        libc::sigfillset(all.as_mut_ptr());
        libc::sigprocmask(libc::SIG_BLOCK, all.as_ptr(), before.as_mut_ptr());
        (all.assume_init(), before.assume_init())
    }
}

fn ask(what: libc::c_int, value: libc::c_int) -> io::Result<()> {
    // SAFETY: neither of the two that are asked for touches memory.
    if unsafe { libc::prctl(what, value) } == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// The pipes are the program's: when it closes them, the judge must see that.
fn let_go_of_the_pipes() {
    use std::os::fd::AsRawFd;
    let Ok(nothing) = std::fs::File::options().read(true).write(true).open("/dev/null") else {
        return;
    };
    for descriptor in 0..3 {
        // SAFETY: no memory is touched. Nobody in this process has taken one of the three for their own.
        unsafe { libc::dup2(nothing.as_raw_fd(), descriptor) };
    }
}

/// Waits for a child: its number, and how it has ended. `None` if there is none.
fn reap(flags: libc::c_int) -> Option<(libc::pid_t, libc::c_int)> {
    let mut status = 0;
    // SAFETY: the pointer is to a number that outlives the call.
    let ended = unsafe { libc::waitpid(-1, &raw mut status, flags) };
    (ended > 0).then_some((ended, status))
}

/// The processes whose parent this one is.
fn children() -> Vec<libc::pid_t> {
    let mine = std::process::id().to_string();
    let is_mine = |number: &libc::pid_t| {
        // PID (NAME) STATE PARENT: a name may have anything in it.
        let stat = std::fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
        let rest = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
        rest.split(' ').nth(1) == Some(&mine)
    };
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    all.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter(is_mine).collect()
}

/// Ends this process as the program has ended: the judge takes the one for the other.
fn end_like(status: libc::c_int) -> ! {
    if libc::WIFEXITED(status) {
        exit(libc::WEXITSTATUS(status))
    }
    let signal = libc::WTERMSIG(status);
    let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    let mut only = MaybeUninit::uninit();
    // SAFETY: every pointer is to a local that outlives its call; `sigemptyset` makes the set. The signal's action is set back to what
    // ends a process.
    unsafe {
        libc::setrlimit(libc::RLIMIT_CORE, &raw const none);
        libc::signal(signal, libc::SIG_DFL);
        libc::sigemptyset(only.as_mut_ptr());
        libc::sigaddset(only.as_mut_ptr(), signal);
        libc::raise(signal);
        libc::sigprocmask(libc::SIG_UNBLOCK, only.as_ptr(), null_mut());
    }
    exit(128 + signal)
}
