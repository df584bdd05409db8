//! What the fuzz targets found that reaches far, run again: `tests/data/fuzz/TARGET.txt` has an input a line, in Base64.

mod fuzzed;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

fn each(inputs: &str, least: usize, check: fn(&[u8])) {
    let inputs: Vec<_> = inputs.lines().map(|line| STANDARD.decode(line).expect("Base64")).collect();
    assert!(inputs.len() >= least, "{} inputs", inputs.len());
    inputs.iter().for_each(|input| check(input));
}

#[test]
fn found_by_validate() {
    each(include_str!("data/fuzz/validate.txt"), 100, fuzzed::validation);
}

#[test]
fn found_by_view() {
    each(include_str!("data/fuzz/view.txt"), 100, fuzzed::view);
}

#[test]
fn found_by_builder() {
    each(include_str!("data/fuzz/builder.txt"), 100, fuzzed::building);
}
