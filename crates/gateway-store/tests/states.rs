//! ARCHITECTURE.md shows the states as the code has them.

use gateway_store::{PurchaseState, SaleState};

#[test]
fn the_table_in_the_documentation_is_the_code() {
    let document = include_str!("../../../ARCHITECTURE.md");
    let section =
        document.split("## 6. ").nth(1).expect("the section").split("\n## ").next().expect("its end");
    let rows: Vec<(String, Vec<String>)> = section
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let names = |cell: &str| -> Vec<String> {
                cell.split(", ")
                    .filter(|name| *name != "–")
                    .map(|name| name.trim_matches('`').to_owned())
                    .collect()
            };
            (names(cells[1]).remove(0), names(cells[3]))
        })
        .collect();
    let expected: Vec<(String, Vec<String>)> = SaleState::ALL
        .iter()
        .map(|state| (state.to_string(), state.next().iter().map(ToString::to_string).collect()))
        .collect();
    assert_eq!(rows, expected);
}

#[test]
fn the_table_of_purchases_is_the_code() {
    let document = include_str!("../../../ARCHITECTURE.md");
    let section = document.split("| purchase | meaning |").nth(1).expect("the table");
    let rows: Vec<(String, Vec<String>)> = section
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let names = |cell: &str| -> Vec<String> {
                cell.split(", ").map(|name| name.trim_matches('`').to_owned()).collect()
            };
            (names(cells[1]).remove(0), names(cells[3]))
        })
        .collect();
    let expected: Vec<(String, Vec<String>)> = PurchaseState::ALL
        .iter()
        .map(|state| (state.to_string(), state.next().iter().map(ToString::to_string).collect()))
        .collect();
    assert_eq!(rows, expected);
}

/// What an invoice can be taken in as.
const FIRST: [SaleState; 2] = [SaleState::Draft, SaleState::Waiting];

#[test]
fn every_state_is_reached_and_every_name_is_read_back() {
    for state in SaleState::ALL.iter().copied() {
        assert_eq!(SaleState::from_name(state.as_str()), Some(state));
        assert!(state.before().next().is_some() || FIRST.contains(&state), "{state}");
    }
    assert_eq!(SaleState::from_name("lost"), None);
}
