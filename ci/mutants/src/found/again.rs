//! A value that was loaded once is loaded again where it is used: it may be another one by then.

use super::Found;
use std::ops::Range;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Pat, Stmt};

/// Each use of what a block loads into a variable, after that.
pub fn of_block(found: &mut Found<'_>, block: &Block) {
    for (at, statement) in block.stmts.iter().enumerate() {
        let Stmt::Local(local) = statement else { continue };
        let (Pat::Ident(name), Some(init)) = (&local.pat, &local.init) else { continue };
        let Expr::MethodCall(call) = &*init.expr else { continue };
        // One that changes is loaded again by the code itself.
        if call.method != "load" || name.mutability.is_some() {
            continue;
        }
        let mut uses = Uses { name: name.ident.to_string(), found: Vec::new() };
        block.stmts[at + 1..].iter().for_each(|statement| uses.visit_stmt(statement));
        let load = found.said(&*init.expr).to_owned();
        for range in uses.found {
            found.edit("loaded_again", vec![(range, load.clone())]);
        }
    }
}

/// Where a variable is used.
struct Uses {
    name: String,
    found: Vec<Range<usize>>,
}

impl<'ast> Visit<'ast> for Uses {
    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        if path.path.is_ident(&self.name) {
            self.found.push(Found::of_span(syn::spanned::Spanned::span(path)));
        }
        visit::visit_expr_path(self, path);
    }

    // A field of the same name without a value, `Guard { old }`, cannot say anything else.
    fn visit_expr_struct(&mut self, _: &'ast syn::ExprStruct) {}
}
