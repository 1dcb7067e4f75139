//! The machines that the book shows the instructions of.

/// A machine to compile for.
pub struct Target {
    /// Its name in the data and in the names of anchors.
    pub id: &'static str,
    /// Its name in the book.
    pub name: &'static str,
    /// Its architecture, as the glossary calls it.
    pub architecture: &'static str,
    /// The compiler's name for it.
    pub triple: &'static str,
    /// Features of the processor to switch on or off.
    pub features: &'static str,
    /// What begins a comment in its assembly.
    pub comment: &'static str,
}

const fn target(
    id: &'static str,
    name: &'static str,
    architecture: &'static str,
    triple: &'static str,
    features: &'static str,
    comment: &'static str,
) -> Target {
    Target { id, name, architecture, triple, features, comment }
}

const ARM64: &str = "aarch64-unknown-linux-gnu";
const RISCV: &str = "riscv64gc-unknown-linux-gnu";

/// All of them, in the order of the book.
pub const TARGETS: &[Target] = &[
    target("x86-64", "x86-64", "x86", "x86_64-unknown-linux-gnu", "", "#"),
    target("i686", "x86, 32 bits (i686)", "x86", "i686-unknown-linux-gnu", "", "#"),
    target("aarch64", "AArch64, Armv8.0", "aarch64", ARM64, "-outline-atomics", "//"),
    target(
        "aarch64-lse",
        "AArch64, Armv8.1 (LSE)",
        "aarch64",
        ARM64,
        "+lse,-outline-atomics",
        "//",
    ),
    target(
        "aarch64-rcpc",
        "AArch64, Armv8.3 (LSE, RCpc)",
        "aarch64",
        ARM64,
        "+lse,+rcpc,-outline-atomics",
        "//",
    ),
    target(
        "aarch64-outline",
        "AArch64, as Linux gets it (outline atomics)",
        "aarch64",
        ARM64,
        "",
        "//",
    ),
    target("armv7", "Arm, 32 bits (Armv7)", "arm", "armv7-unknown-linux-gnueabihf", "", "@"),
    target("riscv64", "RISC-V (RV64GC)", "riscv", RISCV, "", "#"),
    target("riscv64-zacas", "RISC-V with Zacas", "riscv", RISCV, "+zacas", "#"),
    target("powerpc64le", "Power (powerpc64le)", "power", "powerpc64le-unknown-linux-gnu", "", "#"),
];
