//! Tells cargo which folder `migrate!` reads while compiling; without it a changed migration would not be seen.
#![allow(clippy::print_stdout, reason = "build scripts speak to cargo on standard output")]

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
