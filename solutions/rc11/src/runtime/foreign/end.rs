//! What would end the process: foreign code that calls `abort`, or uses memory that is not its own. It is a failure of the model, with the
//! steps that led there.
//!
//! A fault is a signal. Its handler has a stack of its own, and may hardly do anything. So it only changes where the thread goes on: in
//! [`faulted`], on its own stack, as if the instruction had called that.

use crate::core::clock::Clock;
use crate::core::event::EventId;
use crate::core::timeline::tell;
use crate::runtime::failure::{Failure, FailureKind, story};
use crate::runtime::run::fail;
use crate::runtime::sight;
use crate::runtime::state::Engine;

/// The thread cannot go on in the code that returns to `address`.
pub fn ends(message: String, address: usize) -> ! {
    fail(|engine| match engine.seen.take() {
        // What was seen before may be the reason.
        Some(seen) => seen,
        None => Failure::end(engine, message, address),
    })
}

impl Failure {
    fn end(engine: &Engine, message: String, address: usize) -> Self {
        let place = sight::place_of(address, engine.config.libraries);
        let last = engine.cursor[engine.current].checked_sub(1);
        let last = last.map(|index| EventId::new(engine.current, index));
        let led_here = last.map_or(Clock::default(), |last| engine.search.graph.event(last).porf);
        let told = tell(story(engine), &led_here, None);
        let at = Some((place.file().to_owned(), place.line()));
        Self { at, ..Self::of(FailureKind::End, message, engine, told) }
    }
}

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
pub use faults::catch;

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod faults {
    use super::ends;
    use crate::runtime::{foreign, sight};
    use std::ffi::{c_int, c_void};
    use std::mem::MaybeUninit;
    use std::sync::OnceLock;

    const SIGNALS: [c_int; 6] =
        [libc::SIGSEGV, libc::SIGBUS, libc::SIGILL, libc::SIGFPE, libc::SIGTRAP, libc::SIGABRT];

    /// Who touches memory so close to the stack pointer has come to the end of its stack.
    const NEAR: usize = 64 << 10;

    /// A null pointer, and what it points to.
    const NULL: std::ops::Range<usize> = 0..4096;

    /// How long the failure of a thread may take to tell, in seconds: the fault may have been in the middle of the allocator.
    const PATIENCE: u32 = 20;

    static BEFORE: OnceLock<[libc::sigaction; SIGNALS.len()]> = OnceLock::new();

    /// From now on a fault of a model's thread is a failure of the model. Others are handled as they were before.
    pub fn catch() {
        let set = |signal| {
            let mut before = MaybeUninit::uninit();
            // SAFETY: all zero is an action: no flags, and an empty set of signals.
            let mut action: libc::sigaction = unsafe { MaybeUninit::zeroed().assume_init() };
            action.sa_sigaction = on_fault as *const () as usize;
            // On the stack that the run-time has set aside for this: the thread's own may be at its end.
            action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
            // SAFETY: `on_fault` is a handler of the kind that the flags say. The call fills `before`: it fails for no signal above.
            unsafe {
                libc::sigaction(signal, &raw const action, before.as_mut_ptr());
                before.assume_init()
            }
        };
        BEFORE.get_or_init(|| SIGNALS.map(set));
    }

    extern "C" fn on_fault(signal: c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
        // SAFETY: the system hands over both structures, whole, and nobody else uses them while this runs.
        let (touched, context) =
            unsafe { ((*info).si_addr() as usize, &mut *context.cast::<libc::ucontext_t>()) };
        let (code, stack) = registers(context);
        let touches = matches!(signal, libc::SIGSEGV | libc::SIGBUS);
        let is_overflow = touches && touched.abs_diff(stack) < NEAR;
        // Where a thread is seen, the engine is not in the middle of its work.
        if sight::is_open() && !is_overflow {
            // SAFETY: the alarm ends the process, and nothing else.
            unsafe { libc::alarm(PATIENCE) };
            go_on_in_faulted(context, signal, touched, code);
            return;
        }
        if is_overflow {
            say("the stack has overflowed: does something call itself for ever?\n");
        }
        let before = BEFORE.get().zip(SIGNALS.iter().position(|other| *other == signal));
        if let Some((before, index)) = before {
            // SAFETY: the action is the one that the system told of. The instruction is run again, and faults again.
            unsafe { libc::sigaction(signal, &raw const before[index], std::ptr::null_mut()) };
        }
    }

    fn say(text: &str) {
        // SAFETY: the bytes are there, and as many as is said.
        unsafe { libc::write(libc::STDERR_FILENO, text.as_ptr().cast(), text.len()) };
    }

    /// Where the thread is, and its stack pointer.
    #[cfg(target_arch = "x86_64")]
    fn registers(context: &libc::ucontext_t) -> (usize, usize) {
        let at = |register: c_int| context.uc_mcontext.gregs[register as usize] as usize;
        (at(libc::REG_RIP), at(libc::REG_RSP))
    }

    #[cfg(target_arch = "aarch64")]
    fn registers(context: &libc::ucontext_t) -> (usize, usize) {
        (context.uc_mcontext.pc as usize, context.uc_mcontext.sp as usize)
    }

    /// What a function may use below the stack pointer.
    const RED_ZONE: usize = 128;

    #[cfg(target_arch = "x86_64")]
    fn go_on_in_faulted(
        context: &mut libc::ucontext_t,
        signal: c_int,
        touched: usize,
        code: usize,
    ) {
        let (_, stack) = registers(context);
        let mut set = |register: c_int, value: usize| {
            context.uc_mcontext.gregs[register as usize] = value as i64;
        };
        set(libc::REG_RDI, signal as usize);
        set(libc::REG_RSI, touched);
        set(libc::REG_RDX, code);
        set(libc::REG_RIP, faulted as *const () as usize);
        // As after a call: a multiple of 16, less the address to return to.
        set(libc::REG_RSP, ((stack - RED_ZONE) & !15) - 8);
    }

    #[cfg(target_arch = "aarch64")]
    fn go_on_in_faulted(
        context: &mut libc::ucontext_t,
        signal: c_int,
        touched: usize,
        code: usize,
    ) {
        let registers = &mut context.uc_mcontext;
        registers.regs[0] = signal as u64;
        registers.regs[1] = touched as u64;
        registers.regs[2] = code as u64;
        registers.pc = faulted as *const () as u64;
        registers.sp = (registers.sp - RED_ZONE as u64) & !15;
    }

    /// Where a thread goes on whose instruction at `code` was the reason for a signal.
    extern "C" fn faulted(signal: c_int, touched: usize, code: usize) -> ! {
        let message = match signal {
            libc::SIGSEGV | libc::SIGBUS if NULL.contains(&touched) => "a null pointer is used".to_owned(),
            libc::SIGSEGV | libc::SIGBUS => match foreign::name_of(touched) {
                Some(name) => format!("memory is used that is not the program's: {name}"),
                None => format!("memory is used that is not the program's: address {touched:#x}"),
            },
            libc::SIGFPE => "a division by zero, or one with a result that is too large".to_owned(),
            libc::SIGABRT => "the program ends itself by `abort`".to_owned(),
            _ => "the program has reached an instruction that ends it: a compiler puts one where a check has failed, or where it believes that no execution comes"
                .to_owned(),
        };
        // In a function of the checker's or of the system's: who has called it has told of that, or of something shortly before.
        let at = if foreign::is_code_of_library(code) { code + 1 } else { foreign::last_told() };
        // SAFETY: takes back the alarm of the handler: nothing has gone wrong until here, and what follows is as for any other failure.
        unsafe { libc::alarm(0) };
        ends(message, at)
    }
}
