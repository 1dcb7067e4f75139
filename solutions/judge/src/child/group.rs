//! A process with all that it starts: it is ended as a whole. On Linux a warden sees to that, on Windows a job object. On other
//! systems it is the process's group, which something may leave that is meant to.

use std::io;
use std::path::Path;
use std::process::{Child, Command, ExitStatus};

/// A process and its group.
#[derive(Debug)]
pub struct Group {
    /// The process that was started.
    pub child: Child,
    #[cfg(windows)]
    job: windows::Job,
}

impl Group {
    /// The command that starts `program` as a group, to be given to [`Group::spawn`].
    ///
    /// # Errors
    ///
    /// If this program is not to be found.
    pub fn command(program: &Path) -> io::Result<Command> {
        #[cfg(target_os = "linux")]
        return super::warden::command(program, super::Watch::NONE);
        #[cfg(not(target_os = "linux"))]
        Ok(Command::new(program))
    }
}

#[cfg(unix)]
impl Group {
    /// Starts a process in a group of its own.
    pub fn spawn(command: &mut Command, _memory: Option<u64>) -> io::Result<Self> {
        use std::os::unix::process::CommandExt;
        Ok(Self { child: command.process_group(0).spawn()? })
    }

    /// Has the process ended? It keeps its number, so that nobody else can have it yet.
    pub fn has_ended(&self) -> bool {
        let mut info = std::mem::MaybeUninit::<libc::siginfo_t>::zeroed();
        let flags = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT;
        // SAFETY: the pointer is to room for the answer, which outlives the call.
        let done = unsafe { libc::waitid(libc::P_PID, self.child.id(), info.as_mut_ptr(), flags) };
        // SAFETY: all zero is a value of it, and what stays so if the process runs.
        done == 0 && unsafe { info.assume_init().si_pid() } != 0
    }

    /// Ends whatever is left of the group. Says how the process has ended.
    pub fn end(&mut self) -> io::Result<ExitStatus> {
        let group = libc::pid_t::try_from(self.child.id()).expect("a number of a process");
        #[cfg(target_os = "linux")]
        self.tell_the_warden(group);
        // SAFETY: no memory is touched. The process has not been waited for, so its number, and that of its group, is nobody else's.
        // If nobody is left in the group, that is an error without consequence.
        unsafe { libc::killpg(group, libc::SIGKILL) };
        // Code under test may have left its group.
        let _ = self.child.kill();
        self.child.wait()
    }

    /// The warden ends everything, and then itself. If it does not, it is ended, and with it what it has started.
    #[cfg(target_os = "linux")]
    fn tell_the_warden(&self, warden: libc::pid_t) {
        const LOOKS: u32 = 5_000;
        for signal in [libc::SIGTERM, libc::SIGCONT] {
            // SAFETY: as in `end`. Code under test may have stopped the warden: it is to go on.
            unsafe { libc::kill(warden, signal) };
        }
        for _ in 0..LOOKS {
            if self.has_ended() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    }
}

#[cfg(windows)]
impl Group {
    /// Starts a process in a job of its own, which limits its memory. The process waits for its request until it is in there.
    pub fn spawn(command: &mut Command, memory: Option<u64>) -> io::Result<Self> {
        let job = windows::Job::new(memory)?;
        let mut child = command.spawn()?;
        if let Err(error) = job.assign(&child) {
            let _ = child.kill();
            let _ = child.wait();
            return Err(error);
        }
        Ok(Self { child, job })
    }

    /// Has the process ended?
    pub fn has_ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }

    /// Ends whatever is left of the job. Says how the process has ended.
    pub fn end(&mut self) -> io::Result<ExitStatus> {
        self.job.end();
        self.child.wait()
    }
}

#[cfg(windows)]
mod windows {
    use std::io;
    use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
    use std::process::Child;
    use windows_sys::Win32::System::JobObjects::{
        AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_JOB_MEMORY,
        JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE, JOBOBJECT_EXTENDED_LIMIT_INFORMATION,
        JobObjectExtendedLimitInformation, SetInformationJobObject, TerminateJobObject,
    };

    /// Ends its processes when it is closed, also by the end of the judge.
    #[derive(Debug)]
    pub struct Job(OwnedHandle);

    impl Job {
        pub fn new(memory: Option<u64>) -> io::Result<Self> {
            // SAFETY: null asks for a job without a name, and the usual rights.
            let handle = unsafe { CreateJobObjectW(std::ptr::null(), std::ptr::null()) };
            if handle.is_null() {
                return Err(io::Error::last_os_error());
            }
            // SAFETY: the handle is new, and nobody else's.
            let job = Self(unsafe { OwnedHandle::from_raw_handle(handle) });
            let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
            limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
            if let Some(memory) = memory {
                limits.BasicLimitInformation.LimitFlags |= JOB_OBJECT_LIMIT_JOB_MEMORY;
                limits.JobMemoryLimit = usize::try_from(memory).unwrap_or(usize::MAX);
            }
            let size = u32::try_from(size_of_val(&limits)).expect("a small structure");
            // SAFETY: the structure is the one that this class of information takes, and outlives the call.
            let done = unsafe {
                SetInformationJobObject(
                    job.0.as_raw_handle(),
                    JobObjectExtendedLimitInformation,
                    (&raw const limits).cast(),
                    size,
                )
            };
            if done == 0 { Err(io::Error::last_os_error()) } else { Ok(job) }
        }

        pub fn assign(&self, child: &Child) -> io::Result<()> {
            // SAFETY: both handles are open.
            let done =
                unsafe { AssignProcessToJobObject(self.0.as_raw_handle(), child.as_raw_handle()) };
            if done == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
        }

        pub fn end(&self) {
            // SAFETY: the handle is open.
            unsafe { TerminateJobObject(self.0.as_raw_handle(), 1) };
        }
    }
}
