//! Lists what is verified.

fn main() {
    catalog::wire::subjects("solutions_checks", "solutions_checks_model");
}
