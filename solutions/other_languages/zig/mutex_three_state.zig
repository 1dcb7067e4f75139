//! A counter under a mutex that sleeps, on the futex of Linux. The source of its three states is Ulrich Drepper, "Futexes Are Tricky".

const std = @import("std");
const linux = std.os.linux;

/// Of the system's C library. Zig's own call is a machine instruction, which a checker that stands between a program and its libraries
/// does not see.
extern "c" fn syscall(number: c_long, ...) c_long;

const FUTEX_WAIT_PRIVATE: c_int = 128;
const FUTEX_WAKE_PRIVATE: c_int = 129;

const Mutex = extern struct {
    state: std.atomic.Value(u32) = std.atomic.Value(u32).init(unlocked),

    /// Nobody holds the mutex.
    const unlocked: u32 = 0;
    /// Somebody holds it, and nobody sleeps.
    const locked: u32 = 1;
    /// Somebody holds it, and threads may sleep.
    const contended: u32 = 2;

    const futex: c_long = @intCast(@intFromEnum(linux.SYS.futex));
    const nothing: ?*anyopaque = null;

    pub fn lock(self: *Mutex) void {
        // Acquire: pairs with the release in `unlock`. Monotonic on failure: nothing is used then.
        if (self.state.cmpxchgStrong(unlocked, locked, .acquire, .monotonic) == null) return;
        // Acquire: as above. Who has waited cannot know whether others sleep, and says that they may.
        while (self.state.swap(contended, .acquire) != unlocked) {
            _ = syscall(futex, &self.state, FUTEX_WAIT_PRIVATE, contended, nothing, nothing, @as(c_int, 0));
        }
    }

    pub fn unlock(self: *Mutex) void {
        // Release: pairs with the acquire in `lock`; what this holder did happens before what the next one does.
        if (self.state.swap(unlocked, .release) == contended) {
            _ = syscall(futex, &self.state, FUTEX_WAKE_PRIVATE, @as(c_int, 1), nothing, nothing, @as(c_int, 0));
        }
    }
};

/// A counter whose bytes are all zero is new.
const Counter = extern struct {
    mutex: Mutex = .{},
    /// Only for the holder of the mutex.
    value: u32 = 0,

    pub fn increment(self: *Counter) !void {
        self.mutex.lock();
        defer self.mutex.unlock();
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
