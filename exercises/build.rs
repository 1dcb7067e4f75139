//! Lists what is graded.

fn main() {
    catalog::wire::subjects("exercises_checks", "exercises_checks_model");
}
