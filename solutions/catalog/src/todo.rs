//! Finds the `todo!()`s that are left in a file.

use proc_macro2::{TokenStream, TokenTree};
use std::path::Path;

/// How many `todo!`s are left. Comments and strings do not count; nor does a file that is not Rust (the compiler says more
/// about it than we could).
pub fn count(file: &Path) -> usize {
    count_in(&std::fs::read_to_string(file).unwrap_or_default())
}

/// As [`count`], for a text.
pub fn count_in(text: &str) -> usize {
    text.parse().map_or(0, in_tokens)
}

fn in_tokens(tokens: TokenStream) -> usize {
    let mut found = 0;
    let mut after_todo = false;
    for token in tokens {
        let is_bang = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '!');
        found += usize::from(after_todo && is_bang);
        after_todo = matches!(&token, TokenTree::Ident(name) if name == "todo");
        if let TokenTree::Group(group) = token {
            found += in_tokens(group.stream());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::in_tokens;

    fn count(text: &str) -> usize {
        in_tokens(text.parse().expect("Rust"))
    }

    #[test]
    fn each_todo_in_a_body_counts() {
        assert_eq!(count("fn a() { todo!() } fn b() { if x { todo!(\"later\") } }"), 2);
    }

    #[test]
    fn todo_in_a_comment_or_a_string_does_not_count() {
        assert_eq!(count("// todo!()\nfn a() { let s = \"todo!()\"; /* todo!() */ }"), 0);
    }

    #[test]
    fn a_function_called_todo_does_not_count() {
        assert_eq!(count("fn todo() -> bool { !todo() }"), 0);
    }
}
