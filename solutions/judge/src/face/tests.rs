use super::probes::{Probes, differences as answers_differ};
use super::{Face, differences, missing, notes};
use std::collections::BTreeSet;
use std::fs;

fn face(text: &str) -> Face {
    Face::of(text).unwrap_or_else(|| panic!("no Rust: {text}"))
}

fn found(ours: &str, stub: &str) -> Vec<String> {
    differences(&face(ours), &face(stub))
}

const LOCK: &str = "pub struct Lock<T> { pub data: T } pub struct Guard<'a, T>(&'a T);";

/// Two methods of `Lock`.
fn methods(ours: &str, stub: &str) -> Vec<String> {
    let of = |method: &str| match method.starts_with("impl") {
        true => format!("{LOCK} {method}"),
        false => format!("{LOCK} impl<T> Lock<T> {{ {method} }}"),
    };
    found(&of(ours), &of(stub))
}

#[test]
fn every_stub_has_the_face_of_its_reference() {
    let root = catalog::root();
    for exercise in catalog::Catalog::read(&root).exercises {
        let read = |room: &str| {
            fs::read_to_string(root.join(format!("{room}/src/{}.rs", exercise.stem()))).unwrap()
        };
        let (stub, reference) = (face(&read("exercises")), face(&read("solutions")));
        let stem = exercise.stem();
        assert_eq!(differences(&stub, &reference), [""; 0], "{stem}");
        assert_eq!(differences(&reference, &stub), [""; 0], "{stem}");
        assert_eq!(missing(&stub, &reference), [""; 0], "{stem}");
        assert_eq!(notes(&stub, &reference), [""; 0], "{stem}");
    }
}

#[test]
fn spelling_makes_no_difference() {
    for (ours, stub) in [
        ("pub fn lock(&self) -> Guard<'_, T> {}", "pub fn lock<'a>(&'a self) -> Guard<'a, T> {}"),
        ("pub fn lock(&self) -> Guard<T> {}", "pub fn lock(&self) -> Guard<'_, T> {}"),
        ("pub fn lock(self: &Self) -> Guard<T> {}", "pub fn lock(&self) -> Guard<'_, T> {}"),
        ("pub fn get(&mut self) -> &mut T {}", "pub fn get<'x>(&'x mut self) -> &'x mut T {}"),
        ("pub fn new(value: T) -> Self {}", "pub fn new(data: T) -> Lock<T> {}"),
        (
            "pub fn with(f: impl FnOnce(&mut T)) {}",
            "pub fn with<F>(f: F) where F: FnOnce(&mut T) {}",
        ),
        (
            "pub fn with<R>(f: impl FnOnce(&mut T) -> R) -> R {}",
            "pub fn with<F: for<'x> FnOnce(&'x mut T) -> R, R>(f: F) -> R {}",
        ),
        (
            "pub fn map(f: impl Fn(&T) -> &T) {}",
            "pub fn map(f: impl for<'x> Fn(&'x T) -> &'x T) {}",
        ),
        ("pub fn f(mut self) {}", "pub fn f(self) -> () {}"),
        ("pub fn f(&self, d: std::time::Duration) {}", "pub fn f(&self, time: Duration) {}"),
        (
            "impl<U> Lock<U> { pub fn f(&self, u: U) {} }",
            "impl<T> Lock<T> { pub fn f(&self, u: T) {} }",
        ),
        (
            "impl<T: Copy> Lock<T> { pub fn f(&self) {} }",
            "impl<T> Lock<T> where T: Copy { pub fn f(&self) {} }",
        ),
        (
            "impl<T> Lock<T> { pub fn f(&self) where T: Copy {} }",
            "impl<T: Copy> Lock<T> { pub fn f(&self) {} }",
        ),
        (
            "impl<T: Send + Copy> Lock<T> { pub fn f(&self) {} }",
            "impl<T: Copy + Send> Lock<T> { pub fn f(&self) {} }",
        ),
        (
            "impl<T> Guard<'_, T> { pub fn f(&self) -> &T {} }",
            "impl<'x, T> Guard<'x, T> { pub fn f(&self) -> &T {} }",
        ),
        // More than the stub promises.
        ("pub const fn f() {}", "pub fn f() {}"),
        ("pub fn f(&self) {} pub fn helper(&mut self) {} fn own() {}", "pub fn f(&self) {}"),
        (
            "impl<T: ?Sized> Lock<T> { pub fn f(&self) {} }",
            "impl<T> Lock<T> { pub fn f(&self) {} }",
        ),
    ] {
        assert_eq!(methods(ours, stub), [""; 0], "{ours}\n{stub}");
    }
    for (ours, stub) in [
        ("use std::sync::Arc as A; pub fn f(a: A<u8>) {}", "pub fn f(a: std::sync::Arc<u8>) {}"),
        ("type R<T> = Result<T, ()>; pub fn f() -> R<u8> {}", "pub fn f() -> Result<u8, ()> {}"),
        ("pub struct A { pub a: u8, b: u8 }", "pub struct A { c: u64, pub a: u8 }"),
        ("pub struct A<X>(pub X);", "pub struct A<T>(pub T);"),
        ("mod inside { pub fn f(a: u8) {} } pub use inside::f;", "pub fn f(b: u8) {}"),
    ] {
        assert_eq!(found(ours, stub), [""; 0], "{ours}\n{stub}");
    }
}

