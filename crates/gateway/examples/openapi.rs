//! Prints the document of the REST interface: `cargo run -p gateway --example openapi > docs/openapi.json`.

#![allow(clippy::print_stdout, reason = "printing is all it does")]

fn main() {
    print!("{}", gateway::openapi_json());
}
