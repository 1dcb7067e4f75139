//! What a warden watches over, where the code is a stranger's: how many processes there are and how much memory they use together, and
//! what each of them may use.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

/// How often a warden looks.
const LOOK: Duration = Duration::from_millis(100);

/// From this exit code on, the codes are a warden's. What a program inside a sandbox returns is below.
const FIRST: i32 = 120;

/// What a warden watches over. 0 is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Watch {
    /// Processor time of each process, in seconds.
    pub seconds: u64,
    /// The longest file that one writes, in bytes.
    pub file: u64,
    /// Memory of all together, in bytes.
    pub memory: u64,
    /// How many there may be.
    pub processes: u64,
    /// For how many seconds all together may do nothing.
    pub still: u64,
    /// The warden is inside a sandbox: how its program ends must not be taken for how the sandbox ends.
    pub inner: bool,
}

/// A limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Too many processes.
    Processes,
    /// Too much memory.
    Memory,
    /// Nothing is done any more.
    Still,
}

impl Limit {
    /// What a warden's exit says.
    pub const fn code(self) -> i32 {
        match self {
            Self::Processes => FIRST,
            Self::Memory => FIRST + 1,
            Self::Still => FIRST + 2,
        }
    }

    /// Went it beyond one?
    pub fn of(status: ExitStatus) -> Option<Self> {
        let all = [Self::Processes, Self::Memory, Self::Still];
        all.into_iter().find(|limit| status.code() == Some(limit.code()))
    }

    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Processes => "the code has started more processes than a sandbox may have",
            Self::Memory => {
                "its processes together use more memory than a sandbox may have. Does something grow for ever?"
            }
            Self::Still => "it waits for something that does not come",
        }
    }

    /// In words, of a compiler.
    pub const fn of_a_compiler(self) -> &'static str {
        match self {
            Self::Processes => "it has started too many processes",
            Self::Memory => {
                "it has used too much memory. Does a macro or a constant grow for ever?"
            }
            Self::Still => "it waits for something that does not come",
        }
    }
}

impl Watch {
    /// Over nothing.
    pub const NONE: Self =
        Self { seconds: 0, file: 0, memory: 0, processes: 0, still: 0, inner: false };

    /// Over nothing, inside a sandbox.
    pub const INNER: Self = Self { inner: true, ..Self::NONE };

    /// As an argument.
    pub fn encode(self) -> String {
        let Self { seconds, file, memory, processes, still, inner } = self;
        format!("{seconds}:{file}:{memory}:{processes}:{still}:{}", u64::from(inner))
    }

    /// The argument, read.
    pub fn decode(text: &str) -> Option<Self> {
        let mut parts = text.split(':').map(|part| part.parse().ok());
        let mut next = || parts.next()?;
        let (seconds, file, memory) = (next()?, next()?, next()?);
        let (processes, still, inner) = (next()?, next()?, next()? != 0);
        Some(Self { seconds, file, memory, processes, still, inner })
    }

    /// Limits this process, and all that it starts.
    pub fn limit(self) -> io::Result<()> {
        let limits = [(libc::RLIMIT_CPU, self.seconds), (libc::RLIMIT_FSIZE, self.file)];
        for (resource, most) in limits.into_iter().filter(|(_, most)| *most > 0) {
            let limit = libc::rlimit { rlim_cur: most, rlim_max: most };
            // SAFETY: the pointer is to a local that outlives the call.
            if unsafe { libc::setrlimit(resource, &raw const limit) } != 0 {
                return Err(io::Error::last_os_error());
            }
        }
        Ok(())
    }

    /// Waits for one of the signals, which are blocked: as long as it takes, or until it is time to look.
    pub fn wait(self, signals: &libc::sigset_t) -> Option<libc::c_int> {
        if self.memory == 0 && self.processes == 0 {
            let mut signal = 0;
            // SAFETY: both pointers are to what outlives the call.
            unsafe { libc::sigwait(signals, &raw mut signal) };
            return Some(signal);
        }
        let nanoseconds = libc::c_long::try_from(LOOK.as_nanos()).expect("less than a second");
        let look = libc::timespec { tv_sec: 0, tv_nsec: nanoseconds };
        // SAFETY: the set and the time outlive the call; null asks for no more than the signal's number.
        let signal = unsafe { libc::sigtimedwait(signals, std::ptr::null_mut(), &raw const look) };
        (signal > 0).then_some(signal)
    }

