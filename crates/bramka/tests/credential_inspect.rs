//! `bramka credential inspect` as a stranger uses it, on files that `openssl` made.

mod support;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use support::openssl;

/// `auth.crt` and its encrypted key `auth.key`, with the password in `auth.password`.
fn make(folder: &Path, algorithm: &str, usage: &str) -> Option<()> {
    openssl(folder, &format!("genpkey -algorithm {algorithm} -out plain.key"))?;
    openssl(folder, "pkcs8 -topk8 -in plain.key -out auth.key -passout pass:zażółć~gęślą!1A~jaźń");
    let subject = "/C=PL/O=Żółta~Łódź~sp.~z~o.o./2.5.4.97=VATPL-5265877635/CN=Żółta~Łódź";
    openssl(
        folder,
        &format!(
            "req -x509 -utf8 -new -key plain.key -subj {subject} -days 700 -set_serial 0x01F20A5D352AE590 -addext keyUsage=critical,{usage} -out auth.crt"
        ),
    );
    std::fs::write(folder.join("auth.password"), "zażółć gęślą!1A jaźń\r\n").expect("written");
    Some(())
}

fn bramka(folder: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bramka"))
        .args(["credential", "inspect"])
        .args(words)
        .current_dir(folder)
        .env("BRAMKA_LANG", "en")
        .env_remove("BRAMKA_KEY_PASSWORD")
        .stdin(Stdio::null())
        .output()
        .expect("it runs")
}

#[track_caller]
fn json(folder: &Path, words: &[&str], exit_code: i32) -> Value {
    let output = bramka(folder, &[words, &["--format", "json"]].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(exit_code), "{words:?}: {said}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(text.lines().count(), 1, "{text}");
    serde_json::from_str(&text).expect("JSON")
}

fn codes<'a>(answer: &'a Value, list: &str) -> Vec<&'a str> {
    answer[list]
        .as_array()
        .expect("a list")
        .iter()
        .map(|finding| finding["code"].as_str().expect("a code"))
        .collect()
}

const WITH_KEY: [&str; 5] = ["auth.crt", "--key", "auth.key", "--password-file", "auth.password"];
const P256: &str = "EC -pkeyopt ec_paramgen_curve:P-256";

#[test]
fn the_answer_has_the_shape_that_programs_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    for (algorithm, expected) in [
        (P256, "EC P-256"),
        ("EC -pkeyopt ec_paramgen_curve:P-384", "EC P-384"),
        ("RSA -pkeyopt rsa_keygen_bits:2048", "RSA-2048"),
    ] {
        let Some(()) = make(folder, algorithm, "digitalSignature") else { return };
        let answer = json(folder, &WITH_KEY, 0);
        assert_eq!(answer["key"], serde_json::json!({ "algorithm": expected }));
        let certificate = &answer["certificate"];
        let subject = certificate["subject"].as_str().expect("a subject");
        assert!(subject.contains("O=Żółta Łódź sp. z o.o."), "{subject}");
        assert_eq!(certificate["serial"], "01F20A5D352AE590");
        assert_eq!(certificate["type"], "Authentication");
        assert_eq!(certificate["nip"], "5265877635");
        for field in ["notBefore", "notAfter"] {
            let text = certificate[field].as_str().expect("a date");
            assert!(text.parse::<jiff::Timestamp>().is_ok() && text.ends_with('Z'), "{text}");
        }
        assert_eq!(answer["problems"], serde_json::json!([]));
        assert_eq!(codes(&answer, "notes"), ["CRED403"]);
        for language in ["pl", "en"] {
            assert!(!answer["notes"][0]["message"][language].as_str().expect("words").is_empty());
        }
    }
    // A NIP that is not there is null, and so is a key that was not given.
    openssl(folder, "req -x509 -new -key plain.key -subj /CN=x -days 700 -out auth.crt");
    let answer = json(folder, &["auth.crt"], 0);
    assert_eq!((&answer["certificate"]["nip"], &answer["key"]), (&Value::Null, &Value::Null));
    assert_eq!(answer["certificate"]["type"], "Other");
}

#[test]
fn each_problem_changes_the_exit_code_and_advice_does_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let Some(()) = make(folder, P256, "digitalSignature") else { return };
    let problems = |words: &[&str], expected: &[&str]| {
        let answer = json(folder, words, i32::from(!expected.is_empty()));
        assert_eq!(codes(&answer, "problems"), expected, "{words:?}");
    };
    problems(&["auth.crt", "--key", "auth.key"], &["CRED102"]);
    std::fs::write(folder.join("wrong"), "zazolc").expect("written");
    problems(&["auth.crt", "--key", "auth.key", "--password-file", "wrong"], &["CRED101"]);
    // Two line ends: one of them is part of the password.
    std::fs::write(folder.join("wrong"), "zażółć gęślą!1A jaźń\n\n").expect("written");
    problems(&["auth.crt", "--key", "auth.key", "--password-file", "wrong"], &["CRED101"]);
    openssl(folder, "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out foreign.key");
    problems(&["auth.crt", "--key", "foreign.key"], &["CRED103"]);
    problems(&["auth.crt", "--key", "auth.password"], &["CRED104"]);

    problems(&[&WITH_KEY[..], &["--for", "auth"]].concat(), &[]);
    problems(&[&WITH_KEY[..], &["--for", "offline"]].concat(), &["CRED302"]);
    problems(&[&WITH_KEY[..], &["--environment", "test"]].concat(), &[]);
    problems(&[&WITH_KEY[..], &["--environment", "prd"]].concat(), &["CRED403"]);
    problems(&[&WITH_KEY[..], &["--company", "1111111111"]].concat(), &[]);
    let answer = json(folder, &[&WITH_KEY[..], &["--company", "1111111111"]].concat(), 0);
    assert!(codes(&answer, "notes").contains(&"CRED503"));

    make(folder, P256, "nonRepudiation");
    problems(&WITH_KEY, &[]);
    let answer = json(folder, &WITH_KEY, 0);
    assert_eq!(answer["certificate"]["type"], "Offline");
    problems(&[&WITH_KEY[..], &["--for", "auth"]].concat(), &["CRED301"]);
}

