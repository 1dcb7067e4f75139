//! Exports the functions that foreign code calls, so that a library which is loaded at run time finds them in the program.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-link-arg=-rdynamic");
}
