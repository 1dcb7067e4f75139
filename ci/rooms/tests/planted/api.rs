//! A stub whose public face is not the reference's.

use crate::{REFERENCE, STUB, with};

#[test]
fn missing_method_is_found() {
    let tree = with(REFERENCE, "fn push", "pub fn push");
    tree.must_find(
        "the reference has `impl<T> Door<T> { pub fn push(&mut self, _force: u32) }`, the stub has not",
    );
}

#[test]
fn method_that_only_the_stub_has_is_found() {
    let tree =
        with(STUB, "    pub const fn new", "    pub fn extra(&self) {}\n    pub const fn new");
    tree.must_find("the stub has `impl<T> Door<T> { pub fn extra(&self) }`, the reference has not");
}

#[test]
fn other_signature_is_found() {
    with(STUB, "force: u32", "force: u64").must_find("force: u64");
    with(STUB, "pub const fn new", "pub fn new").must_find(
        "is `impl<T> Door<T> { pub fn new(inside: T) -> Self }` in the stub and \
         `impl<T> Door<T> { pub const fn new(inside: T) -> Self }` in the reference",
    );
    with(STUB, "pub fn open", "pub unsafe fn open").must_find("pub unsafe fn open");
}

#[test]
fn other_generics_fields_variants_and_types_are_found() {
    with(STUB, "struct Door<T: ?Sized>", "struct Door<T>")
        .must_find("`Door` is `pub struct Door<T>");
    with(STUB, "pub open: bool", "pub open: u8").must_find("pub open: u8");
    with(STUB, "Locked(u32)", "Locked").must_find("`Error` is `pub enum Error { Locked, }`");
    with(STUB, "WIDTH: u32", "WIDTH: u64").must_find("`WIDTH` is `pub const WIDTH: u64");
    with(STUB, "pub const WIDTH", "const WIDTH").must_find("the reference has `pub const WIDTH");
}

#[test]
fn missing_impl_of_a_trait_is_found() {
    let tree = with(
        STUB,
        "impl<T> Drop for Door<T> {\n    fn drop",
        "trait Other { fn drop(&mut self); }\nimpl<T> Other for Door<T> {\n    fn drop",
    );
    let findings = tree.findings();
    assert!(
        findings.iter().any(|f| f.contains("the reference has `impl<T> Drop for Door<T>`")),
        "{findings:#?}"
    );
}

#[test]
fn send_sync_debug_docs_and_attributes_are_the_readers_own() {
    with(STUB, "pub struct", "#[derive(Debug)]\n/// Docs.\n#[must_use]\npub struct")
        .must_find_nothing();
    with(STUB, "impl<T> Drop", "unsafe impl<T> Send for Door<T> {}\nimpl<T> Drop")
        .must_find_nothing();
    with(REFERENCE, "impl<T> Drop", "impl std::fmt::Debug for Other {}\nimpl<T> Drop")
        .must_find_nothing();
}
