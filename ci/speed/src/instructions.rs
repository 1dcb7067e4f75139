//! The uncontended path of each lock in instructions, from the compiler's assembly.

use crate::LOCKS;

/// What the exported functions are called before the lock's name, and in words.
const SECTIONS: [(&str, &str); 3] = [
    ("mutex", "mutex: lock, add, unlock"),
    ("read", "reader-writer lock: read"),
    ("write", "reader-writer lock: write"),
];

/// The instructions from the beginning of a function to its first return. The compiler puts what is cold behind that.
fn path(assembly: &str, function: &str) -> Vec<String> {
    let lines =
        assembly.lines().skip_while(|line| line.trim_end() != format!("{function}:")).skip(1);
    let mut found = Vec::new();
    for line in lines {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() || line.starts_with('.') || line.ends_with(':') {
            continue;
        }
        found.push(short(line));
        if line.starts_with("ret") {
            break;
        }
    }
    found
}

/// Without what means nothing to a reader: tabs, and the mangling of names.
fn short(line: &str) -> String {
    let mut words = line.split_whitespace().map(|word| match word.find("GLOBAL_PANIC_COUNT") {
        Some(_) => "GLOBAL_PANIC_COUNT,".to_owned() + word.rsplit(',').next().unwrap_or_default(),
        None => word.to_owned(),
    });
    let first = words.next().unwrap_or_default();
    format!("{first:<8} {}", words.collect::<Vec<_>>().join(" ")).trim_end().to_owned()
}

/// Instructions that lock the bus or exchange with memory: the dear ones.
fn atomic(path: &[String]) -> usize {
    path.iter().filter(|line| line.starts_with("lock") || line.starts_with("xchg")).count()
}

/// The table, and ours beside std's.
pub fn page(assembly: &str) -> String {
    if !assembly.contains("cmpxchg") {
        return "These pages were made on another processor than x86-64, for which instructions are not counted.\n".into();
    }
    let mut text = String::from(
        "| Instructions (of which atomic read-modify-writes) | Locksmith | std | parking_lot | spin |\n|---|---:|---:|---:|---:|\n",
    );
    for (section, name) in SECTIONS {
        let cells = LOCKS.map(|lock| {
            let path = path(assembly, &format!("{section}_{lock}"));
            format!("{} ({})", path.len(), atomic(&path))
        });
        text += &format!("| {name} | {} |\n", cells.join(" | "));
    }
    for (lock, name) in [("locksmith", "This book’s mutex"), ("std", "std’s mutex")] {
        let path = path(assembly, &format!("mutex_{lock}")).join("\n");
        text += &format!("\n{name}:\n\n```text\n{path}\n```\n");
    }
    text
}
