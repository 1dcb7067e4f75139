//! The project says which Rust it needs. These tests run with the Rust that compiles it: a statement that is not the one
//! tried here is a statement that nobody tried.

use std::fs;
use std::process::Command;

#[test]
fn the_stated_rust_version_is_the_one_that_is_tried() {
    let manifest = fs::read_to_string(catalog::root().join("Cargo.toml")).expect("a manifest");
    let manifest: toml::Table = manifest.parse().expect("TOML");
    let stated = manifest["workspace"]["package"]["rust-version"].as_str().expect("a version");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().expect("the compiler runs");
    let output = String::from_utf8_lossy(&output.stdout).into_owned();
    let tried = output.split(' ').nth(1).expect("`rustc 1.95.0 (…)`");
    assert!(
        tried.starts_with(&format!("{stated}.")),
        "rust-version is {stated}, these tests run with {tried}: raise the one, or run `cargo +{stated} test -p rooms`"
    );
}
