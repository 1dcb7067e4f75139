//! Wires the checks to the reference.

fn main() {
    catalog::wire::checks(catalog::wire::Room::Solutions);
}