#[test]
fn what_a_caller_can_tell_apart_is_told() {
    for (ours, stub, words) in [
        (
            "pub fn lock(&mut self) {}",
            "pub fn lock(&self) {}",
            "`Lock::lock` takes `&mut self`; the stub's takes `&self`",
        ),
        (
            "pub fn get<'b>(&self) -> Option<&'b T> {}",
            "pub fn get(&self) -> Option<&T> {}",
            "`Lock::get` returns `Option<&'b T>`; the stub's returns `Option<&T>`",
        ),
        (
            "pub fn lock<'b>(&self) -> Guard<'b, T> {}",
            "pub fn lock(&self) -> Guard<'_, T> {}",
            "`Lock::lock` returns `Guard<'b, T>`; the stub's returns `Guard<'_, T>`",
        ),
        (
            "pub fn get(&self) -> &T {}",
            "pub fn get(&self) -> &'static T {}",
            "`Lock::get` returns `&T`; the stub's returns `&'static T`",
        ),
        (
            "impl<'a, T> Guard<'a, T> { pub fn get(&self) -> &'a T {} }",
            "impl<'a, T> Guard<'a, T> { pub fn get(&self) -> &T {} }",
            "`Guard::get` returns `&'a T`; the stub's returns `&T`",
        ),
        (
            "pub fn f(self, a: u32) {}",
            "pub fn f(self, a: u64) {}",
            "`Lock::f` takes a `u32`; the stub's takes a `u64`",
        ),
        (
            "impl<T: Send> Lock<T> { pub fn f(&self) {} }",
            "impl<T> Lock<T> { pub fn f(&self) {} }",
            "`Lock::f` asks for `T: Send`; the stub's does not",
        ),
        (
            "impl<T> Lock<T> { pub fn f(&self) {} }",
            "impl<T: ?Sized> Lock<T> { pub fn f(&self) {} }",
            "`Lock::f` asks for `T: Sized`; the stub's does not",
        ),
        (
            "pub fn f(f: impl FnOnce()) {}",
            "pub fn f(f: impl FnOnce() + Send + 'static) {}",
            "`Lock::f` does not ask for `impl …: 'static`; the stub's does",
        ),
        ("pub unsafe fn f() {}", "pub fn f() {}", "`Lock::f` is `unsafe`; the stub's is not"),
        ("pub fn f() {}", "pub unsafe fn f() {}", "`Lock::f` is not `unsafe`; the stub's is"),
        ("pub fn f() {}", "pub const fn f() {}", "`Lock::f` is not a `const fn`; the stub's is"),
        (
            "pub fn f(&self, a: u8) {}",
            "pub fn f(&self) {}",
            "`Lock::f` is `fn f(&self, a: u8)`; the stub's is `fn f(&self)`",
        ),
        (
            "pub fn f(f: impl FnOnce(&'static T)) {}",
            "pub fn f(f: impl FnOnce(&T)) {}",
            "`Lock::f` asks for `impl …: FnOnce(&'static T)`; the stub's does not",
        ),
    ] {
        let told = methods(ours, stub);
        assert_eq!(told.first().map(String::as_str), Some(words), "{ours}\n{stub}");
    }
    let told = found(
        "impl A { pub fn f(&self) {} } pub struct A;",
        "impl<T> A<T> { pub fn f(&self) -> &T {} } pub struct A<T>(T);",
    );
    assert_eq!(told[1], "`A::f` is `fn f(&self)`; the stub's is `fn f(&self) -> &T`");
    for (ours, stub, words) in [
        (
            "pub struct A<T: ?Sized>(T); pub struct B<T: ?Sized>(pub T);",
            "pub struct A<T: ?Sized>(T); pub struct B<T: ?Sized>(pub Box<T>);",
            "`0` of `B` is `T`; the stub's is `Box<T>`",
        ),
        (
            "pub struct A<T>(T);",
            "pub struct A<T: ?Sized>(T);",
            "`A` asks for `T: Sized`; the stub's does not",
        ),
        (
            "pub enum A { B, C(u8) }",
            "pub enum A { B(u8), C }",
            "`A` is `enum A { B: (), C: (), C.0: u8 }`; the stub's is `enum A { B: (), B.0: u8, C: () }`",
        ),
        (
            "pub fn f<'a>(a: &'a u8, b: &u8) -> &'a u8 {}",
            "pub fn f<'a>(a: &u8, b: &'a u8) -> &'a u8 {}",
            "`f` is `fn f<'a>(a: &'a u8, b: &u8) -> &'a u8`; the stub's is `fn f<'a>(a: &u8, b: &'a u8) -> &'a u8`: the lifetimes differ",
        ),
        (
            "type B = u8; pub fn f(a: B) {}",
            "type B = u16; pub fn f(a: B) {}",
            "`f` is `fn f(a: B)`; the stub's is `fn f(a: B)`: a name in it stands for another type",
        ),
        ("pub const A: u8 = 1;", "pub const A: u16 = 1;", "`A` is `u8`; the stub's is `u16`"),
    ] {
        let told = found(ours, stub);
        assert_eq!(told.first().map(String::as_str), Some(words), "{ours}\n{stub}");
    }
}

