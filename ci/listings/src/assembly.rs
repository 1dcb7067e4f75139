//! Cuts functions out of what the compiler writes for an assembler.

use std::collections::BTreeMap;

/// The functions of `assembly` whose names begin with a topic and a dot: instructions and labels, one a line.
///
/// `comment` is what begins a comment on this architecture. Directives are left out, and labels are numbered anew, so that a listing
/// does not depend on what stands above it.
pub fn functions(assembly: &str, comment: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut inside: Option<(String, Vec<String>)> = None;
    for line in assembly.lines() {
        let line = line.split(comment).next().unwrap_or_default();
        let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
        if words.starts_with(".Lfunc_end") {
            if let Some((name, lines)) = inside.take() {
                found.insert(name, renumbered(&lines).join("\n"));
            }
        } else if let Some(name) = words.strip_suffix(':').filter(|name| is_exported(name)) {
            inside = Some((name.to_owned(), Vec::new()));
        } else if let Some((_, lines)) = &mut inside {
            let is_label = words.ends_with(':');
            let is_ours = words.starts_with(".LBB") || words.starts_with(".Lpcrel");
            // Power finds its own data by two instructions that belong to the call and not to the function.
            let is_address = words.contains(".TOC.");
            if !words.is_empty()
                && !is_address
                && (!words.starts_with('.') || (is_label && is_ours))
            {
                lines.push(words);
            }
        }
    }
    found
}

/// The function `name` of what any of gcc, clang, Zig and rustc writes, as [`functions`] gives it. `None` if it is not there.
///
/// Names of C++ and Rust that are called are cut down to their last part.
pub fn function(assembly: &str, name: &str, comment: &str) -> Option<String> {
    let label = format!("{name}:");
    let lines = assembly.lines().map(|line| {
        let line = line.split(comment).next().unwrap_or_default();
        line.split_whitespace().map(unmangled).collect::<Vec<_>>().join(" ")
    });
    let body = lines.skip_while(|line| *line != label).skip(1);
    // A compiler may put other sections between, and labels that only they use.
    let body = body.take_while(|line| {
        !line.starts_with(".size")
            && !line.starts_with(".Lfunc_end")
            && !line.starts_with(".section")
    });
    let is_label = |line: &str| line.starts_with(".L") && line.ends_with(':');
    let body: Vec<String> = body
        .filter(|line| !line.is_empty() && (!line.starts_with('.') || is_label(line)))
        .collect();
    (!body.is_empty()).then(|| renumbered(&body).join("\n"))
}

/// A word of an instruction, without what only a linker wants to know.
fn unmangled(word: &str) -> String {
    let word = word.strip_suffix("@PLT").unwrap_or(word);
    if !word.starts_with("_R") && !word.starts_with("_ZN") {
        return word.to_owned();
    }
    // Parts have their length before them; the old way of Rust ends in a hash.
    let path = word.split("17h").next().unwrap_or(word).trim_end_matches('E');
    let last = path.rsplit(|c: char| c.is_ascii_digit()).find(|part| part.len() > 1);
    last.unwrap_or(word).to_owned()
}

/// Whether the label is that of an exported function: `topic.name`.
fn is_exported(label: &str) -> bool {
    label.starts_with(|c: char| c.is_ascii_lowercase()) && label.contains('.')
}

/// The lines with their labels numbered from 1, and without the labels that nothing jumps to.
fn renumbered(lines: &[String]) -> Vec<String> {
    let labels: Vec<&str> = lines.iter().filter_map(|line| line.strip_suffix(':')).collect();
    let is_used = |label: &str| lines.iter().any(|line| words(line).any(|word| word == label));
    let used: Vec<&str> = labels.into_iter().filter(|label| is_used(label)).collect();
    let renamed = |word: &str| {
        let number = used.iter().position(|label| *label == word)?;
        Some(format!(".L{}", number + 1))
    };
    let mut made = Vec::new();
    for line in lines {
        if let Some(label) = line.strip_suffix(':') {
            made.extend(renamed(label).map(|label| label + ":"));
            continue;
        }
        let mut line = line.clone();
        let names: Vec<String> = words(&line).map(str::to_owned).collect();
        for name in names {
            if let Some(new) = renamed(&name) {
                line = line.replace(&name, &new);
            }
        }
        made.push(line);
    }
    made
}

/// The words of an instruction that may be labels.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_')))
        .filter(|word| !word.is_empty() && !line.ends_with(':'))
}

#[cfg(test)]
mod tests {
    use super::{function, functions};

    #[test]
    fn one_function_is_cut_out_of_what_any_compiler_writes() {
        let gcc = "g:\n\tret\nf:\n.L10:\n\tcall\tthrd_yield@PLT\n.L9:\n\tjne\t.L10\n\tret\n\t.size\tf, .-f\n\tud2\n";
        assert_eq!(function(gcc, "f", "#").unwrap(), ".L1:\ncall thrd_yield\njne .L1\nret");
        let rustc = "f:\n.Ltmp1:\n\tcall\t_RNvNtNtCsjr_3std6thread9functions9yield_now\n\
                     \tcall\t_ZN3std6thread9yield_now17h0123456789abcdefE\n.Lfunc_end0:\n";
        assert_eq!(function(rustc, "f", "#").unwrap(), "call yield_now\ncall yield_now");
        assert_eq!(function(gcc, "h", "#"), None);
    }

    #[test]
    fn directives_and_comments_go_and_labels_count_from_one() {
        let text = "\t.globl\tcases.f\ncases.f:\n\t.cfi_startproc\n.LBB12_4:\n\tlock\t\tinc\tdword ptr [rdi] # twice\n\
                    \tjne\t.LBB12_4\n.LBB12_5:\n\tret\n.Lfunc_end3:\n\tud2\n";
        let found = functions(text, "#");
        assert_eq!(found["cases.f"], ".L1:\nlock inc dword ptr [rdi]\njne .L1\nret");
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn a_number_sign_is_no_comment_where_it_begins_a_constant() {
        let found = functions("a.b:\n\tmov\tw8, #1 // one\n.Lfunc_end0:\n", "//");
        assert_eq!(found["a.b"], "mov w8, #1");
    }

    #[test]
    fn a_label_that_is_the_beginning_of_another_stays_itself() {
        let text = "a.b:\n.LBB0_1:\n\tb\t.LBB0_12\n\tb\t.LBB0_1\n.LBB0_12:\n\tret\n.Lfunc_end0:\n";
        assert_eq!(functions(text, "//")["a.b"], ".L1:\nb .L2\nb .L1\n.L2:\nret");
    }
}
