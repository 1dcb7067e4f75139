//! The files that pages include, made of the data and the glossary alone: no compiler is needed.

mod instructions;
mod matrix;
mod topics;

use crate::CHAPTER;
use crate::data::Data;
use crate::glossary::Glossary;
use std::collections::BTreeMap;
use std::path::Path;

/// All of them: the path relative to the repository, and what is in the file.
pub fn all(root: &Path, data: &Data, glossary: &Glossary) -> BTreeMap<String, String> {
    let mut files = topics::files(data, &topics::wanted(&root.join("src")));
    files.insert(format!("{CHAPTER}/listings/matrix.md"), matrix::page(data));
    files.insert(format!("{CHAPTER}/listings/compilers.md"), topics::compilers(data));
    files.insert(format!("{CHAPTER}/listings/instructions.md"), instructions::page(glossary));
    files
}

/// Those files that are not in the repository as they should be.
pub fn out_of_date(root: &Path, files: &BTreeMap<String, String>) -> Vec<String> {
    let is_new = |(path, text): &(&String, &String)| {
        std::fs::read_to_string(root.join(path)).ok().as_ref() != Some(*text)
    };
    files.iter().filter(is_new).map(|(path, _)| path.clone()).collect()
}

/// Text in HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::{all, out_of_date};
    use crate::data::Data;
    use crate::glossary::{self, Glossary};
    use crate::root;

    #[test]
    fn the_files_that_pages_include_are_made_of_the_data() {
        let data = Data::read(&root()).unwrap();
        let files = all(&root(), &data, &Glossary::read(&root()).unwrap());
        assert_eq!(
            out_of_date(&root(), &files),
            Vec::<String>::new(),
            "run `cargo listings --pages`"
        );
    }

    #[test]
    fn the_data_is_written_as_it_was_read() {
        let data = Data::read(&root()).unwrap();
        let text = std::fs::read_to_string(root().join(crate::data::FILE)).unwrap();
        assert!(data.to_json() == text, "{} was edited by hand", crate::data::FILE);
    }

    #[test]
    fn every_function_was_compiled_for_every_target() {
        let data = Data::read(&root()).unwrap();
        for (function, of_function) in &data.listings {
            assert_eq!(of_function.len(), crate::targets::TARGETS.len(), "{function}");
        }
    }

    #[test]
    fn the_glossary_explains_every_mnemonic_of_the_data() {
        let (data, glossary) = (Data::read(&root()).unwrap(), Glossary::read(&root()).unwrap());
        let page = &all(&root(), &data, &glossary)["src/ch07_processor/listings/instructions.md"];
        for (function, of_function) in &data.listings {
            for (target, text) in of_function {
                let architecture = &data.targets[target].architecture;
                for line in text.lines() {
                    let unknown = glossary.unexplained(architecture, line);
                    assert!(unknown.is_empty(), "{function} for {target}: {unknown:?}");
                    for mnemonic in glossary::mnemonics(line) {
                        let id = format!("id=\"{}\"", glossary::anchor(architecture, mnemonic));
                        assert!(page.contains(&id), "nothing to link to: {id}");
                    }
                }
            }
        }
    }
}
