//! Signatures made by `xmlsec1`, and what each environment takes of them.

use crate::common::*;
use ksef_crypto::KeyKind;
use ksef_sim::{Limits, Profile, Simulator, SimulatorConfig};
use ksef_wire::{KsefCertificateType, Operation};
use serde_json::json;
use std::process::Command;

const NIP: &str = "5265877635";
const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
const XADES: &str = "http://uri.etsi.org/01903/v1.3.2#";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// A key that `xmlsec1` can read, with its certificate of KSeF.
struct Signer {
    folder: tempfile::TempDir,
    certificate_der: Vec<u8>,
    algorithm: &'static str,
}

impl Signer {
    /// Makes a key and has the simulator issue a certificate for it, as a first login with another one allows.
    async fn new(simulator: &Simulator, api: &Api, is_rsa: bool) -> Answered<Self> {
        use base64::Engine as _;
        let subject = ksef_crypto::Subject::Seal {
            nip: NIP.to_owned(),
            organization: "Przykładowa Hurtownia".to_owned(),
        };
        let credential =
            simulator.issue_certificate(&subject, KsefCertificateType::Authentication, KeyKind::EcP256)?;
        let tokens = Company { nip: NIP.to_owned(), credential }.login(api).await?;
        let data = api
            .call(Operation::CertificateEnrollmentData, &[], Req::by(&tokens.access))
            .await?
            .expect(200)
            .json();
        let (key, algorithm) = match is_rsa {
            true => (rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256)?, "rsa"),
            false => (rcgen::KeyPair::generate()?, "ecdsa"),
        };
        let mut params = rcgen::CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        for (oid, name) in
            [(6, "countryName"), (10, "organizationName"), (97, "organizationIdentifier"), (3, "commonName")]
        {
            params.distinguished_name.push(rcgen::DnType::from_oid(&[2, 5, 4, oid]), text(&data[name]));
        }
        let csr = params.serialize_request(&key)?;
        let body = json!({ "certificateName": "Do xmlsec1", "certificateType": "Authentication", "csr": base64(csr.der()) });
        let answer = api.call(Operation::CertificateEnroll, &[], Req::by(&tokens.access).json(&body)).await?;
        let reference = text(&answer.expect(202).json()["referenceNumber"]);
        let (_, status) =
            api.poll(Operation::CertificateEnrollmentStatus, &[&reference], &tokens.access, &[100]).await?;
        let body = json!({ "certificateSerialNumbers": [status["certificateSerialNumber"]] });
        let answer =
            api.call(Operation::CertificateRetrieve, &[], Req::by(&tokens.access).json(&body)).await?;
        let certificate = text(&answer.expect(200).json()["certificates"][0]["certificate"]);
        let certificate_der = base64::engine::general_purpose::STANDARD.decode(&certificate)?;
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("key.pem"), key.serialize_pem())?;
        let pem = format!("-----BEGIN CERTIFICATE-----\n{certificate}\n-----END CERTIFICATE-----\n");
        std::fs::write(folder.path().join("certificate.pem"), pem)?;
        Ok(Self { folder, certificate_der, algorithm })
    }

    /// Signs a template; `None`, said aloud, without `xmlsec1`.
    fn sign(&self, template: &str) -> Answered<Option<Vec<u8>>> {
        let path = |name: &str| self.folder.path().join(name).to_string_lossy().into_owned();
        std::fs::write(path("template.xml"), template)?;
        let keys = format!("{},{}", path("key.pem"), path("certificate.pem"));
        let ids = [format!("{XADES}:SignedProperties"), format!("{DS}:Object"), format!("{DS}:KeyInfo")];
        let mut command = Command::new("xmlsec1");
        command.args(["--sign", "--privkey-pem", &keys, "--output", &path("signed.xml")]);
        for id in &ids {
            command.args(["--id-attr:Id", id]);
        }
        match command.arg(path("template.xml")).output() {
            Err(_) => {
                skip("xmlsec1");
                Ok(None)
            }
            Ok(output) if output.status.success() => Ok(Some(std::fs::read(path("signed.xml"))?)),
            Ok(output) => Err(String::from_utf8_lossy(&output.stderr).into_owned().into()),
        }
    }
}

