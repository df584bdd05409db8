//! What each state of a sales invoice means and what comes next, in Polish and English: one table for pages and REST.
//!
//! The English meaning is the one of ARCHITECTURE.md §6, word for word; a test compares both with the enum.

use gateway_api::Words;
use gateway_store::{PurchaseState, SaleState};

/// The words about a state.
pub(crate) struct StateWords {
    name: [&'static str; 2],
    meaning: [&'static str; 2],
    next_step: [&'static str; 2],
}

/// What people call a state.
pub(crate) fn state_words(state: SaleState) -> Words {
    words(of(state).name)
}

/// Why an invoice stands there.
pub(crate) fn state_meaning(state: SaleState) -> Words {
    words(of(state).meaning)
}

/// What comes next, and whose step it is.
pub(crate) fn next_step(state: SaleState) -> Words {
    words(of(state).next_step)
}

/// What people call a purchase's state.
pub(crate) fn purchase_state_words(state: PurchaseState) -> Words {
    words(match state {
        PurchaseState::New => ["nowy", "new"],
        PurchaseState::Seen => ["obejrzany", "seen"],
        PurchaseState::Booked => ["zaksięgowany", "booked"],
        PurchaseState::SetAside => ["odłożony", "set aside"],
    })
}

fn words([pl, en]: [&str; 2]) -> Words {
    Words { pl: pl.to_owned(), en: en.to_owned() }
}

#[rustfmt::skip]
const fn of(state: SaleState) -> StateWords {
    match state {
        SaleState::Draft => StateWords {
            name: ["szkic", "draft"],
            meaning: ["zapisana tak, jak przyszła; jeszcze niesprawdzona", "written down as it came, not looked at yet"],
            next_step: ["Bramka ją sprawdzi.", "The gateway validates it."],
        },
        SaleState::Returned => StateWords {
            name: ["zwrócona do poprawy", "returned to be mended"],
            meaning: ["ma błędy; poprawia ją albo wycofuje człowiek", "it has errors; a person mends or withdraws it"],
            next_step: [
                "Obejrzyj błędy w strukturze dokumentu, popraw go w programie, z którego pochodzi, i wyślij ponownie, a ten wycofaj.",
                "See the errors in the document's structure, mend it in the program that it comes from and send it again; withdraw this one.",
            ],
        },
        SaleState::Validated => StateWords {
            name: ["sprawdzona, czeka na zatwierdzenie", "valid, awaiting approval"],
            meaning: ["nie ma błędów i czeka na zatwierdzenie", "it has no errors and waits for approval"],
            next_step: ["Zatwierdź ją albo wycofaj.", "Approve it, or withdraw it."],
        },
        SaleState::Approved => StateWords {
            name: ["zatwierdzona, czeka na wysłanie ręczne", "approved, to be sent by hand"],
            meaning: ["zamrożona; wysyła ją człowiek", "frozen; a person sends it"],
            next_step: ["Wyślij ją, wystaw offline albo wycofaj.", "Send it, issue it offline, or withdraw it."],
        },
        SaleState::Waiting => StateWords {
            name: ["oczekuje na wysłanie", "waiting to be sent"],
            meaning: ["do wysłania samoczynnie; KSeF jej nie ma", "to be sent by itself; not in KSeF's hands"],
            next_step: [
                "Bramka wyśle ją, gdy tylko będzie można. Możesz ją zatrzymać, wycofać albo wystawić offline.",
                "The gateway sends it as soon as it can. You may hold it, withdraw it or issue it offline.",
            ],
        },
        SaleState::OfflineIssued => StateWords {
            name: ["wystawiona offline, czeka na dosłanie", "issued offline, to be sent later"],
            meaning: [
                "wystawiona w trybie offline; KSeF ma ją dostać w terminie",
                "issued in an offline mode; KSeF shall have it by its deadline",
            ],
            next_step: [
                "Bramka dośle ją do KSeF, gdy tylko będzie można; pilnuj terminu.",
                "The gateway sends it to KSeF as soon as it can; mind the deadline.",
            ],
        },
        SaleState::Sending => StateWords {
            name: ["wysyłana", "being sent"],
            meaning: ["w trakcie wysyłania; czy KSeF ją ma, wie tylko KSeF", "being sent; whether KSeF has it only KSeF knows"],
            next_step: [
                "Bramka zapyta KSeF, co się z nią stało. Nie wysyłaj jej innym programem.",
                "The gateway asks KSeF what became of it. Do not send it with another program.",
            ],
        },
        SaleState::Accepted => StateWords {
            name: ["przyjęta, czeka na numer KSeF", "accepted, awaiting its KSeF number"],
            meaning: ["KSeF ją przyjął i nie nadał jeszcze numeru", "KSeF took it and has not given a number yet"],
            next_step: [
                "Bramka pyta KSeF o numer. Nie wysyłaj jej ponownie: KSeF bywa powolny.",
                "The gateway asks KSeF for the number. Do not send it again: KSeF may be slow.",
            ],
        },
        SaleState::Numbered => StateWords {
            name: ["ma numer KSeF, czeka na UPO", "numbered, awaiting its UPO"],
            meaning: ["ma numer KSeF", "it has its KSeF number"],
            next_step: ["Bramka pobierze i sprawdzi UPO.", "The gateway fetches and verifies the UPO."],
        },
        SaleState::DuplicateAdopted => StateWords {
            name: ["ma numer z wcześniejszego wysłania, czeka na UPO", "has the number of an earlier sending, awaiting its UPO"],
            meaning: [
                "KSeF miał już te same bajty z wcześniejszego wysłania; ma numer tamtego",
                "KSeF had the same bytes from an earlier sending; it has that one's number",
            ],
            next_step: ["Bramka pobierze i sprawdzi UPO.", "The gateway fetches and verifies the UPO."],
        },
        SaleState::UpoVerified => StateWords {
            name: ["UPO sprawdzone", "UPO verified"],
            meaning: ["UPO pobrane, sprawdzone i zapisane", "the UPO was fetched, verified and stored"],
            next_step: [
                "Bramka odczyta fakturę z KSeF i porówna bajty.",
                "The gateway reads the invoice back from KSeF and compares the bytes.",
            ],
        },
        SaleState::Stored => StateWords {
            name: ["w KSeF, sprawdzona", "in KSeF, verified"],
            meaning: ["odczytana z KSeF i zgodna co do bajta", "read back and equal byte for byte"],
            next_step: ["Nic więcej nie trzeba robić.", "Nothing more is to be done."],
        },
        SaleState::Rejected => StateWords {
            name: ["odrzucona przez KSeF", "rejected by KSeF"],
            meaning: ["KSeF ją odrzucił; powód jest zachowany", "KSeF refused it; the reason is kept"],
            next_step: [
                "Usuń przyczynę. Jeśli nie leżała w treści (na przykład brak uprawnień), wyślij fakturę ponownie; inaczej popraw ją i wyślij od nowa, a wystawioną offline jako korektę techniczną.",
                "Mend the cause. If it was not the content (missing rights, say), send the invoice again; else mend it and send it anew, one that was issued offline as a technical correction.",
            ],
        },
        SaleState::NumberCollision => StateWords {
            name: ["numer zajęty przez inną fakturę", "number taken by another invoice"],
            meaning: ["KSeF ma inny dokument o tym numerze", "KSeF has another document under this number"],
            next_step: [
                "Porównaj ją z dokumentem w KSeF i sprawdź numerację; jeśli to inna sprzedaż, wystaw ją z innym numerem.",
                "Compare it with the document in KSeF and check your numbering; if it is another sale, issue it with another number.",
            ],
        },
        SaleState::Withdrawn => StateWords {
            name: ["wycofana", "withdrawn"],
            meaning: ["wycofana przez człowieka przed wysłaniem", "taken back by a person before it was sent"],
            next_step: [
                "Nic więcej nie trzeba robić; jeśli była potrzebna, wyślij ją ponownie.",
                "Nothing more is to be done; if it was needed after all, send it again.",
            ],
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enum_documentation_and_words_are_one_table() {
        let document = include_str!("../../../../ARCHITECTURE.md");
        let section = document.split("## 6. ").nth(1).expect("the section");
        let section = section.split("\n## ").next().expect("its end");
        let rows: Vec<(&str, &str)> = section
            .lines()
            .filter(|line| line.starts_with("| `"))
            .map(|line| {
                let cells: Vec<&str> = line.split('|').map(str::trim).collect();
                (cells[1].trim_matches('`'), cells[2])
            })
            .collect();
        let expected: Vec<(&str, &str)> =
            SaleState::ALL.iter().map(|state| (state.as_str(), of(*state).meaning[1])).collect();
        assert_eq!(rows, expected);
    }

    #[test]
    fn every_state_has_its_own_words_and_a_next_step_that_fits() {
        for (place, state) in SaleState::ALL.iter().enumerate() {
            let StateWords { name, meaning, next_step } = of(*state);
            for text in name.iter().chain(&meaning).chain(&next_step) {
                assert!(!text.trim().is_empty(), "{state}");
            }
            assert!(SaleState::ALL[..place].iter().all(|other| of(*other).name != name), "{state}");
            // Whose step it is: the gateway's where the state moves by itself, a person's where it does not.
            let is_gateways = next_step[1].starts_with("The gateway") && next_step[0].starts_with("Bramka");
            let expected = state.moves_by_itself() || *state == SaleState::Draft;
            assert_eq!(is_gateways, expected, "{state}");
        }
    }
}
