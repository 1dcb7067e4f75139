//! The listings of the book: what a compiler has made of each operation, for each target.

/// Written by `ci/listings`, a target a line.
const LISTINGS: &str = include_str!("../../../../src/ch07_processor/listings.json");

/// Two of the targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    X86_64,
    Aarch64,
}

impl Target {
    /// As the reader knows it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::X86_64 => "x86-64",
            Self::Aarch64 => "AArch64",
        }
    }

    /// In the listings.
    const fn key(self) -> &'static str {
        match self {
            Self::X86_64 => "x86-64",
            Self::Aarch64 => "aarch64",
        }
    }
}

/// The lines of a function such as `matrix.store.Release`.
pub fn lines(function: &str, target: Target) -> Vec<String> {
    let rest = after(LISTINGS, "\"listings\":");
    let rest = after(rest, &format!("\"{function}\":"));
    let rest = after(rest, &format!("\"{}\":", target.key()));
    let text = after(rest, "\"").split('"').next().unwrap_or_default();
    text.split("\\n").map(str::to_owned).collect()
}

fn after<'a>(text: &'a str, what: &str) -> &'a str {
    text.split_once(what).unwrap_or_else(|| panic!("the listings have no {what}")).1
}

/// What of a line touches memory or orders it: the mnemonic, with `lock`, or the whole of a barrier.
pub fn essence(line: &str, target: Target) -> Option<String> {
    let mnemonic = line.split_whitespace().next()?;
    let second = || line.split_whitespace().nth(1).unwrap_or_default();
    match target {
        Target::X86_64 if mnemonic == "lock" => Some(format!("lock {}", second())),
        Target::X86_64 if mnemonic.ends_with("fence") => Some(mnemonic.to_owned()),
        Target::Aarch64 if mnemonic == "dmb" || mnemonic == "dsb" => Some(line.to_owned()),
        _ => (line.contains('[') && mnemonic != "lea").then(|| mnemonic.to_owned()),
    }
}
