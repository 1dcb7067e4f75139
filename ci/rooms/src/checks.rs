//! Reads the names of the checks out of their source.

use syn::visit::{self, Visit};

/// The first argument of every `Check::…("name", …)`.
pub fn names(file: &syn::File) -> Vec<String> {
    let mut names = Names(Vec::new());
    names.visit_file(file);
    names.0
}

struct Names(Vec<String>);

impl<'ast> Visit<'ast> for Names {
    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if is_constructor(&call.func)
            && let Some(syn::Expr::Lit(name)) = call.args.first()
            && let syn::Lit::Str(name) = &name.lit
        {
            self.0.push(name.value());
        }
        visit::visit_expr_call(self, call);
    }
}

fn is_constructor(function: &syn::Expr) -> bool {
    let syn::Expr::Path(path) = function else { return false };
    let mut segments = path.path.segments.iter().rev();
    segments.nth(1).is_some_and(|segment| segment.ident == "Check")
}
