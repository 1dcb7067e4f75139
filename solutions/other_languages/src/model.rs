//! What a library exports, as a model.
//!
//! | It exports | The model |
//! |---|---|
//! | `increment(block)`, `count(block)` | each thread increments; the count is the number of threads |
//! | `lock(block)`, `unlock(block)` | each thread adds one to a number of the model's, under the lock |
//! | `publish(block, message)`, `receive(block)` | one thread publishes, another receives the same message |
//! | `thread_1(block)`, `thread_2(block)`, … | each runs on a thread; then `finally(block)`, if there is one, says whether all is well |
//!
//! The block is memory that is all zeros at first. If `init(block)` is exported, it is called before the threads are started.

use crate::library::Library;
use rc11::cell::Probe;
use rc11::{Builder, Failure, Report, thread};
use std::cell::UnsafeCell;
use std::ffi::{c_int, c_void};
use std::sync::Arc;

/// How long the block is, in bytes.
pub const BLOCK: usize = 4096;

/// How often a loop that writes in each turn may turn, before longer waiting is not looked at.
const BUSY_TURNS: usize = 16;

/// How many more executions are searched for a shorter failure.
const MINIMIZE: u64 = 2_000;

/// What the names of files contain that belong to the languages.
const LIBRARIES: &[&str] =
    &["/include/c++/", "/usr/include/", "/lib/std/", "/lib/compiler_rt/", "/lib/gcc/"];

/// A message that is not what memory holds at first.
const MESSAGE: u32 = 42;

type OnBlock<R> = unsafe extern "C" fn(*mut c_void) -> R;

/// How a library is tried.
#[derive(Clone)]
pub enum Model {
    /// Threads increment a counter.
    Counter {
        /// Adds one.
        increment: OnBlock<()>,
        /// The count.
        count: OnBlock<u32>,
    },
    /// Threads take a lock.
    Lock {
        /// Takes it.
        lock: OnBlock<()>,
        /// Gives it back.
        unlock: OnBlock<()>,
    },
    /// One thread sends, another receives.
    Channel {
        /// Sends.
        publish: unsafe extern "C" fn(*mut c_void, u32),
        /// Waits for what is sent.
        receive: OnBlock<u32>,
    },
    /// Anything.
    Threads {
        /// What each thread does.
        threads: Vec<OnBlock<()>>,
        /// Is all well in the end?
        finally: Option<OnBlock<c_int>>,
    },
}

impl Model {
    /// The model for what a library exports.
    ///
    /// # Safety
    ///
    /// Functions with these names must have these types.
    pub unsafe fn of(library: &Library) -> Option<Self> {
        // SAFETY: as promised by the caller; so too below.
        unsafe {
            let on_block = |name: &str| library.function::<OnBlock<()>>(name);
            let number = |name| library.function::<OnBlock<u32>>(name);
            if let (Some(increment), Some(count)) = (on_block("increment"), number("count")) {
                return Some(Self::Counter { increment, count });
            }
            if let (Some(lock), Some(unlock)) = (on_block("lock"), on_block("unlock")) {
                return Some(Self::Lock { lock, unlock });
            }
            if let (Some(publish), Some(receive)) = (library.function("publish"), number("receive"))
            {
                return Some(Self::Channel { publish, receive });
            }
            let threads: Vec<_> =
                (1..).map_while(|number| on_block(&format!("thread_{number}"))).collect();
            let finally = library.function("finally");
            (!threads.is_empty()).then_some(Self::Threads { threads, finally })
        }
    }

