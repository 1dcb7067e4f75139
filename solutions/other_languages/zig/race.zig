//! A counter that loses counts: two threads may read the same number, and both write the next one. The compiler assumes that this does
//! not happen, as in C.

/// A counter whose bytes are all zero is new.
const Counter = extern struct {
    value: u32 = 0,

    pub fn increment(self: *Counter) !void {
        self.value += 1;
    }

    pub fn count(self: *Counter) u32 {
        return self.value;
    }
};

/// For who calls from another language.
export fn increment(counter: *Counter) void {
    counter.increment() catch unreachable;
}

export fn count(counter: *Counter) u32 {
    return counter.count();
}

pub fn main() !void {
    try @import("two_threads.zig").run(Counter);
}
