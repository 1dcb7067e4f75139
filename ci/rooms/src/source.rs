//! What a stub, a reference and a file of checks must look like.

use catalog::todo;
use std::fs;
use std::path::{Path, PathBuf};

/// A file of a room.
pub struct Source {
    /// From the root of the workspace.
    pub path: PathBuf,
    /// How many `todo!()`s it has.
    pub to_do: usize,
    pub syntax: syn::File,
}

/// Reads and parses a file; says so in `found` if that fails.
pub fn read(root: &Path, path: &Path, found: &mut Vec<String>) -> Option<Source> {
    let Ok(text) = fs::read_to_string(root.join(path)) else {
        found.push(format!("no file {}", path.display()));
        return None;
    };
    match syn::parse_file(&text) {
        Ok(syntax) if syntax.items.is_empty() => {
            found.push(format!("{} is empty", path.display()));
            None
        }
        Ok(syntax) => {
            let to_do = todo::count(&root.join(path));
            Some(Source { path: path.to_owned(), to_do, syntax })
        }
        Err(error) => {
            found.push(format!("{}: {error}", path.display()));
            None
        }
    }
}

/// Is there something to do, and the line that an editor's "Run test" needs?
pub fn is_a_stub(stub: &Source) -> Vec<String> {
    let mut found = Vec::new();
    let path = stub.path.display();
    if stub.to_do == 0 {
        found.push(format!("nothing to do in {path}: it has no `todo!()`"));
    }
    if !stub.syntax.items.last().is_some_and(is_marker) {
        found.push(format!("{path} does not end with `#[test] fn grade() {{}}`"));
    }
    found
}

fn is_marker(item: &syn::Item) -> bool {
    let syn::Item::Fn(function) = item else { return false };
    function.sig.ident == "grade"
        && function.block.stmts.is_empty()
        && function.attrs.iter().any(|attribute| attribute.path().is_ident("test"))
}

/// Is nothing left to do?
pub fn is_done(source: &Source) -> Option<String> {
    let Source { path, to_do, .. } = source;
    (*to_do > 0).then(|| format!("{to_do} `todo!()` left in {}", path.display()))
}
