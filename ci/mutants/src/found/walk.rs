//! The walk through a file: which operators look at which part of it.

use super::{
    Found, atomics, calls, conditions, impls, loops, name_of, numbers, statements, values,
};
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};

impl<'ast> Visit<'ast> for Found<'_> {
    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        self.within(name_of(&item.self_ty), |found| {
            impls::of_impl(found, item);
            visit::visit_item_impl(found, item);
        });
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.within(item.ident.to_string(), |found| {
            impls::of_struct(found, item);
            visit::visit_item_struct(found, item);
        });
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.within(item.ident.to_string(), |found| {
            impls::derives(found, &item.attrs);
            visit::visit_item_enum(found, item);
        });
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.within(item.ident.to_string(), |found| visit::visit_item_const(found, item));
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.within_fn(&item.sig, &item.block, |found| visit::visit_item_fn(found, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.within_fn(&item.sig, &item.block, |found| visit::visit_impl_item_fn(found, item));
    }

    fn visit_generics(&mut self, generics: &'ast syn::Generics) {
        impls::bounds(self, generics);
        visit::visit_generics(self, generics);
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        impls::phantom(self, field);
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        statements::of_block(self, block);
        visit::visit_block(self, block);
    }

    fn visit_expr(&mut self, expression: &'ast syn::Expr) {
        match expression {
            syn::Expr::MethodCall(call) => {
                atomics::of_call(self, call);
                calls::of_method(self, call);
            }
            syn::Expr::Call(call) => calls::of_call(self, call),
            syn::Expr::Binary(binary) => conditions::of_binary(self, binary),
            syn::Expr::Unary(unary) => conditions::of_unary(self, unary),
            syn::Expr::If(branch) => conditions::of_if(self, branch),
            syn::Expr::Match(branch) => conditions::of_match(self, branch),
            syn::Expr::While(_) | syn::Expr::Loop(_) | syn::Expr::ForLoop(_) => {
                loops::of_loop(self, expression);
            }
            syn::Expr::Break(_) | syn::Expr::Continue(_) => loops::of_jump(self, expression),
            syn::Expr::Range(range) => numbers::of_range(self, range),
            syn::Expr::Lit(literal) => numbers::of_literal(self, literal),
            syn::Expr::Path(path) => numbers::of_path(self, path),
            syn::Expr::Field(field) => values::field(self, field),
            _ => {}
        }
        visit::visit_expr(self, expression);
    }

    fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
        numbers::of_pattern(self, pattern);
    }

    /// Of macros only what `assert!` asks is looked at.
    fn visit_macro(&mut self, of: &'ast syn::Macro) {
        let parse = Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
        if of.path.is_ident("assert")
            && let Ok(arguments) = of.parse_body_with(parse)
            && let Some(asked) = arguments.first()
        {
            // Not `self.visit_expr`, which would have to live as long as the file.
            Visit::visit_expr(self, asked);
        }
    }

    // What is in types and attributes is no code.
    fn visit_type(&mut self, _: &'ast syn::Type) {}
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
    fn visit_item_use(&mut self, _: &'ast syn::ItemUse) {}
}
