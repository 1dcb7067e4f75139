//! The registers of both machines, by any of their names.

/// A register: all of its parts are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Register {
    /// One of the eight old ones of x86-64, by its place below.
    Old(usize),
    /// One of x86-64 that has a number, `r8` to `r15`.
    New(u8),
    /// One of AArch64.
    Arm(u8),
}

/// The old ones.
const OLD: [[&str; 4]; 8] = [
    ["rax", "eax", "ax", "al"],
    ["rbx", "ebx", "bx", "bl"],
    ["rcx", "ecx", "cx", "cl"],
    ["rdx", "edx", "dx", "dl"],
    ["rsi", "esi", "si", "sil"],
    ["rdi", "edi", "di", "dil"],
    ["rbp", "ebp", "bp", "bpl"],
    ["rsp", "esp", "sp", "spl"],
];

impl Register {
    /// The register that a piece of text names.
    pub fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(index) = OLD.iter().position(|names| names.contains(&text)) {
            return Some(Self::Old(index));
        }
        let (first, number) = text.split_at_checked(1)?;
        let number: u8 = number.trim_end_matches(['d', 'w', 'b']).parse().ok()?;
        match first {
            "r" => Some(Self::New(number)),
            "w" | "x" => Some(Self::Arm(number)),
            _ => None,
        }
    }
}

/// What an operand may call it.
pub fn names(register: Register) -> Vec<String> {
    match register {
        Register::Old(index) => OLD[index].map(str::to_owned).to_vec(),
        Register::New(number) => {
            ["", "d", "w", "b"].map(|part| format!("r{number}{part}")).to_vec()
        }
        Register::Arm(number) => ["w", "x"].map(|part| format!("{part}{number}")).to_vec(),
    }
}
