//! Stands around a Zig file that becomes a library. What the file exports is exported; its `main` is not started.

comptime {
    _ = @import("code");
}

/// Tells the checker, which ends the execution with that as its failure. Without what the standard library's `panic` does, which has
/// variables that only a program can have.
pub fn panic(message: []const u8, _: anytype, address: ?usize) noreturn {
    rc11_panic(message.ptr, message.len, address orelse @returnAddress());
}

extern fn rc11_panic(message: [*]const u8, len: usize, address: usize) noreturn;