    /// The limit that the processes below this one have gone beyond.
    pub fn exceeded(self, moved: &mut Moved) -> Option<Limit> {
        if self.memory == 0 && self.processes == 0 {
            return None;
        }
        let all = below(std::process::id());
        if all.len() as u64 > self.processes {
            return Some(Limit::Processes);
        }
        let memory: u64 = all.iter().map(|process| memory(*process)).sum();
        if memory > self.memory {
            return Some(Limit::Memory);
        }
        if self.still == 0 {
            return None;
        }
        let ticks = all.iter().map(|process| ticks(*process).unwrap_or(0)).sum();
        if ticks != moved.ticks {
            *moved = Moved { ticks, at: Instant::now() };
        }
        (moved.at.elapsed() > Duration::from_secs(self.still)).then_some(Limit::Still)
    }
}

/// When something was last done.
#[derive(Debug)]
pub struct Moved {
    /// Processor time of those that are there, in the system's units.
    ticks: u64,
    at: Instant,
}

impl Moved {
    /// Now.
    pub fn now() -> Self {
        Self { ticks: 0, at: Instant::now() }
    }
}

/// What a warden inside a sandbox ends with: `bwrap` ends with 128 and the number of the signal where its program ends by one, and no
/// program may say that by itself.
pub fn unmistakable(status: libc::c_int) -> libc::c_int {
    if !libc::WIFEXITED(status) {
        return status;
    }
    libc::W_EXITCODE(libc::WEXITSTATUS(status).min(FIRST - 1), 0)
}

/// How the program in a sandbox has ended, by how the sandbox has.
pub fn inside(status: ExitStatus) -> ExitStatus {
    match status.code() {
        Some(code @ 129..) => ExitStatus::from_raw(code - 128),
        _ => status,
    }
}

/// All processes below one.
fn below(process: u32) -> Vec<u32> {
    let mut found = vec![process];
    let mut next = 0;
    while let Some(&one) = found.get(next) {
        found.extend(children(one));
        next += 1;
    }
    found.split_off(1)
}

/// The children of a process, whichever of its threads has started them.
fn children(process: u32) -> Vec<u32> {
    let threads =
        std::fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let of_thread = |thread: std::fs::DirEntry| {
        let text = std::fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        text.split_whitespace().filter_map(|number| number.parse().ok()).collect::<Vec<_>>()
    };
    threads.flat_map(of_thread).collect()
}

/// Processor time that a process has used, in the system's units.
fn ticks(process: u32) -> Option<u64> {
    let of_program: u64 = field(process, 11)?;
    let of_system: u64 = field(process, 12)?;
    Some(of_program + of_system)
}

/// A number that the system tells of a process, counted from its state.
fn field<T: std::str::FromStr>(process: u32, number: usize) -> Option<T> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // PID (NAME) STATE PARENT: a name may have anything in it.
    stat.rsplit_once(") ")?.1.split(' ').nth(number)?.parse().ok()
}

/// Bytes that a process uses of the machine's memory.
fn memory(process: u32) -> u64 {
    let pages = || {
        let text = std::fs::read_to_string(format!("/proc/{process}/statm")).ok()?;
        text.split(' ').nth(1)?.parse::<u64>().ok()
    };
    // SAFETY: no memory is touched.
    let size = u64::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096);
    pages().unwrap_or(0) * size
}

#[cfg(test)]
mod tests {
    use super::{Limit, Watch, inside, unmistakable};
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    #[test]
    fn what_is_watched_over_is_read_as_it_was_written() {
        let watch =
            Watch { seconds: 1, file: 2, memory: 3, processes: 4, still: 5, ..Watch::INNER };
        assert_eq!(Watch::decode(&watch.encode()), Some(watch));
        assert_eq!(Watch::decode("1:2:3"), None);
    }

    #[test]
    fn no_exit_code_is_taken_for_a_signal_or_a_limit() {
        for code in 0..256 {
            let status = unmistakable(libc::W_EXITCODE(code, 0));
            let seen = ExitStatus::from_raw(status);
            assert_eq!(inside(seen).signal(), None, "{code}");
            assert_eq!(Limit::of(seen), None, "{code}");
        }
        assert_eq!(inside(ExitStatus::from_raw(134 << 8)).signal(), Some(libc::SIGABRT));
        assert_eq!(unmistakable(libc::SIGSEGV), libc::SIGSEGV);
    }
}
