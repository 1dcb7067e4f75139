//! Wrong: the store that unlocks is relaxed, so it publishes nothing.

const std = @import("std");

const SpinLock = extern struct {
    /// Does somebody hold the lock?
    flag: std.atomic.Value(bool) = std.atomic.Value(bool).init(false),

    pub fn lock(self: *SpinLock) !void {
        // Acquire: there is no release that it could pair with.
        while (self.flag.swap(true, .acquire)) {
            try std.Thread.yield();
        }
    }

    pub fn unlock(self: *SpinLock) void {
        // Monotonic: the next holder need not see what this one did.
        self.flag.store(false, .monotonic);
    }
};

/// A counter whose bytes are all zero is new.
const Counter = extern struct {
    lock: SpinLock = .{},
    /// Only for the holder of the lock.
    value: u32 = 0,

    pub fn increment(self: *Counter) !void {
        try self.lock.lock();
        defer self.lock.unlock();
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