#[test]
fn what_is_missing_and_does_no_harm_is_a_note() {
    let (ours, stub) = (face("pub fn f() {}"), face("#[must_use] pub fn f() {} pub fn g() {}"));
    assert_eq!(differences(&ours, &stub), [""; 0]);
    assert_eq!(notes(&ours, &stub), ["`f` has no `#[must_use]`; the stub's has"]);
    assert_eq!(missing(&ours, &stub), ["`g` is missing; the stub has it"]);
}

/// What is told if only to the question with these words the answer is another one than the reference's.
fn told(text: &str, question: &str, reference_has_it: bool, open: &[&str]) -> Vec<String> {
    let probes = Probes::of(text);
    let all = probes.traits.into_iter().chain(probes.borrows).collect::<Vec<_>>();
    let source = super::probes::source(&all);
    let number = source.lines().position(|line| line.contains(question)).expect(question);
    let (none, one) = (BTreeSet::new(), BTreeSet::from([number]));
    let (ours, reference) = if reference_has_it { (one, none) } else { (none, one) };
    let open: Vec<String> = open.iter().map(|&open| open.to_owned()).collect();
    answers_differ(&all, &ours, &reference, &open)
}

#[test]
fn traits_are_asked_of_every_public_type_around_data_of_all_kinds() {
    let text = "pub struct Lock<T: ?Sized>(T); pub struct Guard<'a, T>(&'a T); pub enum E {} struct Own<T>(T);
        impl<T> Lock<T> { pub fn lock(&self) -> Guard<'_, T> {} }
        impl<T> std::ops::DerefMut for Guard<'_, T> {}";
    let send = |ty: &str| format!("::std::marker::Send>() {{}} is::<subject::{ty}>");
    let words = |found: Vec<String>| found.first().cloned().unwrap_or_default();
    let found = told(text, &send("Guard<'static, *const u8>"), false, &[]);
    assert_eq!(
        words(found),
        "`Guard` of data that is neither `Send` nor `Sync` (`Guard<'_, *const u8>`) is `Send`, but must not be"
    );
    let found = told(text, &send("Lock<[::std::cell::Cell<u8>]>"), true, &[]);
    assert_eq!(
        words(found),
        "`Lock` of data that is `Send` and not `Sync` (`Lock<[Cell<u8>]>`) is not `Send`, but should be"
    );
    assert_eq!(words(told(text, &send("E"), false, &[])), "`E` is `Send`, but must not be");
    assert_eq!(
        words(told(text, "Clone>() {} is::<subject::Guard", false, &[])),
        "`Guard` is `Clone`, but must not be: the stub's is not"
    );
    // A plain value may be cloned if its data may.
    assert_eq!(words(told(text, "Clone>() {} is::<subject::Lock", false, &[])), "");
    assert_eq!(
        words(told(text, "Clone>() {} is::<subject::Lock<u8", true, &[])),
        "`Lock<u8>` is not `Clone`; the stub's is"
    );
    // What one can write through must not outlive what is written.
    assert!(
        words(told(text, "subject::Lock<&'short u8>", false, &[]))
            .contains("read for longer than it lives")
    );
    assert!(
        words(told(text, "subject::Guard<'lent, &'short u8>", false, &[]))
            .contains("a `Guard<'_, &'long u8>`")
    );
    assert_eq!(words(told(text, "subject::Guard<'lent, &'short u8>", true, &[])), "");
}

#[test]
fn what_the_page_leaves_open_is_no_difference() {
    let text = "pub struct Guard<'a, T>(&'a T);";
    let question = |data: &str| format!("Send>() {{}} is::<subject::Guard<'static, {data}>>");
    let is_told = |data: &str, reference: bool, open: &str| {
        !told(text, &question(data), reference, &[open]).is_empty()
    };
    for (data, may_be) in [("u8", true), ("::std::cell::Cell<u8>", true), ("*const u8", false)] {
        assert!(!is_told(data, true, "Guard: Send where Send"), "{data}: need not be");
        assert_eq!(is_told(data, false, "Guard: Send where Send"), !may_be, "{data}");
        assert!(!is_told(data, false, "Guard: Send where any"), "{data}");
        assert!(is_told(data, false, "Guard: Send") && !is_told(data, true, "Guard: Send"));
        assert!(is_told(data, true, "Guard: Sync where any"), "{data}: another trait");
    }
}
