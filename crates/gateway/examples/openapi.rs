//! Prints the document of the REST interface: `cargo run -p gateway --example openapi > docs/openapi.json`.

fn main() {
    print!("{}", gateway::openapi_json());
}
