//! A counter whose increment is one indivisible step.

const std = @import("std");

/// A counter whose bytes are all zero is new.
const Counter = extern struct {
    value: std.atomic.Value(u32) = std.atomic.Value(u32).init(0),

    pub fn increment(self: *Counter) !void {
        // Monotonic is what others call relaxed: no two increments read the same number, whatever the ordering. Nothing else is
        // published with it.
        _ = self.value.fetchAdd(1, .monotonic);
    }

    pub fn count(self: *Counter) u32 {
        // Monotonic: whoever wants the last count has joined the threads, which orders all of their increments before this.
        return self.value.load(.monotonic);
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
