//! Watches the check from within, and tells the judge when it goes nowhere.
//!
//! What is measured is processor time, never the time on the wall: a machine that does other things at the same time makes a
//! check slow, not wrong. That a check sleeps for ever is seen from its using none at all, while this thread gets its turn
//! again and again.

use protocol::{Message, expected, say, ticks};
use std::time::Duration;

/// How often it looks.
const TICK: Duration = Duration::from_millis(100);

/// How often it looks, and finds that nothing has moved, until it believes that nothing will.
const IDLE_TICKS: u32 = 50;

/// So little time between two looks is none: the two clocks that it comes from are not read at once.
const NOTHING: Duration = Duration::from_millis(1);

/// How often it tells the judge how far the check has come.
const TELL_EVERY: u32 = 3;

/// Which part of all processor time one execution, or one round with real threads, may use. An execution has 2,000 events at most,
/// which take milliseconds.
const PART: u64 = 6;

/// Starts it. The whole check has so many `seconds` of processor time.
pub fn start(seconds: u64) {
    let run = move || Watchdog::new(seconds).run();
    // Without a watchdog the system's limits hold, and the judge's.
    let _ = std::thread::Builder::new().name("watchdog".into()).stack_size(256 << 10).spawn(run);
}

struct Watchdog {
    limit: Duration,
    /// Executions that had begun at the last look, and the time used when their number last changed.
    seen: (u64, Duration),
    /// The time used at the last look.
    used: Duration,
    /// Looks in a row at which nothing had moved.
    idle: u32,
}

impl Watchdog {
    fn new(seconds: u64) -> Self {
        let limit = Duration::from_secs(seconds);
        Self { limit, seen: (0, Duration::ZERO), used: Duration::ZERO, idle: 0 }
    }

    fn run(mut self) -> ! {
        let mut round = 0_u32;
        loop {
            std::thread::sleep(TICK);
            let used = clock::used_by_others();
            if let Some(end) = self.look(used) {
                say(&end);
                std::process::abort();
            }
            round = round.wrapping_add(1);
            if round.is_multiple_of(TELL_EVERY) {
                let cpu = u64::try_from(used.as_millis()).unwrap_or(u64::MAX);
                let alive = Message::Alive { cpu, executions: ticks(), about: expected() };
                if !say(&alive) {
                    // The judge is gone.
                    std::process::abort();
                }
            }
        }
    }

    /// Is this the end?
    fn look(&mut self, used: Duration) -> Option<Message> {
        let begun = ticks();
        let goes_on = begun != self.seen.0;
        if goes_on {
            self.seen = (begun, used);
        }
        let moved = goes_on || used.saturating_sub(self.used) > NOTHING || clock::somebody_runs();
        self.used = used;
        self.idle = if moved { 0 } else { self.idle + 1 };
        if self.idle >= IDLE_TICKS {
            let headline = import(ASLEEP).unwrap_or_else(|| ASLEEP.into());
            return Some(Message::Stuck(format!("{headline}{}", after(used))));
        }
        let long = used.saturating_sub(self.seen.1) > self.limit / PART as u32;
        if long || used > self.limit && begun == 0 {
            let headline = import(ENDLESS).unwrap_or_else(|| ENDLESS.into());
            return Some(Message::Stuck(format!("{headline}{}", after(used))));
        }
        (used > self.limit).then(|| Message::Undecided(undecided(begun, used)))
    }
}

const ASLEEP: &str = "the check does not end: every thread sleeps, and nobody is left to wake one";

/// Who sleeps in a thread of std's is woken by nobody whom the checker knows. The import, if the file has one, and what was seen.
fn import(seen: &str) -> Option<String> {
    let (file, text) = timeline::provided_source()?;
    let is_import = |line: &&str| {
        let code = line.split("//").next().unwrap_or_default();
        code.contains("std::thread") || code.contains("std::{") && code.contains("thread")
    };
    let number = 1 + text.lines().position(|line| is_import(&line))?;
    let file = file.rsplit(['/', '\\']).next().unwrap_or(file);
    Some(format!(
        "`std::thread` is std's own, and the checker does not see it ({file}:{number}). Use `sync::thread`, which has the same names. \
         With this one {seen}"
    ))
}

