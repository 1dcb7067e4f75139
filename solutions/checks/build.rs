//! Wires the checks to the reference, and lists what is verified.

fn main() {
    catalog::wire::checks(catalog::wire::Room::Solutions);
    catalog::wire::subjects("solutions_checks", "solutions_checks_model");
}
