//! What of a listing matters when two of them are compared: what it does to memory that threads share.

use super::compilers::Target;

/// What a function does to shared memory, in words.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Trace {
    /// The instructions that are atomic or ordered by more than their kind, in the order in which they stand.
    pub ordered: Vec<String>,
    /// All that touch shared memory.
    pub all: Vec<String>,
}

impl Trace {
    /// Reads a listing. What stands there twice, because the compiler has unrolled a loop, counts once.
    pub fn of(target: Target, listing: &str) -> Self {
        let mut trace = Self::default();
        for line in listing.lines().filter(|line| !line.ends_with(':')) {
            let (name, operands) = split(line);
            let is_ordered = match target {
                Target::X86 => is_ordered_on_x86(name, operands),
                Target::Arm => is_ordered_on_arm(name),
            };
            if is_ordered {
                add(&mut trace.ordered, name);
            }
            if is_ordered || is_shared(target, name, operands) {
                add(&mut trace.all, name);
            }
        }
        trace
    }
}

fn add(names: &mut Vec<String>, name: &str) {
    if !names.iter().any(|known| known == name) {
        names.push(name.to_owned());
    }
}

/// The name, with the prefix that makes it atomic; and what it is about.
fn split(line: &str) -> (&str, &str) {
    let from = if line.starts_with("lock ") { 5 } else { 0 };
    match line[from..].find(' ') {
        Some(end) => (&line[..from + end], &line[from + end..]),
        None => (line, ""),
    }
}

fn is_ordered_on_x86(name: &str, operands: &str) -> bool {
    name.starts_with("lock ") || name == "mfence" || name == "xchg" && operands.contains('[')
}

/// The beginnings of names: exclusive, acquire and release, and what reads and writes in one step.
const ORDERED_ON_ARM: &[&str] = &[
    "ldax", "ldxr", "ldar", "ldapr", "stlr", "stlx", "stxr", "swp", "cas", "ldadd", "ldset",
    "ldclr", "ldeor", "ldsmax", "ldumax", "stadd", "stset", "stclr", "steor", "dmb",
];

fn is_ordered_on_arm(name: &str) -> bool {
    ORDERED_ON_ARM.iter().any(|begin| name.starts_with(begin))
}

/// Does it access memory that is neither the stack nor a constant?
fn is_shared(target: Target, name: &str, operands: &str) -> bool {
    let (own, no_access): (&[&str], &[&str]) = match target {
        Target::X86 => (&["rsp", "rbp", "rip", "fs:"], &["lea", "nop", "call", "jmp"]),
        Target::Arm => (&["[sp", "[x29", ":lo12:", ":got"], &["prfm"]),
    };
    operands.contains('[')
        && !own.iter().any(|word| operands.contains(word))
        && !no_access.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::{Target, Trace};

    fn names(target: Target, listing: &str) -> (String, String) {
        let Trace { ordered, all } = Trace::of(target, listing);
        (ordered.join(", "), all.join(", "))
    }

    #[test]
    fn what_touches_shared_memory_is_kept_once_and_the_stack_is_not() {
        let listing = "push rbx\n.L1:\nxchg byte ptr [rbx], al\ncall thrd_yield\nxchg byte ptr [rdi], al\n\
                       inc dword ptr [rbx + 4]\nmov byte ptr [rbx], 0\nmov rax, qword ptr [rsp + 8]\nlea rax, [rbx + 1]\nret";
        assert_eq!(names(Target::X86, listing), ("xchg".into(), "xchg, inc, mov".into()));
        let listing = "lock cmpxchg DWORD PTR [rbx], edx\nxchg eax, edx\nmfence";
        assert_eq!(names(Target::X86, listing).0, "lock cmpxchg, mfence");
    }

    #[test]
    fn on_arm_the_name_says_what_is_ordered() {
        let listing = "stp x29, x30, [sp, #-32]!\nswpab w20, w8, [x0]\nldr w8, [x19, #4]\nstlrb wzr, [x19]\nldr x0, [x1, :lo12:futex]\nret";
        assert_eq!(
            names(Target::Arm, listing),
            ("swpab, stlrb".into(), "swpab, ldr, stlrb".into())
        );
    }
}
