//! How a company sends: asked of a running gateway, and changed there.

use gateway_api::SendingResource;
use ksef_id::ContextIdentifier;

use crate::cli::{GatewayAddress, Lang, PolicyName, SetCompany, Switch, UpoModeName};
use crate::failure::Failure;
use crate::rest::{GatewayClient, api_key};

/// How the company sends; `None` when no gateway answers, or when it does not have the company.
pub(super) async fn of(
    gateway: &GatewayAddress,
    context: &ContextIdentifier,
) -> Result<Option<SendingResource>, Failure> {
    let client = client(gateway)?;
    match client.sending(context).await {
        Ok(sending) => Ok(Some(sending)),
        Err(failure) => {
            tracing::info!(failure = failure.words(Lang::En), "how the company sends is not known");
            Ok(None)
        }
    }
}

/// `bramka company set`: changes what was named, and shows all.
pub(super) async fn set(arguments: &SetCompany, lang: Lang) -> Result<(), Failure> {
    let client = client(&arguments.gateway)?;
    let mut sending = client.sending(&arguments.context).await?;
    let changes = &arguments.changes;
    if let Some(policy) = changes.policy {
        policy_name(policy).clone_into(&mut sending.policy);
    }
    if let Some(mode) = changes.upo_mode {
        mode_name(mode).clone_into(&mut sending.upo_mode);
    }
    if let Some(age) = changes.session_age {
        sending.session_age_s = age.as_secs();
    }
    if let Some(switch) = changes.sending {
        sending.is_sending_on = switch == Switch::On;
    }
    // Told by the gateway, and not to be told to it.
    (sending.ksef, sending.folder) = (None, None);
    let kept = client.set_sending(&arguments.context, &sending).await?;
    print(Some(&kept), lang);
    Ok(())
}

/// Lines for people.
pub(super) fn print(sending: Option<&SendingResource>, lang: Lang) {
    let Some(sending) = sending else {
        println!(
            "  {}",
            lang.pick(
                "sposób wysyłania: nieznany, bo bramka nie działa pod tym adresem albo nie ma tej firmy (--url)",
                "how it sends: not known, since no gateway with this company runs at this address (--url)"
            )
        );
        return;
    };
    let minutes = sending.session_age_s / 60;
    let state = match (sending.is_sending_on, lang) {
        (true, Lang::Pl) => "włączone",
        (true, Lang::En) => "on",
        (false, Lang::Pl) => "wyłączone",
        (false, Lang::En) => "off",
    };
    let (policy, mode) = (flag_of(&sending.policy), flag_of(&sending.upo_mode));
    println!(
        "  {}",
        match lang {
            Lang::Pl => format!("wysyłanie: {state}, zasada {policy}, UPO {mode}, sesja do {minutes} minut"),
            Lang::En =>
                format!("sending: {state}, policy {policy}, UPO {mode}, session up to {minutes} minutes"),
        }
    );
    if let Some(ksef) = &sending.ksef {
        println!("  KSeF: {}", lang.pick(&ksef.message.pl, &ksef.message.en));
    }
    if let Some(folder) = &sending.folder {
        println!("  {} {}", lang.pick("obserwowany folder:", "watched folder:"), folder.path);
        if let Some(trouble) = &folder.trouble {
            println!("    {}", lang.pick(&trouble.pl, &trouble.en));
        }
    }
}

fn client(gateway: &GatewayAddress) -> Result<GatewayClient, Failure> {
    GatewayClient::new(&gateway.url, api_key(gateway.api_key_file.as_deref())?)
}

/// The API's name.
const fn policy_name(policy: PolicyName) -> &'static str {
    match policy {
        PolicyName::Immediate => "immediate",
        PolicyName::ImmediateOrOffline => "immediateOrOffline",
        PolicyName::AfterApproval => "afterApproval",
        PolicyName::Manual => "manual",
    }
}

/// The API's name.
const fn mode_name(mode: UpoModeName) -> &'static str {
    match mode {
        UpoModeName::Immediate => "immediate",
        UpoModeName::Batch => "batch",
        UpoModeName::Automatic => "automatic",
    }
}

/// A name of the API as flags have it: `afterApproval` is `after-approval`.
fn flag_of(name: &str) -> String {
    let mut flag = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            flag.push('-');
        }
        flag.push(letter.to_ascii_lowercase());
    }
    flag
}
