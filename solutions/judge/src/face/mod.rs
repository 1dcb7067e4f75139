//! Has a file the public face of its stub?
//!
//! Compared are signatures: what a caller can tell apart. How a type or a bound is spelt makes no difference, and whatever is private
//! is the reader's. The reference stands for the stub: a test holds the two to the same face.
//!
//! Traits are not looked at here, but by the compiler: see `probes`.

mod items;
mod linker;
mod names;
mod numbered;
mod plain;
mod probes;
mod verdicts;
mod writers;
mod written;

pub use items::Face;
use items::{Kind, Public};
use plain::Plain;
pub use verdicts::{is_ours, verdicts, with_missing};

pub const CHECK: &str = catalog::variants::OF_EVERY_FILE[0];

/// Each difference, in words. Items that are not there are left to the compiler, which knows what a macro makes.
pub fn differences(ours: &Face, stub: &Face) -> Vec<String> {
    let both =
        stub.items.iter().filter_map(|(name, stub)| Some((name, ours.items.get(name)?, stub)));
    both.flat_map(|(name, ours, stub)| compare(name, ours, stub)).collect()
}

/// Public items of the stub that a file does not have, as far as one can see.
pub fn missing(ours: &Face, stub: &Face) -> Vec<String> {
    let names = stub.items.keys().filter(|name| !ours.items.contains_key(*name));
    names.map(|name| format!("`{name}` is missing; the stub has it")).collect()
}

/// What is missing and does no harm.
pub fn notes(ours: &Face, stub: &Face) -> Vec<String> {
    let is_lost = |name: &&String| {
        stub.items[*name].must_be_used
            && ours.items.get(*name).is_some_and(|item| !item.must_be_used)
    };
    let lost = stub.items.keys().filter(is_lost);
    lost.map(|name| format!("`{name}` has no `#[must_use]`; the stub's has")).collect()
}

fn compare(name: &str, ours: &Public, stub: &Public) -> Vec<String> {
    let mut found = Vec::new();
    for (we, they, what) in
        [(ours.is_unsafe, stub.is_unsafe, "`unsafe`"), (ours.is_async, stub.is_async, "`async`")]
    {
        match (we, they) {
            (true, false) => found.push(format!("`{name}` is {what}; the stub's is not")),
            (false, true) => found.push(format!("`{name}` is not {what}; the stub's is")),
            _ => {}
        }
    }
    if stub.is_const && !ours.is_const {
        found.push(format!("`{name}` is not a `const fn`; the stub's is"));
    }
    if ours.abi != stub.abi {
        found.push(format!("`{name}` is not called as the stub's is (`extern`)"));
    }
    if found.is_empty() {
        found.extend(types(name, ours, stub));
    }
    found.extend(bounds(name, &ours.plain, &stub.plain));
    found
}

/// The first difference in what is taken and given.
fn types(name: &str, ours: &Public, stub: &Public) -> Option<String> {
    if ours.kind != stub.kind {
        return Some(format!(
            "`{name}` is {}; the stub's is {}",
            ours.kind.name(),
            stub.kind.name()
        ));
    }
    if ours.parts != stub.parts {
        return Some(format!("`{name}` is `{}`; the stub's is `{}`", ours.written, stub.written));
    }
    let (us, they) = (&ours.plain.types, &stub.plain.types);
    let at = (0..us.len()).find(|&at| us[at] != they[at])?;
    let (we, their) = (&ours.as_written[at], &stub.as_written[at]);
    if we == their {
        // Written in the same way, they are not the same: by their lifetimes, or by what a name stands for.
        let why = match without_lifetimes(&us[at]) == without_lifetimes(&they[at]) {
            true => ": the lifetimes differ",
            false if ours.written == stub.written => ": a name in it stands for another type",
            false => "",
        };
        return Some(format!(
            "`{name}` is `{}`; the stub's is `{}`{why}",
            ours.written, stub.written
        ));
    }
    Some(match (ours.kind, ours.parts[at].as_str()) {
        (Kind::Function, "self") => format!("`{name}` takes `{we}`; the stub's takes `{their}`"),
        (Kind::Function, "->") => format!("`{name}` returns `{we}`; the stub's returns `{their}`"),
        (Kind::Function, _) => format!("`{name}` takes a `{we}`; the stub's takes a `{their}`"),
        (_, "") => format!("`{name}` is `{we}`; the stub's is `{their}`"),
        (_, part) => format!("`{part}` of `{name}` is `{we}`; the stub's is `{their}`"),
    })
}

/// `&'l1 T` as `& T`.
fn without_lifetimes(text: &str) -> String {
    let mut parts = text.split('\'');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out += part.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
    }
    out
}

fn bounds(name: &str, ours: &Plain, stub: &Plain) -> Vec<String> {
    let more = ours.bounds.difference(&stub.bounds).map(|bound| {
        let shown = ours.named(bound);
        format!("`{name}` asks for `{shown}`; the stub's does not")
    });
    // A file that asks for less than the stub serves more callers. What goes to another thread must be asked for.
    let needed = |bound: &&String| {
        ["Send", "Sync", "'static"].iter().any(|asked| bound.ends_with(&format!(": {asked}")))
    };
    let less = stub.bounds.difference(&ours.bounds).filter(needed).map(|bound| {
        let shown = stub.named(bound);
        format!("`{name}` does not ask for `{shown}`; the stub's does")
    });
    more.chain(less).collect()
}

#[cfg(test)]
mod tests;