const ENDLESS: &str = "the check does not end: a thread runs without getting anywhere. Does it wait in a loop for what never comes, or is there a loop without an operation of `sync`, such as `loop {}`?";

fn after(used: Duration) -> String {
    format!(" (ended after {:.1} s of processor time)", used.as_secs_f32())
}

fn undecided(begun: u64, used: Duration) -> String {
    let of = expected().map_or(String::new(), |all| format!(" of about {all}"));
    format!(
        "not decided: {begun} executions{of} were begun in {:.0} s of processor time, no failure among them, and there are more. This is \
         the checker's limit: it has found no fault in your code, but has not shown that there is none",
        used.as_secs_f32()
    )
}

/// The processor time that all threads of this process have used, but the one that asks. A check that waits for another thread
/// to have had its chance asks for this: how busy the machine is makes no difference.
pub fn time_of_others() -> Duration {
    clock::used_by_others()
}

#[cfg(unix)]
mod clock {
    use std::time::Duration;

    /// The processor time of all threads but this one.
    pub fn used_by_others() -> Duration {
        read(libc::CLOCK_PROCESS_CPUTIME_ID).saturating_sub(read(libc::CLOCK_THREAD_CPUTIME_ID))
    }

    fn read(clock: libc::clockid_t) -> Duration {
        let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: the pointer is to a time that outlives the call.
        unsafe { libc::clock_gettime(clock, &raw mut time) };
        Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
    }

    /// Does another thread run, or wait for a processor? Where the system does not say, its time tells.
    pub fn somebody_runs() -> bool {
        let running = |task: std::io::Result<std::fs::DirEntry>| {
            let stat = std::fs::read_to_string(task.ok()?.path().join("stat")).ok()?;
            // PID (NAME) STATE: this thread runs, of course.
            let (name, state) = stat.rsplit_once(") ")?;
            (!name.ends_with("(watchdog") && state.starts_with(['R', 'D'])).then_some(())
        };
        let tasks = std::fs::read_dir("/proc/self/task");
        tasks.is_ok_and(|mut tasks| tasks.any(|task| running(task).is_some()))
    }
}

#[cfg(windows)]
mod clock {
    use std::time::Duration;
    use windows_sys::Win32::Foundation::FILETIME;
    use windows_sys::Win32::System::Threading::{
        GetCurrentProcess, GetCurrentThread, GetProcessTimes, GetThreadTimes,
    };

    /// The processor time of all threads but this one.
    pub fn used_by_others() -> Duration {
        let zero = FILETIME { dwLowDateTime: 0, dwHighDateTime: 0 };
        let [mut made, mut ended, mut kernel, mut user] = [zero; 4];
        // SAFETY: the pointers are to times that outlive the call, and the handle is the process's own.
        unsafe {
            GetProcessTimes(
                GetCurrentProcess(),
                &raw mut made,
                &raw mut ended,
                &raw mut kernel,
                &raw mut user,
            );
        }
        let all = time(kernel) + time(user);
        // SAFETY: as above, for this thread.
        unsafe {
            GetThreadTimes(
                GetCurrentThread(),
                &raw mut made,
                &raw mut ended,
                &raw mut kernel,
                &raw mut user,
            );
        }
        all.saturating_sub(time(kernel) + time(user))
    }

    /// A time is in units of 100 ns.
    fn time(time: FILETIME) -> Duration {
        let units = u64::from(time.dwHighDateTime) << 32 | u64::from(time.dwLowDateTime);
        Duration::from_nanos(units * 100)
    }

    /// The system does not say.
    pub fn somebody_runs() -> bool {
        false
    }
}
