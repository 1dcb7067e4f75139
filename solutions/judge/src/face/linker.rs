//! What a file tells the linker: names and sections of the whole program, which the judge and the check are in too.
//!
//! A function of that name takes the place of the system's, and a section can have code run before `main`. No stub does either, and
//! what would be done there comes before the check, or in its place. It is no wall: code under test shares the memory of its checker.

use proc_macro2::{TokenStream, TokenTree};

/// Attributes and macros that do it.
const NAMES: &[&str] = &["export_name", "global_asm", "link_section", "no_mangle"];

/// What does it at the beginning of a statement of assembly.
const DIRECTIVES: &[&str] = &[".section", ".pushsection"];

/// Each that is in a text, in words.
pub fn told(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    // What is no Rust the compiler tells more about.
    look(text.parse().unwrap_or_default(), &mut found);
    // A name says it better than what follows it.
    if found.iter().any(|it| NAMES.contains(it)) {
        found.retain(|it| NAMES.contains(it));
    }
    found.sort_unstable();
    found.dedup();
    let told = |name: &'static str| {
        format!(
            "`{name}` reaches into the program around the file, where the checker is; the stub does not"
        )
    };
    found.into_iter().map(told).collect()
}

fn look(tokens: TokenStream, found: &mut Vec<&'static str>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => look(group.stream(), found),
            TokenTree::Ident(name) => {
                let name = name.to_string();
                let name = name.strip_prefix("r#").unwrap_or(&name);
                found.extend(NAMES.iter().filter(|it| **it == name));
            }
            TokenTree::Literal(text) => {
                let text = text.to_string().replace("\\n", "\n");
                let statements = || text.split(['"', '\n', ';']).map(str::trim_start);
                let begins = |it: &str| statements().any(|statement| statement.starts_with(it));
                found.extend(DIRECTIVES.iter().filter(|it| begins(it)));
            }
            TokenTree::Punct(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn name_or_section_of_the_whole_program_is_told_wherever_it_is_written() {
        for text in [
            "#[unsafe(no_mangle)] extern \"C\" fn write() {}",
            "#[cfg_attr(all(), unsafe(export_name = \"write\"))] fn mine() {}",
            "macro_rules! with { ($a:meta) => { #[$a] static IT: u8 = 0; } } with!(unsafe(link_section = \".init_array\"));",
            "core::arch::global_asm!(\"nop\");",
            "fn f() { unsafe { core::arch::asm!(\".pushsection .text\", \".popsection\") } }",
        ] {
            assert_eq!(told(text).len(), 1, "{text}");
        }
    }

    #[test]
    fn words_about_it_and_other_assembly_are_free() {
        assert!(told("/// See the critical.section, and .init_array.\nfn f() { panic!(\"not in a.section\") }").is_empty());
        let text = "/* no_mangle */ fn f() { unsafe { core::arch::asm!(\"xchg {0}, {0}\") } }\n#[link(name = \"c\")] unsafe extern \"C\" { fn getpid() -> i32; }";
        assert!(told(text).is_empty());
        assert!(told("fn f( {").is_empty());
    }
}
