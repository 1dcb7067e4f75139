//! How large programs get.

/// Limits of the programs, and of the work.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    /// Calls before the threads start.
    pub before: usize,
    /// Calls of each thread, by the number of threads: of one, of two, of three, of four.
    pub each: [usize; 4],
    /// Calls of all threads together, likewise.
    pub together: [usize; 4],
    /// Executions of all programs together. The programs that are left then are not run.
    pub executions: u64,
    /// Executions of one program.
    pub of_one: u64,
    /// Executions in which a thread makes many calls while another one is in the middle of one.
    pub late: u64,
    /// Executions of programs whose calls are made in destructors, while a panic unwinds.
    pub unwinding: u64,
    /// Executions in which waits return for no reason, again and again.
    pub restless: u64,
    /// Executions in which weak compare-exchanges fail for no reason, again and again.
    pub fickle: u64,
    /// Executions in which one thread makes very many calls.
    pub many: u64,
}

const QUICK: Size = Size {
    before: 2,
    each: [3, 3, 2, 1],
    together: [3, 4, 4, 4],
    executions: 20_000,
    of_one: 4_000,
    late: 300,
    unwinding: 300,
    restless: 200,
    fickle: 100,
    many: 8,
};

/// What is left out is tried where a reader's file is judged.
const FEW: Size =
    Size { executions: 1_200, late: 60, unwinding: 60, restless: 40, fickle: 20, many: 4, ..QUICK };

const LARGE: Size = Size {
    before: 2,
    each: [5, 3, 2, 1],
    together: [5, 6, 6, 4],
    executions: 5_000_000,
    of_one: 200_000,
    late: 300,
    unwinding: 20_000,
    restless: 20_000,
    fickle: 20_000,
    many: 300,
};

const STOPS: Size = Size {
    before: 1,
    each: [1, 3, 1, 1],
    together: [1, 4, 3, 3],
    executions: 8_000,
    of_one: 1_000,
    late: 0,
    unwinding: 0,
    restless: 0,
    fickle: 0,
    many: 0,
};

const FEW_STOPS: Size = Size { executions: 2_400, ..STOPS };

const MANY_STOPS: Size = Size {
    before: 2,
    each: [1, 3, 2, 1],
    together: [1, 5, 4, 4],
    executions: 1_000_000,
    of_one: 20_000,
    late: 0,
    unwinding: 0,
    restless: 0,
    fickle: 0,
    many: 0,
};

/// What was asked for, where threads stop.
pub(crate) fn progress_size() -> Size {
    match std::env::var(protocol::PROGRAMS).as_deref() {
        Ok("0") => FEW_STOPS,
        Ok("1") => MANY_STOPS,
        _ => STOPS,
    }
}

/// What was asked for.
pub(crate) fn size(longest: usize, executions: u64) -> Size {
    let mut size = match std::env::var(protocol::PROGRAMS).as_deref() {
        Ok("0") => FEW,
        Ok("1") => LARGE,
        _ => Size { executions, ..QUICK },
    };
    size.each[1] = size.each[1].max(longest);
    size.together[1] = size.together[1].max(longest + 1);
    size
}
