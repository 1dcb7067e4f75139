//! What a library exports, as a model.
//!
//! | It exports | The model |
//! |---|---|
//! | `increment(block)`, `count(block)` | each thread increments; the count is the number of threads |
//! | `lock(block)`, `unlock(block)` | each thread adds one to a number of the model's, under the lock; the first does it twice |
//! | `publish(block, message)`, `receive(block)` | one thread publishes, another receives the same message |
//! | `thread_1(block)`, `thread_2(block)`, … | each runs on a thread; then `finally(block)`, if there is one, says whether all is well |
//!
//! The block is memory that is all zeros at first. If `init(block)` is exported, it is called before the threads are started.

use crate::compile::Language;
use crate::library::Library;
use rc11::{Builder, Failure, Report, thread};
use std::cell::UnsafeCell;
use std::ffi::{c_int, c_void};
use std::sync::Arc;

/// How long the block is, in bytes: as long as the shortest page of any machine.
pub const BLOCK: usize = 4096;

/// How often a loop that writes in each turn may turn, before longer waiting is not looked at.
const BUSY_TURNS: usize = 16;

/// How many more executions are searched for a shorter failure.
const MINIMIZE: u64 = 2_000;

/// What the names of files contain that belong to the languages.
const LIBRARIES: &[&str] =
    &["/include/c++/", "/usr/include/", "/lib/std/", "/lib/compiler_rt/", "/lib/gcc/"];

/// The functions of which a model is made.
const NAMES: &[&str] =
    &["lock", "unlock", "increment", "count", "publish", "receive", "thread_1", "finally", "init"];

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

    /// Why there is no model for a library in this language.
    pub fn why_none(library: &Library, language: Language) -> String {
        // SAFETY: only whether they are there is looked at.
        let is_there = |name: &&&str| unsafe { library.function::<*const ()>(name) }.is_some();
        let there: Vec<_> = NAMES.iter().filter(is_there).map(|name| format!("`{name}`")).collect();
        let how = match language {
            Language::C => "a function that is not `static`",
            Language::Cpp => "a function that is `extern \"C\"`",
            Language::Zig => "an `export fn`",
            Language::Rust => "an `extern \"C\" fn` that is `#[unsafe(no_mangle)]`",
        };
        match &there[..] {
            [] => format!(
                "the file exports none of the functions that are checked: in {language} that takes {how}. `cargo check-foreign` lists them"
            ),
            there => format!(
                "of the functions that are checked the file exports {}, and not what goes with it. `cargo check-foreign` lists them",
                there.join(", ")
            ),
        }
    }

    fn run(&self, block: Block, number: &'static Number, threads: usize) {
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
                // One thread comes back: to a lock that it has left in a bad state, or given back once too often.
                let turns = |thread| if thread == 0 { 2 } else { 1 };
                let start = |thread| {
                    thread::spawn(move || {
                        for _ in 0..turns(thread) {
                            // SAFETY: the function takes the block.
                            unsafe { lock(block.pointer()) };
                            number.add();
                            // SAFETY: as above.
                            unsafe { unlock(block.pointer()) };
                        }
                    })
                };
                join((0..threads).map(start).collect());
                let (count, additions) = (number.get(), threads + 1);
                assert!(
                    count as usize == additions,
                    "the number is {count} after {additions} additions"
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

/// How much address space on both sides of a block may not be used: who goes beyond it is found out.
const BEYOND: usize = 1 << 20;

impl Block {
    /// Stays for as long as the process lives: a thread that is abandoned may still point to it.
    fn new() -> Self {
        // SAFETY: nobody else has this address space. What is made usable lies in the middle of it, and begins at a page's begin.
        unsafe {
            let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
            let length = BEYOND + BLOCK + BEYOND;
            let all = libc::mmap(std::ptr::null_mut(), length, libc::PROT_NONE, flags, -1, 0);
            assert!(all != libc::MAP_FAILED, "there is address space");
            let block = all.byte_add(BEYOND);
            let usable = libc::mprotect(block, BLOCK, libc::PROT_READ | libc::PROT_WRITE);
            assert!(usable == 0, "there is memory");
            Self(block.cast())
        }
    }

    fn pointer(self) -> *mut c_void {
        self.0.cast()
    }

    fn clear(self) {
        // SAFETY: the memory is ours, and this is called before an execution has started threads.
        unsafe { self.0.write([0; BLOCK / 8]) };
    }
}

/// A number that is only for the holder of a lock. As code in another language does, it tells the checker of each access.
struct Number(UnsafeCell<u32>);

// SAFETY: the threads of a model run in turn, so no two use it at the same time. That nothing orders them, the checker finds.
unsafe impl Sync for Number {}

unsafe extern "C" {
    fn __tsan_read4(at: *const c_void);
    fn __tsan_write4(at: *const c_void);
}

impl Number {
    /// Stays, as a block does.
    fn new() -> &'static Self {
        Box::leak(Box::new(Self(UnsafeCell::new(0))))
    }

    fn clear(&self) {
        // SAFETY: this is called before an execution has started threads.
        unsafe { *self.0.get() = 0 };
    }

    fn add(&self) {
        let number = self.get();
        // SAFETY: as above; the functions take any address.
        unsafe {
            __tsan_write4(self.0.get().cast());
            *self.0.get() = number + 1;
        }
    }

    fn get(&self) -> u32 {
        // SAFETY: as above.
        unsafe {
            __tsan_read4(self.0.get().cast());
            *self.0.get()
        }
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
    rc11::foreign::add_names(move |address| {
        let is_before = (start - BEYOND..start).contains(&address);
        let is_behind = (start + BLOCK..start + BLOCK + BEYOND).contains(&address);
        let side = if is_before { "before" } else { "behind" };
        (is_before || is_behind)
            .then(|| format!("it lies {side} the block, which has {BLOCK} bytes"))
    });
    let number = Number::new();
    let at = number.0.get().addr();
    rc11::foreign::add_names(move |address| (address == at).then(|| "the number".to_owned()));
    let library = library.clone();
    // SAFETY: `init`, if there is one, takes the block.
    let init = unsafe { library.function::<OnBlock<()>>("init") };
    let run = move || {
        // SAFETY: this is the start of an execution; those before have ended, and their threads do not run again.
        unsafe { library.reset() };
        block.clear();
        number.clear();
        if let Some(init) = init {
            // SAFETY: as above.
            unsafe { init(block.pointer()) };
        }
        model.run(block, number, threads);
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
    let yields = "to yield: `thrd_yield()`, `std::this_thread::yield()`, `std.Thread.yield()`";
    let said = sync::judge::render(failure).replace("`hint::spin_loop()`", yields);
    // What the model asks for is not a panic of the file's, and where in the model it is asked for is nobody's business.
    let of_model =
        said.strip_prefix("panicked at model.rs:").and_then(|rest| rest.split_once(": "));
    match of_model {
        Some((_, asked)) => asked.to_owned(),
        None => said,
    }
}