/// What a signature looks like before it is made.
#[derive(Clone)]
struct Template {
    hash: &'static str,
    digest: &'static str,
    canonicalization: &'static str,
    transforms: String,
    names_certificate: bool,
    signs_key_info: bool,
}

impl Template {
    fn usual() -> Self {
        Self {
            hash: "sha256",
            digest: "http://www.w3.org/2001/04/xmlenc#sha256",
            canonicalization: EXCLUSIVE,
            transforms: format!(
                r#"<ds:Transform Algorithm="{ENVELOPED}"/><ds:Transform Algorithm="{EXCLUSIVE}"/>"#
            ),
            names_certificate: true,
            signs_key_info: false,
        }
    }

    fn reference(&self, uri: &str, kind: &str, transforms: &str) -> String {
        let digest = self.digest;
        format!(
            r#"<ds:Reference {kind} URI="{uri}"><ds:Transforms>{transforms}</ds:Transforms><ds:DigestMethod Algorithm="{digest}"/><ds:DigestValue/></ds:Reference>"#
        )
    }

    /// The signature element; `uri` is what it signs, `object` what it envelops.
    fn signature(&self, signer: &Signer, uri: &str, object: &str) -> String {
        let Self { canonicalization, transforms, hash, .. } = self;
        let base = if *hash == "sha1" && signer.algorithm == "rsa" {
            DS
        } else {
            "http://www.w3.org/2001/04/xmldsig-more#"
        };
        let method = format!("{base}{}-{hash}", signer.algorithm);
        let canonical = format!(r#"<ds:Transform Algorithm="{EXCLUSIVE}"/>"#);
        let mut references = self.reference(uri, "", transforms);
        let mut properties = String::new();
        if self.names_certificate {
            let kind = r#"Type="http://uri.etsi.org/01903#SignedProperties""#;
            references.push_str(&self.reference("#Properties", kind, &canonical));
            let digest = base64(&ksef_crypto::sha256(&signer.certificate_der));
            properties = format!(
                r##"<ds:Object><xades:QualifyingProperties xmlns:xades="{XADES}" Target="#Sig"><xades:SignedProperties Id="Properties"><xades:SignedSignatureProperties><xades:SigningTime>2026-01-01T00:00:00Z</xades:SigningTime><xades:SigningCertificate><xades:Cert><xades:CertDigest><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>{digest}</ds:DigestValue></xades:CertDigest></xades:Cert></xades:SigningCertificate></xades:SignedSignatureProperties></xades:SignedProperties></xades:QualifyingProperties></ds:Object>"##
            );
        }
        let key_info = if self.signs_key_info { r#" Id="Key""# } else { "" };
        if self.signs_key_info {
            references.push_str(&self.reference("#Key", "", &canonical));
        }
        let certificate = base64(&signer.certificate_der);
        format!(
            r#"<ds:Signature xmlns:ds="{DS}" Id="Sig"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{canonicalization}"/><ds:SignatureMethod Algorithm="{method}"/>{references}</ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo{key_info}><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>{object}{properties}</ds:Signature>"#
        )
    }
}

/// The forms of a signature over a login document.
enum Form {
    Enveloped,
    EnvelopingXml,
    EnvelopingBase64,
    Detached,
}

async fn signed(api: &Api, signer: &Signer, template: &Template, form: &Form) -> Answered<Option<Vec<u8>>> {
    let challenge = challenge(api).await?.0;
    let document = auth_request(&challenge, &format!("<Nip>{NIP}</Nip>"), "certificateSubject", "2.1");
    let root = document.split_once("?>").map_or(document.as_str(), |(_, root)| root);
    let template = match form {
        Form::Enveloped => {
            let signature = template.signature(signer, "", "");
            root.replace("</AuthTokenRequest>", &format!("{signature}</AuthTokenRequest>"))
        }
        Form::EnvelopingXml => {
            let object = format!(r#"<ds:Object Id="Content">{root}</ds:Object>"#);
            template.signature(signer, "#Content", &object)
        }
        Form::EnvelopingBase64 => {
            let object = format!(r#"<ds:Object Id="Content">{}</ds:Object>"#, base64(document.as_bytes()));
            template.signature(signer, "#Content", &object)
        }
        Form::Detached => {
            let signature = template.signature(signer, "#Content", "");
            format!(r#"<both><ds:Object xmlns:ds="{DS}" Id="Content">{root}</ds:Object>{signature}</both>"#)
        }
    };
    signer.sign(&template)
}

async fn post(api: &Api, signed: Vec<u8>, feature: Option<&str>) -> Answered<Answer> {
    let mut request = Req::default().bytes("application/xml", signed);
    if let Some(feature) = feature {
        request = request.header("X-KSeF-Feature", feature);
    }
    api.call(Operation::AuthXadesSignature, &[], request).await
}

async fn start(profile: Profile) -> Answered<(Simulator, Api)> {
    let config = SimulatorConfig { seed: 7, profile, limits: Limits::Off, ..SimulatorConfig::default() };
    let simulator = simulator_with(config).await?;
    let api = Api::of(&simulator);
    Ok((simulator, api))
}

fn transform(uri: &str, content: &str) -> String {
    format!(r#"<ds:Transform Algorithm="{uri}">{content}</ds:Transform>"#)
}

#[tokio::test]
async fn every_listed_form_and_transform_is_taken() -> Answered {
    let (simulator, api) = start(Profile::Prd).await?;
    let xpath = transform(
        "http://www.w3.org/TR/1999/REC-xpath-19991116",
        &format!(r#"<ds:XPath xmlns:ds="{DS}">not(ancestor-or-self::ds:Signature)</ds:XPath>"#),
    );
    let filter = transform(
        "http://www.w3.org/2002/06/xmldsig-filter2",
        &format!(
            r#"<f:XPath xmlns:f="http://www.w3.org/2002/06/xmldsig-filter2" xmlns:ds="{DS}" Filter="subtract">/descendant::ds:Signature</f:XPath>"#
        ),
    );
    let canonicalizations = [
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
        "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
        "http://www.w3.org/2006/12/xml-c14n11",
        "http://www.w3.org/2006/12/xml-c14n11#WithComments",
    ];
    for is_rsa in [true, false] {
        let signer = Signer::new(&simulator, &api, is_rsa).await?;
        let with = |transforms: String| Template { transforms, ..Template::usual() };
        let mut cases = vec![
            (Form::Enveloped, Template::usual()),
            (Form::Enveloped, Template { signs_key_info: true, ..Template::usual() }),
            (Form::Enveloped, with(format!("{xpath}{}", transform(EXCLUSIVE, "")))),
            (Form::Enveloped, with(format!("{filter}{}", transform(EXCLUSIVE, "")))),
            (Form::EnvelopingXml, with(transform(EXCLUSIVE, ""))),
            (Form::EnvelopingBase64, with(transform("http://www.w3.org/2000/09/xmldsig#base64", ""))),
        ];
        for uri in canonicalizations {
            let transforms = format!("{}{}", transform(ENVELOPED, ""), transform(uri, ""));
            cases
                .push((Form::Enveloped, Template { canonicalization: uri, transforms, ..Template::usual() }));
        }
        if is_rsa {
            for (hash, digest) in [
                ("sha384", "http://www.w3.org/2001/04/xmldsig-more#sha384"),
                ("sha512", "http://www.w3.org/2001/04/xmlenc#sha512"),
            ] {
                cases.push((Form::Enveloped, Template { hash, digest, ..Template::usual() }));
            }
        }
        for (index, (form, template)) in cases.iter().enumerate() {
            let Some(signed) = signed(&api, &signer, template, form).await? else { return Ok(()) };
            let answer = post(&api, signed, None).await?;
            assert_eq!(
                answer.status,
                202,
                "case {index}, rsa {is_rsa}: {}",
                String::from_utf8_lossy(&answer.bytes)
            );
            assert_eq!(answer.header("x-system-warning"), "", "case {index}");
            finish_login(&api, &answer.json()).await?;
        }
        // Outside of the list: a detached signature.
        let Some(signed) = signed(&api, &signer, &with(transform(EXCLUSIVE, "")), &Form::Detached).await?
        else {
            return Ok(());
        };
        let details = post(&api, signed, None).await?.expect_code(9105);
        assert_eq!(details[0], "Format podpisu niezgodny z akceptowanymi profilami XAdES.");
    }
    Ok(())
}

#[tokio::test]
async fn each_environment_is_as_strict_as_it_is() -> Answered {
    let sha1 =
        Template { hash: "sha1", digest: "http://www.w3.org/2000/09/xmldsig#sha1", ..Template::usual() };
    let unnamed = Template { names_certificate: false, ..Template::usual() };
    for profile in [Profile::Test, Profile::Demo, Profile::Prd] {
        let (simulator, api) = start(profile).await?;
        for is_rsa in [true, false] {
            let signer = Signer::new(&simulator, &api, is_rsa).await?;
            let post = async |template: &Template, feature: Option<&str>| -> Answered<Option<Answer>> {
                let Some(signed) = signed(&api, &signer, template, &Form::Enveloped).await? else {
                    return Ok(None);
                };
                post(&api, signed, feature).await.map(Some)
            };
            let Some(answer) = post(&sha1, None).await? else { return Ok(()) };
            match profile {
                Profile::Test => {
                    finish_login(&api, &answer.expect(202).json()).await?;
                }
                Profile::Demo | Profile::Prd => {
                    assert_eq!(answer.expect_code(9105), ["Podpis używa niewspieranego algorytmu."]);
                }
            }
            let Some(answer) = post(&unnamed, None).await? else { return Ok(()) };
            let refused = ["Format podpisu niezgodny z akceptowanymi profilami XAdES."];
            match profile {
                Profile::Test | Profile::Demo => assert_eq!(answer.expect_code(9105), refused),
                Profile::Prd => {
                    let answer = answer.expect(202);
                    assert!(answer.header("x-system-warning").starts_with("[sig-001]: "));
                    finish_login(&api, &answer.json()).await?;
                    let Some(answer) = post(&unnamed, Some("enforce-xades-compliance")).await? else {
                        return Ok(());
                    };
                    assert_eq!(answer.expect_code(9105), refused);
                }
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn an_altered_signature_of_any_form_is_refused() -> Answered {
    let (simulator, api) = start(Profile::Test).await?;
    let signer = Signer::new(&simulator, &api, false).await?;
    let enveloping = Template { transforms: transform(EXCLUSIVE, ""), ..Template::usual() };
    for (form, template) in [(Form::Enveloped, Template::usual()), (Form::EnvelopingXml, enveloping)] {
        let Some(signed) = signed(&api, &signer, &template, &form).await? else { return Ok(()) };
        let signed = String::from_utf8(signed)?;
        let other_nip = signed.replacen(NIP, "7781464139", 1);
        let details = post(&api, other_nip.into_bytes(), None).await?.expect_code(9105);
        assert_eq!(details[0], "Podpis zweryfikowany negatywnie.");
        // A second element with the Id of what is signed.
        let doubled = signed.replacen("<Challenge>", r#"<Challenge Id="Properties">"#, 1);
        let details = post(&api, doubled.into_bytes(), None).await?.expect_code(9105);
        assert_eq!(details[0], "Nieprawidłowa treść podpisu.");
    }
    Ok(())
}
