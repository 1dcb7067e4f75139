//! Which atomics each target of the compiler has: the table of chapter 2.

use crate::machine::{Compiler, output};
use std::collections::BTreeMap;

/// Where the table lies, relative to the repository.
pub const FILE: &str = "src/ch02_atomics/targets.md";

/// The widths in bits that a target can exchange, and those that it can only load and store.
type Widths = (Vec<u32>, Vec<u32>);

/// Asks the compiler about all its targets, and makes the table: a row for each combination of widths, the most common first.
pub fn table(compiler: &str) -> Result<String, String> {
    let mut rows: BTreeMap<Widths, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    let mut total = 0;
    for target in output(Compiler::Own.command().args(["--print", "target-list"]))?.lines() {
        // That the compiler tells what can only be loaded and stored is not stable yet. A few targets cannot be asked.
        let mut ask = Compiler::Own.command();
        ask.args(["--print", "cfg", "--target", target]).env("RUSTC_BOOTSTRAP", "1");
        let Ok(cfg) = output(&mut ask) else { continue };
        let (family, widths) = read(&cfg);
        rows.entry(widths).or_default().entry(family).or_default().push(target.to_owned());
        total += 1;
    }
    let count =
        |families: &BTreeMap<String, Vec<String>>| families.values().map(Vec::len).sum::<usize>();
    let mut rows: Vec<_> = rows.into_iter().collect();
    rows.sort_by_key(|(widths, families)| (usize::MAX - count(families), widths.clone()));
    let mut text = format!(
        "<!-- Made by cargo listings. Do not edit. -->\n\nAll {total} targets of {compiler}:\n\n\
         | All operations on | Only `load` and `store` on | Targets | Processors: how many, for example |\n|---|---|---:|---|\n"
    );
    for ((exchange, only), families) in rows {
        let total = count(&families);
        let mut families: Vec<_> = families.into_iter().collect();
        families.sort_by_key(|(name, targets)| (usize::MAX - targets.len(), name.clone()));
        let shown: Vec<String> = families
            .iter()
            .map(|(name, targets)| format!("{name}: {}, `{}`", targets.len(), targets[0]))
            .collect();
        text += &format!(
            "| {} | {} | {total} | {} |\n",
            listed(&exchange),
            listed(&only),
            shown.join("; ")
        );
    }
    Ok(text)
}

/// The family and the widths in what `rustc --print cfg` says.
fn read(cfg: &str) -> (String, Widths) {
    let values = |key: &str| -> Vec<String> {
        let lines = cfg
            .lines()
            .filter_map(|line| line.strip_prefix(key)?.strip_prefix("=\"")?.strip_suffix('"'));
        lines.map(str::to_owned).collect()
    };
    let numbers = |key: &str| -> Vec<u32> {
        let mut numbers: Vec<u32> =
            values(key).iter().filter_map(|value| value.parse().ok()).collect();
        numbers.sort_unstable();
        numbers
    };
    let exchange = numbers("target_has_atomic");
    let only = numbers("target_has_atomic_load_store")
        .into_iter()
        .filter(|width| !exchange.contains(width))
        .collect();
    (values("target_arch").concat(), (exchange, only))
}

fn listed(widths: &[u32]) -> String {
    match widths {
        [] => "–".into(),
        widths => widths.iter().map(u32::to_string).collect::<Vec<_>>().join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn what_can_be_exchanged_is_not_among_what_can_only_be_loaded() {
        let cfg = "target_arch=\"arm\"\ntarget_has_atomic\ntarget_has_atomic=\"8\"\ntarget_has_atomic=\"ptr\"\n\
                   target_has_atomic_load_store=\"8\"\ntarget_has_atomic_load_store=\"16\"\n";
        assert_eq!(read(cfg), ("arm".into(), (vec![8], vec![16])));
    }
}