#[test]
fn validity_today_is_a_problem() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let Some(()) = make(folder, P256, "digitalSignature") else { return };
    // `openssl ca` is what sets dates in the past and the future in every version.
    openssl(folder, "req -new -key plain.key -subj /CN=x -out r.csr");
    std::fs::write(
        folder.join("ca.cnf"),
        "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=p\nunique_subject=no\n[p]\ncommonName=supplied\n",
    )
    .expect("written");
    std::fs::write(folder.join("index.txt"), "").expect("written");
    std::fs::write(folder.join("serial"), "0A\n").expect("written");
    for (from, until, expected) in
        [("20200101000000Z", "20220101000000Z", "CRED202"), ("20900101000000Z", "20920101000000Z", "CRED201")]
    {
        openssl(
            folder,
            &format!(
                "ca -batch -config ca.cnf -cert auth.crt -keyfile plain.key -in r.csr -startdate {from} -enddate {until} -out dated.crt"
            ),
        );
        let answer = json(folder, &["dated.crt", "--key", "plain.key"], 1);
        assert_eq!(codes(&answer, "problems"), [expected]);
    }
    let until = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * 10);
    let until = until.strftime("%Y%m%d%H%M%SZ").to_string();
    openssl(
        folder,
        &format!(
            "ca -batch -config ca.cnf -cert auth.crt -keyfile plain.key -in r.csr -startdate 20200101000000Z -enddate {until} -out dated.crt"
        ),
    );
    let answer = json(folder, &["dated.crt", "--key", "plain.key"], 0);
    assert!(codes(&answer, "notes").contains(&"CRED203"), "{answer}");
}

#[test]
fn containers_are_given_as_the_certificate() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let Some(()) = make(folder, P256, "digitalSignature") else { return };
    for (options, name) in [("", "company.p12"), ("-legacy ", "company.pfx")] {
        openssl(
            folder,
            &format!(
                "pkcs12 -export {options}-in auth.crt -inkey plain.key -out {name} -passout pass:zażółć~gęślą!1A~jaźń"
            ),
        );
        let answer = json(folder, &[name, "--password-file", "auth.password"], 0);
        assert_eq!(answer["key"]["algorithm"], "EC P-256");
        assert_eq!(answer["certificate"]["serial"], "01F20A5D352AE590");
        let answer = json(folder, &[name], 1);
        assert_eq!(codes(&answer, "problems"), ["CRED102"]);
        assert_eq!(answer["certificate"], Value::Null);
    }
    // The password from the environment, for programs that have no file.
    let mut child = Command::new(env!("CARGO_BIN_EXE_bramka"))
        .args(["credential", "inspect", "company.pfx", "--format", "json"])
        .current_dir(folder)
        .env("BRAMKA_KEY_PASSWORD", "zażółć gęślą!1A jaźń")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("it runs");
    child.stdin.take().expect("piped").write_all(b"never read\n").ok();
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn what_is_no_certificate_is_exit_code_2_and_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    std::fs::write(folder.join("nothing.crt"), "nothing").expect("written");
    let Some(()) = make(folder, P256, "digitalSignature") else { return };
    for (words, expected) in [
        (vec!["nothing.crt"], "neither an X.509 certificate"),
        (vec!["plain.key"], "holds a PRIVATE KEY"),
        (vec!["absent.crt"], "cannot be read"),
        (vec!["auth.crt", "--key", "absent.key"], "absent.key cannot be read"),
        (vec!["auth.crt", "--key", "auth.key", "--password-file", "absent"], "absent cannot be read"),
    ] {
        for format in ["json", "text"] {
            let output = bramka(folder, &[&words[..], &["--format", format]].concat());
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{said}");
            assert!(said.lines().count() == 1 && said.contains(expected), "{said}");
            assert!(output.stdout.is_empty());
        }
    }
}

#[test]
fn people_read_it_in_their_language_and_explain_tells_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let Some(()) = make(folder, P256, "nonRepudiation") else { return };
    let output = bramka(folder, &[&WITH_KEY[..], &["--for", "auth", "--lang", "pl"]].concat());
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(
        said.contains("Wystawca") && said.contains("problem[CRED301]: To certyfikat typu Offline"),
        "{said}"
    );
    assert!(!said.contains('\u{1b}'), "no colours but on a terminal");
    let secrets = ["zażółć", "gęślą"];
    assert!(secrets.iter().all(|secret| !said.contains(secret)));
    let told = Command::new(env!("CARGO_BIN_EXE_bramka"))
        .args(["explain", "cred301", "--lang", "en"])
        .output()
        .expect("it runs");
    let told = String::from_utf8(told.stdout).expect("UTF-8");
    assert!(told.starts_with("CRED301") && told.contains("cannot log in"), "{told}");
}