    /// The functions that take the block first.
    fn functions(&self) -> &'static [&'static str] {
        match self {
            Self::Counter { .. } => &["increment", "count", "init"],
            Self::Lock { .. } => &["lock", "unlock", "init"],
            Self::Channel { .. } => &["publish", "receive", "init"],
            Self::Threads { .. } => &["init", "thread_1", "thread_2", "thread_3", "finally"],
        }
    }

    fn run(&self, block: Block, threads: usize) {
        match self {
            &Self::Counter { increment, count } => {
                let start = |_| {
                    // SAFETY: the function takes the block.
                    thread::spawn(move || unsafe { increment(block.pointer()) })
                };
                join((0..threads).map(start).collect());
                // SAFETY: as above.
                let count = unsafe { count(block.pointer()) };
                assert!(
                    count as usize == threads,
                    "the count is {count} after {threads} increments"
                );
            }
            &Self::Lock { lock, unlock } => {
                let number = Arc::new(Number::new());
                let start = |_| {
                    let number = number.clone();
                    thread::spawn(move || {
                        // SAFETY: the function takes the block.
                        unsafe { lock(block.pointer()) };
                        number.add();
                        // SAFETY: as above.
                        unsafe { unlock(block.pointer()) };
                    })
                };
                join((0..threads).map(start).collect());
                let count = number.get();
                assert!(
                    count as usize == threads,
                    "the number is {count} after {threads} additions"
                );
            }
            &Self::Channel { publish, receive } => {
                // SAFETY: the function takes the block and a message.
                let sender = thread::spawn(move || unsafe { publish(block.pointer(), MESSAGE) });
                // SAFETY: the function takes the block.
                let receiver = thread::spawn(move || unsafe { receive(block.pointer()) });
                join(vec![sender]);
                let received = receiver.join();
                assert!(
                    matches!(received, Ok(MESSAGE)),
                    "what is received is {received:?}, and {MESSAGE} was sent"
                );
            }
            Self::Threads { threads, finally } => {
                let start = |&run: &OnBlock<()>| {
                    // SAFETY: the function takes the block.
                    thread::spawn(move || unsafe { run(block.pointer()) })
                };
                join(threads.iter().map(start).collect());
                // SAFETY: as above.
                let is_well =
                    finally.is_none_or(|finally| unsafe { finally(block.pointer()) } != 0);
                assert!(is_well, "`finally` says that something is wrong");
            }
        }
    }
}

fn join(threads: Vec<thread::JoinHandle<()>>) {
    for thread in threads {
        let _ = thread.join();
    }
}

/// The memory that foreign code is given.
#[derive(Clone, Copy)]
struct Block(*mut [u64; BLOCK / 8]);

// SAFETY: the threads of a model run in turn; what foreign code does to the memory is what is checked.
unsafe impl Send for Block {}
// SAFETY: as above.
unsafe impl Sync for Block {}

impl Block {
    /// Stays for as long as the process lives: a thread that is abandoned may still point to it.
    fn new() -> Self {
        Self(Box::leak(Box::new([0; BLOCK / 8])))
    }

    fn pointer(self) -> *mut c_void {
        self.0.cast()
    }

    fn clear(self) {
        // SAFETY: the memory is ours, and this is called before an execution has started threads.
        unsafe { self.0.write([0; BLOCK / 8]) };
    }
}

/// A number that is only for the holder of a lock. The checker watches it.
struct Number(UnsafeCell<Probe>);

// SAFETY: none is promised. The checker finds two threads that use it at the same time, and the probe survives that.
unsafe impl Sync for Number {}

impl Number {
    fn new() -> Self {
        Self(UnsafeCell::new(Probe::new(0)))
    }

    fn add(&self) {
        // SAFETY: as above.
        unsafe { (*self.0.get()).add(1) };
    }

    fn get(&self) -> u32 {
        // SAFETY: as above.
        unsafe { (*self.0.get()).get() }
    }
}

/// Runs a model of a library with so many threads, once for every execution that the memory model allows.
///
/// # Errors
///
/// The failure that is found; [`report`] tells it.
pub fn explore(
    library: &Arc<Library>,
    model: Model,
    threads: usize,
) -> Result<Report, Box<Failure>> {
    let block = Block::new();
    let start = block.pointer().addr();
    rc11::foreign::add_names(library.names(start..start + BLOCK, model.functions()));
    let library = library.clone();
    // SAFETY: `init`, if there is one, takes the block.
    let init = unsafe { library.function::<OnBlock<()>>("init") };
    let run = move || {
        // SAFETY: this is the start of an execution; those before have ended, and their threads do not run again.
        unsafe { library.reset() };
        block.clear();
        if let Some(init) = init {
            // SAFETY: as above.
            unsafe { init(block.pointer()) };
        }
        model.run(block, threads);
    };
    Builder::new()
        .atomics_by_address(true)
        .libraries(LIBRARIES)
        .spurious_failures(1)
        .spurious_wakes(1)
        .max_busy_turns(BUSY_TURNS)
        .minimize(MINIMIZE)
        .check(run)
}

/// A failure as a reader sees it: a timeline with a column for each thread, and the missing edge in words.
pub fn report(failure: &Failure) -> String {
    sync::judge::render(failure)
}
