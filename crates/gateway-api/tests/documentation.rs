//! `docs/api-design.md` lists the problems as the code has them.

use gateway_api::ProblemCode;

#[test]
fn every_problem_is_documented_with_its_status() {
    let document = include_str!("../../../docs/api-design.md");
    let rows: Vec<(String, u16)> = document
        .split("## Errors")
        .nth(1)
        .expect("the section")
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            (cells[1].trim_matches('`').to_owned(), cells[2].parse().expect("a status"))
        })
        .collect();
    let expected: Vec<(String, u16)> =
        ProblemCode::ALL.iter().map(|code| (code.code().to_owned(), code.http_status())).collect();
    assert_eq!(rows, expected);
}
