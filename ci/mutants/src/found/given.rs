//! What the stub gives: functions and constants that a reader finds finished.

use std::collections::BTreeMap;
use syn::visit::{self, Visit};

/// The finished functions and constants of a file, by their places; several, where several have the same.
#[derive(Debug, Default)]
pub struct Given {
    inside: Vec<String>,
    all: BTreeMap<String, Vec<String>>,
}

impl Given {
    /// Those of a text.
    ///
    /// # Errors
    ///
    /// If the text is no Rust.
    pub fn of(text: &str) -> syn::Result<Self> {
        let mut given = Self::default();
        given.visit_file(&syn::parse_file(text)?);
        given.all.values_mut().for_each(|said| said.sort());
        Ok(given)
    }

    /// Is this place, or the function around it, the same in both?
    pub fn shares(&self, with: &Self, place: &str) -> bool {
        let mut place = place;
        loop {
            let (ours, theirs) = (self.all.get(place), with.all.get(place));
            if ours.is_some() {
                return ours == theirs;
            }
            let Some((around, _)) = place.rsplit_once("::") else { return false };
            place = around;
        }
    }

    fn add(&mut self, name: &syn::Ident, said: String) {
        let mut place = self.inside.clone();
        place.push(name.to_string());
        self.all.entry(place.join("::")).or_default().push(said);
    }

    fn add_function(&mut self, signature: &syn::Signature, block: &syn::Block) {
        self.add(&signature.ident, format!("{} {}", words(signature), words(block)));
    }
}

fn words(of: &impl quote::ToTokens) -> String {
    of.to_token_stream().to_string()
}

impl<'ast> Visit<'ast> for Given {
    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        self.inside.push(super::name_of(&item.self_ty));
        visit::visit_item_impl(self, item);
        self.inside.pop();
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.add(&item.ident, words(&item.expr));
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.add_function(&item.sig, &item.block);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.add_function(&item.sig, &item.block);
    }
}

#[cfg(test)]
mod tests {
    use super::Given;

    #[test]
    fn what_a_stub_has_finished_is_given() {
        let reference =
            "const A: u8 = 1; const B: u8 = 2; impl X { fn f() { g() } fn h() { g() } }";
        let stub = "const A: u8 = 1; const B: u8 = 3; impl X { /** Docs. */ fn f() { g() } fn h() { todo!() } }";
        let (reference, stub) = (Given::of(reference).unwrap(), Given::of(stub).unwrap());
        let given = |place| reference.shares(&stub, place);
        assert!(given("A") && given("X::f") && given("X::f::inner"));
        assert!(!given("B") && !given("X::h") && !given("X") && !given("X::new"));
    }
}
