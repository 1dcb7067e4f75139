//! Stands around a Zig file that becomes a library. What the file exports is exported; its `main` is not started.

comptime {
    _ = @import("code");
}

/// Without what the standard library's does, which has variables that only a program can have.
pub fn panic(_: []const u8, _: anytype, _: ?usize) noreturn {
    @trap();
}
