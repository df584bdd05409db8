//! What a sentence tells to do on the command line, as it is done on the gateway's pages.

use crate::guide::Topic;

/// A sentence of this crate or of a credential's diagnosis (0 in Polish, 1 in English), with the pages and buttons that do what its
/// commands do. Commands that no page stands for stay as they are.
#[must_use]
pub fn on_pages(sentence: &str, language: usize) -> String {
    let mut told = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some(at) = rest.find(PROGRAM) {
        let (before, from) = rest.split_at(at);
        told.push_str(before);
        let (words, length) = place_of(from, language).unwrap_or((PROGRAM.to_owned(), PROGRAM.len()));
        told.push_str(&words);
        rest = &from[length..];
    }
    told += rest;
    // What is said for the command line alone.
    for aside in [[" (w wierszu poleceń: --", " (on the command line: --"][language], " (--"] {
        if let Some((before, after)) = told.split_once(aside)
            && let Some((_, after)) = after.split_once(')')
        {
            return format!("{before}{after}");
        }
    }
    told
}

/// The place on the pages for the command with which a text begins, and how long the command is.
fn place_of(text: &str, language: usize) -> Option<(String, usize)> {
    if let Some(named) = text.strip_prefix(GUIDE) {
        let topic = Topic::ALL.into_iter().filter(|topic| named.starts_with(topic.name()));
        let topic = topic.max_by_key(|topic| topic.name().len())?;
        let title = topic.title()[language];
        let words = [format!("poradnik „{title}”"), format!("the guide “{title}”")];
        return Some((words[language].clone(), GUIDE.len() + topic.name().len()));
    }
    let (command, places) = PLACES.iter().find(|(command, _)| text.starts_with(command))?;
    Some((places[language].to_owned(), command.len() + arguments(&text[command.len()..])))
}

/// How long the arguments of a command are: options with their values, and names in capitals that stand for something.
fn arguments(text: &str) -> usize {
    let mut length = 0;
    let mut is_value = false;
    for word in text.split_inclusive(' ').skip(usize::from(text.starts_with(' '))) {
        let bare = word.trim_end_matches([' ', '.', ',', ';', ')']);
        let is_option = bare.starts_with("--");
        let is_name = bare.len() > 1 && bare.bytes().all(|letter| letter.is_ascii_uppercase());
        if !is_option && !is_name && !is_value {
            break;
        }
        // The space before it counts, what follows it does not.
        length += 1 + bare.len();
        is_value = is_option;
        if word.trim_end() != bare {
            break;
        }
    }
    length
}

const PROGRAM: &str = "bramka ";
const GUIDE: &str = "bramka guide ";
/// Commands and where their work is done on the pages; the longer before the shorter.
const PLACES: &[(&str, [&str; 2])] = &[
    (
        "bramka credential add",
        ["„Połączenie” → „Dodaj certyfikat albo token”", "“Connection” → “Add a certificate or a token”"],
    ),
    ("bramka credential remove", ["„Połączenie” → „Zapomnij tutaj”", "“Connection” → “Forget here”"]),
    ("bramka cert list", ["lista na stronie „Połączenie”", "the list on the page “Connection”"]),
    (
        "bramka cert request --type offline",
        ["„Połączenie” → „Certyfikat typu Offline”", "“Connection” → “Certificate of type Offline”"],
    ),
    (
        "bramka cert request",
        ["„Połączenie” → „Uzyskaj certyfikat w KSeF”", "“Connection” → “Get a certificate from KSeF”"],
    ),
    (
        "bramka permission grant person",
        ["„Ustawienia” → „Uprawnienia w KSeF” → „Nadaj”", "“Settings” → “Rights in KSeF” → “Grant”"],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_become_places_and_the_rest_stays() {
        for (sentence, told) in [
            (
                "Dodaj certyfikat: bramka credential add CERT --key KLUCZ --company 2222222222. Jak go uzyskać: bramka guide token",
                "Dodaj certyfikat: „Połączenie” → „Dodaj certyfikat albo token”. Jak go uzyskać: poradnik „Token z portalu”",
            ),
            (
                "Wystąp: bramka cert request --type offline --company 2222222222 albo bramka guide offline-certificate",
                "Wystąp: „Połączenie” → „Certyfikat typu Offline” albo poradnik „Certyfikat Offline z portalu”",
            ),
            (
                "(bramka cert list); bramka nic nie wyłącza",
                "(lista na stronie „Połączenie”); bramka nic nie wyłącza",
            ),
        ] {
            assert_eq!(on_pages(sentence, 0), told);
        }
        let told =
            on_pages("Grant rights: bramka permission grant person, or bramka guide grant-person. Then", 1);
        let expected = "Grant rights: “Settings” → “Rights in KSeF” → “Grant”, or the guide “Granting rights to a person”. Then";
        assert_eq!(told, expected);
    }

    #[test]
    fn no_diagnosis_names_a_command_on_a_page() {
        let ours = crate::catalogue::codes().filter_map(crate::catalogue::explain);
        let credentials = ksef_crypto::diagnosis::codes().filter_map(ksef_crypto::diagnosis::explain);
        for explained in ours.chain(credentials) {
            for (language, text) in [&explained.message, &explained.remedy]
                .into_iter()
                .flat_map(|one| [(0, &one.pl), (1, &one.en)])
            {
                let told = on_pages(text, language);
                for command in ["guide", "doctor", "cert", "credential", "company", "permission"] {
                    assert!(!told.contains(&format!("bramka {command} ")), "{}: {told}", explained.code);
                }
                assert!(!told.contains("--"), "{}: {told}", explained.code);
            }
        }
    }
}
