//! `bramka route` and `bramka unit`: whose purchases are, over the gateway's REST.

use std::process::ExitCode;

use gateway_api::{
    AssignmentRequest, PurchaseResource, RoutingAppliedResource, RoutingApplyRequest, RoutingResource,
    RoutingRuleResource, UnitListResource, UnitRequest, UnitResource, ViewListResource, ViewRequest,
    ViewResource,
};
use ksef_id::ContextIdentifier;
use reqwest::Method;

use crate::cli::{
    AssignRoute, GatewayAddress, Lang, ListFormat, OfCompany, Route, RouteCommand, SetRoute, UnitArguments,
    UnitCommand, ViewName,
};
use crate::failure::Failure;
use crate::rest::{GatewayClient, api_key};

pub(crate) async fn route(arguments: Route, lang: Lang) -> Result<ExitCode, Failure> {
    match arguments.command {
        RouteCommand::Show(of) => {
            let rules: RoutingResource = client(&of.gateway)?.show(&place(&of.context, "routing")).await?;
            show_rules(&rules, of.format);
        }
        RouteCommand::Set(set) => show_rules(&set_rules(&set).await?, ListFormat::Text),
        RouteCommand::Apply(of) => apply(&of, lang).await?,
        RouteCommand::Assign(asked) => assign(asked).await?,
        RouteCommand::Views(of) => {
            let views: ViewListResource = client(&of.gateway)?.show(&place(&of.context, "views")).await?;
            match of.format {
                ListFormat::Json => println!("{}", serde_json::json!(views.items)),
                ListFormat::Text => views.items.iter().for_each(|view| println!("{}", view.login)),
            }
        }
        RouteCommand::View(set) => {
            let path = place(&set.context, &format!("views/{}", segment(&set.login)));
            let request = ViewRequest { is_restricted: set.view == ViewName::Assigned };
            let kept: ViewResource = client(&set.gateway)?.say(Method::PUT, &path, &request).await?;
            let seen = match kept.is_restricted {
                true => lang.pick("tylko to, co przypisane", "only what is assigned"),
                false => lang.pick("wszystko", "everything"),
            };
            println!("{}: {seen}", kept.login);
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn unit(arguments: UnitArguments, lang: Lang) -> Result<ExitCode, Failure> {
    match arguments.command {
        UnitCommand::List(of) => {
            let units: UnitListResource = client(&of.gateway)?.show(&place(&of.context, "units")).await?;
            match of.format {
                ListFormat::Json => println!("{}", serde_json::json!(units.items)),
                ListFormat::Text => units.items.iter().for_each(|unit| println!("{}", unit_line(unit))),
            }
        }
        UnitCommand::Set(set) => {
            let path = place(&set.context, &format!("units/{}", segment(&set.identifier)));
            let request = UnitRequest { name: set.name, members: set.members };
            let kept: UnitResource = client(&set.gateway)?.say(Method::PUT, &path, &request).await?;
            println!("{}", unit_line(&kept));
        }
        UnitCommand::Remove(remove) => {
            let path = place(&remove.context, &format!("units/{}", segment(&remove.identifier)));
            client(&remove.gateway)?.remove(&path).await?;
            println!("{}", lang.pick("usunięto", "removed"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn set_rules(set: &SetRoute) -> Result<RoutingResource, Failure> {
    let file = set.file.display();
    let content = std::fs::read(&set.file)
        .map_err(|error| Failure::new(format!("{file}: {error}"), format!("{file}: {error}")))?;
    let rules: RoutingResource = serde_json::from_slice(&content).map_err(|error| {
        Failure::new(
            format!("{file}: to nie są reguły: {error}"),
            format!("{file}: these are no rules: {error}"),
        )
    })?;
    client(&set.gateway)?.say(Method::PUT, &place(&set.context, "routing"), &rules).await
}

/// Goes on until everything was looked at.
async fn apply(of: &OfCompany, lang: Lang) -> Result<(), Failure> {
    let (client, path) = (client(&of.gateway)?, place(&of.context, "routing/apply"));
    let (mut looked_at, mut assigned, mut after) = (0, 0, None);
    loop {
        let request = RoutingApplyRequest { after };
        let applied: RoutingAppliedResource = client.say(Method::POST, &path, &request).await?;
        looked_at += applied.looked_at;
        assigned += applied.assigned;
        after = applied.next_cursor;
        if after.is_none() {
            break;
        }
    }
    match of.format {
        ListFormat::Json => {
            println!("{}", serde_json::json!({ "lookedAt": looked_at, "assigned": assigned }))
        }
        ListFormat::Text => println!(
            "{}",
            lang.pick(
                &format!("przypisano {assigned} z {looked_at} zakupów bez osoby"),
                &format!("assigned {assigned} of {looked_at} purchases without anybody")
            )
        ),
    }
    Ok(())
}

async fn assign(asked: AssignRoute) -> Result<(), Failure> {
    let path = place(&asked.context, &format!("purchases/{}/assignment", segment(&asked.number)));
    let request = AssignmentRequest { persons: asked.persons, units: asked.units };
    let purchase: PurchaseResource = client(&asked.gateway)?.say(Method::PUT, &path, &request).await?;
    let assignment = purchase.assignment.unwrap_or_default();
    let units = assignment.units.into_iter().map(|unit| unit.name);
    let told: Vec<String> = assignment.persons.into_iter().chain(units).collect();
    println!("{}: {}", purchase.invoice_number, told.join(", "));
    Ok(())
}

fn show_rules(rules: &RoutingResource, format: ListFormat) {
    match format {
        ListFormat::Json => println!("{}", serde_json::json!(rules)),
        ListFormat::Text => {
            for (rule, place) in rules.rules.iter().zip(1..) {
                println!("{place}. {}", rule_line(rule));
            }
        }
    }
}

fn rule_line(rule: &RoutingRuleResource) -> String {
    let conditions = [
        ("seller", &rule.seller),
        ("thirdParty", &rule.third_party),
        ("orderNumber", &rule.order_number),
        ("grossFrom", &rule.gross_from),
        ("grossTo", &rule.gross_to),
    ];
    let conditions: Vec<String> = conditions
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name}={}", value.as_deref()?)))
        .collect();
    let conditions = if conditions.is_empty() { "*".to_owned() } else { conditions.join(" ") };
    let to: Vec<&str> = rule.persons.iter().chain(&rule.units).map(String::as_str).collect();
    format!("{}  {conditions}  → {}", rule.name, to.join(", ")).trim_start().to_owned()
}

fn unit_line(unit: &UnitResource) -> String {
    format!("{}  {}  {}", unit.identifier, unit.name, unit.members.join(", ")).trim_end().to_owned()
}

pub(super) fn client(gateway: &GatewayAddress) -> Result<GatewayClient, Failure> {
    GatewayClient::new(&gateway.url, api_key(gateway.api_key_file.as_deref())?)
}

pub(super) fn place(company: &ContextIdentifier, what: &str) -> String {
    format!("/companies/{company}/{what}")
}

/// What somebody typed, as one segment of a path.
pub(super) fn segment(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}
