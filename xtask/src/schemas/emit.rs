//! Writes a schema as a table: one line a fact, indented, in a fixed order.
//!
//! The reader of this format is `crates/ksef-invoice/src/schema/load.rs`, which also describes it.

use std::fmt::Write as _;

use aws_lc_rs::digest::{SHA256, digest};

use super::xsd::{Particle, Schema, Source, Term, Type};

/// The table of a form, or what it shares with others.
pub(super) fn table(form: &str, sources: &[Source], schema: &Schema) -> String {
    let mut lines = head(sources, &format!("form {form}"));
    lines.push(format!("namespace {}", schema.namespace));
    lines.extend(schema.prefixes.iter().map(|(prefix, uri)| format!("prefix {prefix} {uri}")));
    lines.push(format!("root {} {}", schema.root, schema.root_type));
    lines.extend(schema.unique.iter().map(|(element, field)| format!("unique {element} {field}")));
    let own = |name: &str| schema.globals.is_empty() || !is_prefixed(name);
    body(lines, schema, own)
}

/// What a form with wildcards has in other namespaces: the same for every form of its family.
pub(super) fn library(sources: &[Source], schema: &Schema) -> String {
    body(head(sources, "library UBL 2.1"), schema, is_prefixed)
}

fn is_prefixed(name: &str) -> bool {
    name.split('/').next().is_some_and(|first| first.contains(':'))
}

fn head(sources: &[Source], title: &str) -> Vec<String> {
    let mut lines = vec![
        "# Compiled by `cargo xtask schemas` from the official XSDs; change those, not this.".to_owned(),
        title.to_owned(),
    ];
    for source in sources {
        let hash: String = digest(&SHA256, source.text.as_bytes()).as_ref().iter().fold(
            String::with_capacity(64),
            |mut hex, byte| {
                // Writing to a String cannot fail.
                let _ = write!(hex, "{byte:02x}");
                hex
            },
        );
        lines.push(format!("source {hash} {}", source.name));
    }
    lines
}

fn body(mut lines: Vec<String>, schema: &Schema, belongs: impl Fn(&str) -> bool) -> String {
    let globals = schema.globals.iter().filter(|(name, _)| belongs(name));
    lines.extend(globals.map(|(name, kind)| format!("global {name} {kind}")));
    for (name, kind) in schema.types.iter().filter(|(name, _)| belongs(name)) {
        lines.push(String::new());
        type_lines(&mut lines, schema, name, kind);
    }
    lines.push(String::new());
    lines.join("\n")
}

fn type_lines(lines: &mut Vec<String>, schema: &Schema, name: &str, kind: &Type) {
    match kind {
        Type::Simple { base, facets } => {
            lines.push(format!("simple {name} {base}"));
            lines.extend(facets.iter().map(|(facet, value)| format!("  {facet} {value}")));
        }
        Type::Union { members } => lines.push(format!("union {name} {}", members.join(" "))),
        Type::Complex { base, text, attributes, content, traits } => {
            let extends = base.as_ref().map(|base| format!(" {base}")).unwrap_or_default();
            lines.push(format!("complex {name}{extends}"));
            let traits = [
                (traits.is_mixed, "mixed"),
                (traits.is_abstract, "abstract"),
                (traits.takes_any_attribute, "anyAttribute"),
            ];
            lines.extend(traits.iter().filter(|(is_set, _)| *is_set).map(|(_, word)| format!("  {word}")));
            let parent = base.as_ref().and_then(|base| schema.types.get(base));
            if let Some(Type::Complex { text: Some(inherited), attributes: known, .. }) = parent
                && text.as_ref() == Some(inherited)
                && attributes == known
            {
                lines.push("  inherited".to_owned());
                return;
            }
            for attribute in attributes {
                let necessity = if attribute.required { "required" } else { "optional" };
                let fixed =
                    attribute.fixed.as_ref().map(|value| format!(" fixed {value}")).unwrap_or_default();
                lines.push(format!("  attribute {} {} {necessity}{fixed}", attribute.name, attribute.kind));
            }
            if let Some(text) = text {
                lines.push(format!("  text {text}"));
            }
            if let Some(content) = content {
                particle_lines(lines, content, 1);
            }
        }
    }
}

fn particle_lines(lines: &mut Vec<String>, particle: &Particle, depth: usize) {
    let indent = "  ".repeat(depth);
    let max = particle.max.map_or_else(|| "*".to_owned(), |max| max.to_string());
    let min = particle.min;
    let (word, parts) = match &particle.term {
        Term::Element { name, kind, fixed } => {
            let fixed = fixed.as_ref().map(|value| format!(" fixed {value}")).unwrap_or_default();
            lines.push(format!("{indent}element {name} {min} {max} {kind}{fixed}"));
            return;
        }
        Term::Any { namespace, process } => {
            lines.push(format!("{indent}any {min} {max} {process} {namespace}"));
            return;
        }
        Term::Sequence(parts) => ("sequence", parts),
        Term::Choice(parts) => ("choice", parts),
    };
    lines.push(format!("{indent}{word} {min} {max}"));
    for part in parts {
        particle_lines(lines, part, depth + 1);
    }
}
